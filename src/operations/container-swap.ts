import type { Action, Run } from '../engine/action.ts';
import type { Step } from '../engine/operation.ts';
import type { Argv } from '../host/host.ts';
import { setAside } from '../system/container-anew.ts';
import { DAEMON_FAILURES, RUN_FAILURES } from '../system/docker.ts';
import { template } from '../templates.ts';

/** A container of another release, or with another environment, in the place of the one of its name. */
export interface Swap {
  readonly name: string;
  /** The restart policy of the one that is there. */
  readonly restart: string;
  /** The words after `docker run`. */
  readonly runWords: readonly string[];
  /** Shown with each step: 'Open WebUI'. */
  readonly title: string;
}

const docker = (words: Argv, purpose: string, more: Partial<Run> = {}): Action => ({
  kind: 'run',
  argv: ['docker', ...words],
  purpose,
  timeoutMs: 120_000,
  knownFailures: DAEMON_FAILURES,
  ...more,
});

/** What Docker says when there is nothing to be done (any more): also an end that is wanted. */
const GONE_IS_WELL = { succeedsWith: [0, 1] } as const;

/**
 * The old one stops, and stays stopped when Docker starts again meanwhile: its policy would start it beside the new one, on
 * the same data. Then what must happen while it is stopped (`between`); then it is set aside and the new one started.
 */
export function swapContainer(
  { name, restart, runWords, title }: Swap,
  between: readonly Step[] = [],
): readonly Step[] {
  const before = setAside(name);
  return [
    {
      do: docker(['update', '--restart', 'no', name], `Keep ${title} from starting by itself meanwhile`),
      undo: docker(['update', '--restart', restart, name], `Let ${title} start with the machine`),
    },
    {
      // A database that is being written gets the time to finish.
      do: docker(['stop', '-t', '60', name], `Stop ${title}`),
      undo: {
        kind: 'run',
        argv: ['sh', '-s', '--', name],
        input: String(template('start-again.sh', {})),
        purpose: `Start ${title} as it was`,
        timeoutMs: 240_000,
        knownFailures: RUN_FAILURES,
      },
    },
    ...between,
    {
      do: docker(['rename', name, before], `Set the container aside as ${before}`),
      undo: docker(['rename', before, name], 'Put the container back', GONE_IS_WELL),
    },
    {
      do: docker(['run', ...(runWords as [string, ...string[]])], `Start ${title} anew`, {
        timeoutMs: 300_000,
        knownFailures: RUN_FAILURES,
      }),
      undo: docker(['rm', '-f', name], 'Remove the new container'),
    },
  ];
}

/** Once the new one is verified the old one goes. Its data is outside of it. */
export const clearAside = (name: string): Action =>
  docker(['rm', '-f', setAside(name)], 'Remove the container from before');
