import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { labelled, notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { NamedContainer } from '../../system/docker/docker.ts';
import { isLookAtPart, isOpenWebui, isPaperclip, publisherOf } from '../all-containers.ts';
import { isOurs } from '../containers.ts';
import { restartDocker } from '../docker/starting-docker.ts';

/**
 * A port that a docker-proxy holds for no container. Docker leaves one where the power was cut while it started the container: it
 * passes on the port of an endpoint that it then removes (seen with 20.10), and keeps the port until it is restarted.
 */
export interface LeftPort {
  /** The running containers that a restart of Docker would disturb: those of others, and our own once they have been in use. */
  readonly disturbed: readonly string[];
  /** Parts of the Otto that run and answer http on a port: they were looked at before, and have to answer again. */
  readonly parts: readonly { readonly name: string; readonly port: number }[];
}

/** Nobody has settled in a container of ours that was started with the machine. */
const JUST_STARTED_MS = 15 * 60_000;

/** These have no processes. */
const AT_REST: readonly NamedContainer['status'][] = ['created', 'exited', 'dead', 'removing'];

/**
 * Pure. Whose the port is that the program `holder` listens on, of all the containers of this machine. Undefined when it is no
 * docker-proxy, or that of a container: one that is paused has its port, too.
 */
export function leftPortOf(
  containers: readonly NamedContainer[],
  { port, holder, now }: { readonly port: number; readonly holder: string | undefined; readonly now: number },
): LeftPort | undefined {
  if (holder !== 'docker-proxy' || publisherOf(containers, port) !== undefined) return undefined;
  const running = containers.filter((one) => !AT_REST.includes(one.status) && !isLookAtPart(one));
  return {
    parts: running
      .filter((one) => one.status === 'running' && (isOpenWebui(one) || isPaperclip(one)))
      .flatMap(({ name, published }) =>
        published.slice(0, 1).map(({ hostPort }) => ({ name, port: hostPort })),
      ),
    disturbed: running
      .filter((one) => !isOurs(one) || now - (one.startedMs ?? 0) > JUST_STARTED_MS)
      .map(({ name }) => name),
  };
}

/** What is seen of it, for an operator. */
export const leftPortWords = (port: number): string =>
  `Port ${port} is held by a docker-proxy that belongs to no container, as a power cut can leave one behind.`;

/** Only a restart of Docker frees it; that is asked first where it disturbs somebody. */
export const freePort = ({ disturbed, parts }: LeftPort): Fix => ({
  id: 'free-port',
  title: 'Restart Docker, which frees the port',
  ...(disturbed.length === 0
    ? {}
    : {
        consequence: `All containers are unavailable until they have started again: ${disturbed.join(', ')}.`,
      }),
  actions: [
    ...restartDocker(
      stops('all containers until they have started again', disturbed.length === 0 ? labelled : notOurs),
    ),
    ...parts.map(({ name, port }) => untilAnswers(name, port)),
  ],
});

/** Whatever it answers: docker-proxy takes a connection and drops it as long as nothing listens behind it. */
const untilAnswers = (name: string, port: number): Command =>
  command(
    [
      'curl',
      ...['--silent', '--show-error', '--output', '/dev/null', '--max-time', '10'],
      ...['--retry', '100', '--retry-delay', '2', '--retry-max-time', '240', '--retry-all-errors'],
      `http://127.0.0.1:${port}/`,
    ],
    `Wait until ${name} answers again`,
    { timeoutMs: 300_000 },
  );
