import type { Action } from '../../engine/contracts/action.ts';
import type { Container } from '../../system/docker/docker.ts';

/** Whether a container runs, belongs on docker0, and has no address there. */
export function isCutOff({ status, restarting, networkMode, networks }: Container): boolean {
  const onBridge = networkMode === 'default' || networkMode === 'bridge';
  return (
    status === 'running' && !restarting && onBridge && networks.every(({ address = '' }) => address === '')
  );
}

/** What there is to say of a container that runs without a network, whatever runs in it. */
export const WITHOUT_NETWORK = {
  severity: 'broken',
  reason:
    'A container that was started while Docker had no bridge stays without network and ports when the bridge is back, even after a restart: Docker shows it as running, but nothing answers. It must be recreated from the same image, with the same data.',
  impact: 'The program in it cannot be reached.',
} as const;

/**
 * What was seen of it, and the way out. Connecting it again, also after a restart, gives it an address and no way out (tried with
 * Docker 20.10): only a new one helps, and this one serves nobody.
 */
export function withoutNetwork(name: string, recreate: readonly Action[]) {
  return {
    evidence: `The container ${name} is running, but has no network.`,
    fixes: [{ id: 'recreate-with-network', title: `Recreate the container ${name}`, actions: recreate }],
  };
}
