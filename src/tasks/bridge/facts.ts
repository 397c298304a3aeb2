import { PORTS, USUAL_BRIDGE_ADDRESS } from '../../answers/layout.ts';
import type { Secret, SecretText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import type { CreationSpec } from '../open-webui/creation-spec.ts';
import type { StoredWay } from './connection.ts';

/** The state of the connection from Open WebUI to Hermes. */
export interface BridgeFacts {
  readonly container: Container | undefined;
  /** docker0's address. */
  readonly bridge: string | undefined;
  /** Addresses on which something listens on Hermes's port. */
  readonly hermesAddresses: readonly string[];
  /** The key that Hermes expects, from its .env. */
  readonly hermesKey: Secret | undefined;
  /** Of that key, as {@link Connection.keyPrint}; '' when it is not known. */
  readonly keyPrint: string;
  /** The name that Hermes is configured to give its model; '' when .env says none. */
  readonly hermesModel: SecretText;
  /** The file that a container of ours takes its environment from. */
  readonly envFile: SecretText | undefined;
  /** What the container was made with; only looked at where its environment is all that counts. */
  readonly creationSpec: CreationSpec | undefined;
  /** What Open WebUI uses, tried from inside. */
  readonly way: StoredWay | undefined;
  /** Why nothing could be tried: the last line of `docker exec`. */
  readonly wayFailure: string;
}

/**
 * The address that Open WebUI should use: docker0's, looked up instead of assumed; in its own network (compose) that
 * network's, which exists even without docker0.
 */
export function rightUrl({ container, bridge }: BridgeFacts): string {
  const networks = container?.networks ?? [];
  const own = networks.some(({ name }) => name === 'bridge')
    ? undefined
    : networks.find(({ gateway }) => gateway !== '')?.gateway;
  return `http://${own ?? bridge ?? USUAL_BRIDGE_ADDRESS}:${PORTS.hermes}/v1`;
}

/** Addresses at which this container finds this machine. */
export function hostAddresses({ container, bridge }: BridgeFacts): readonly string[] {
  const gateways = (container?.networks ?? []).map(({ gateway }) => gateway);
  return [...gateways, ...(bridge === undefined ? [] : [bridge])].filter((address) => address !== '');
}
