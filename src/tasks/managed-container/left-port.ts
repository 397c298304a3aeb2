import { labelled, notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import { forgetFailedStarts, systemctl } from '../../system/services/systemd.ts';
import { isLookAtPart, lookAtAllContainers, publisherOf } from '../all-containers.ts';
import { isOurs } from '../containers.ts';

/**
 * A port that a docker-proxy holds for no container. Docker leaves one where the power was cut while it started the container: it
 * passes on the port of an endpoint that it then removes (seen with 20.10), and keeps the port until it is restarted.
 */
export interface LeftPort {
  /** The running containers that a restart of Docker would disturb: those of others, and our own once they have been in use. */
  readonly disturbed: readonly string[];
}

/** Nobody has settled in a container of ours that was started with the machine. */
const JUST_STARTED_MS = 15 * 60_000;

/** Looks whose the port is that the program `holder` listens on. Undefined when it is no docker-proxy, or that of a container. */
export async function lookAtLeftPort(
  host: Host,
  port: number,
  holder: string | undefined,
): Promise<LeftPort | undefined> {
  if (holder !== 'docker-proxy') return undefined;
  const running = (await lookAtAllContainers(host)).filter(
    (one) => one.status === 'running' && !isLookAtPart(one),
  );
  if (publisherOf(running, port) !== undefined) return undefined;
  const now = host.now();
  return {
    disturbed: running
      .filter((one) => !isOurs(one) || now - (one.startedMs ?? 0) > JUST_STARTED_MS)
      .map(({ name }) => name),
  };
}

/** What is seen of it, for an operator. */
export const leftPortWords = (port: number): string =>
  `Port ${port} is held by a docker-proxy that belongs to no container, as a power cut can leave one behind.`;

/** Only a restart of Docker frees it; that is asked first where it disturbs somebody. */
export const freePort = ({ disturbed }: LeftPort): Fix => ({
  id: 'free-port',
  title: 'Restart Docker, which frees the port',
  ...(disturbed.length === 0
    ? {}
    : {
        consequence: `All containers are unavailable until they have started again: ${disturbed.join(', ')}.`,
      }),
  actions: [
    forgetFailedStarts('Clear earlier failed starts of Docker', 'docker.service', 'docker.socket'),
    systemctl('Restart Docker, which frees the port', ['restart', 'docker.service'], {
      effects: stops(
        'all containers until they have started again',
        disturbed.length === 0 ? labelled : notOurs,
      ),
    }),
  ],
});
