import type { Action } from '../../engine/contracts/action.ts';
import { type CreationSpec, likeContainer, unreachable } from '../../system/docker/creation-spec.ts';
import type { Container } from '../../system/docker/docker.ts';
import { type ProofOfLife, recreateContainer } from '../../system/docker/recreate.ts';
import { OURS } from '../containers.ts';

/** A container that this program makes, looks after and replaces: Open WebUI's, and Paperclip's. */
export interface ManagedContainer {
  /** The name by which its label says what it is. */
  readonly id: string;
  /** 'Open WebUI' */
  readonly title: string;
  /** Its name in Docker. */
  readonly name: string;
  readonly image: string;
  /** It is published only on 127.0.0.1, on port `host`; `inside` is the image's own port. */
  readonly port: { readonly host: number; readonly inside: number };
  /** Where its data is on this machine, and where the image keeps it. */
  readonly data: { readonly folder: string; readonly inside: string };
  readonly envFile: string;
  /** Seconds that its database gets to end in good order. */
  readonly stopSeconds: number;
  /** How it is known that a new one works. */
  readonly proof: ProofOfLife;
}

/** What a first container is created with. `hidden`: nobody on this machine but root can reach it; `log`: how its log is kept small. */
export function specOf(
  managed: ManagedContainer,
  { hidden = false, log }: { readonly hidden?: boolean; readonly log?: readonly string[] | undefined } = {},
): CreationSpec {
  const { id, name, image, port, data, envFile } = managed;
  const spec: CreationSpec = {
    name,
    image,
    publish: [`127.0.0.1:${port.host}:${port.inside}`],
    volumes: [`${data.folder}:${data.inside}`],
    envFile,
    labels: { [OURS]: id },
    restart: 'always',
    log,
  };
  return hidden ? unreachable(spec) : spec;
}

/**
 * What a container like this one is created with: on 127.0.0.1 and from then on ours; or published `at` where it is and,
 * when somebody else made it, not `ours`.
 */
export function specLike(
  { id, name, envFile, port }: ManagedContainer,
  container: Container,
  {
    at = `127.0.0.1:${port.host}`,
    ours = true,
  }: { readonly at?: string | undefined; readonly ours?: boolean } = {},
): CreationSpec {
  return likeContainer(container, {
    name,
    envFile,
    labels: ours ? { [OURS]: id } : {},
    port: { inside: port.inside, at },
  });
}

/** Replaces the container by a new one. The old one is kept until the new one answers, and comes back when it does not. */
export const replaceBy = (managed: ManagedContainer, spec: CreationSpec, purpose: string): Action =>
  recreateContainer(spec, managed.proof, purpose, managed.title);
