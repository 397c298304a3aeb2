import { foundAs, stops } from '../engine/contracts/effect.ts';
import type { Step } from '../engine/contracts/operation.ts';
import { backupName } from '../system/docker/recreate.ts';
import { withoutUnspoken } from '../system/docker/unspoken.ts';
import { type Wait, waitForAnswer } from '../system/docker/wait-for-answer.ts';
import { connectAll, docker, policyAsBefore, replaceContainer, startAgain } from './container-steps.ts';

/** Replaces a container by one of another release, or with another environment, under the same name. */
export interface Swap {
  readonly name: string;
  /** The restart policy of the one that is there. */
  readonly restart: string;
  /** The words after `docker run`. */
  readonly runWords: readonly string[];
  /** What does not come along to the new one ({@link CreatedWith}). */
  readonly unspoken?: readonly string[] | undefined;
  /** The words after `docker network connect`, for each further network. */
  readonly connections: readonly (readonly string[])[];
  /** Shown with each step: 'Open WebUI'. */
  readonly title: string;
  readonly wait: Wait;
}

/** What the operator may choose in minutes with --patience. */
export const PATIENCE_SECONDS = 300;

/** Pure. '10' → 600; anything but a number of minutes counts as not given. */
export function patienceOf(given: unknown): number {
  const minutes = typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0;
  return minutes > 0 ? Math.round(minutes * 60) : PATIENCE_SECONDS;
}

/**
 * The old one stops, and stays stopped when Docker starts again meanwhile: its policy would start it beside the new one, on
 * the same data. Then what must happen while it is stopped (`between`); then it is set aside and the new one started.
 */
export function swapContainer(swap: Swap, between: readonly Step[] = []): readonly Step[] {
  const { name, restart, runWords, connections, title } = swap;
  return [
    {
      do: docker(['update', '--restart', 'no', name], `Keep ${title} from starting on its own meanwhile`),
      undo: policyAsBefore(name, restart, `Let ${title} start with the machine`),
    },
    {
      // A database that is being written gets the time to finish. Docker continues to stop it when the command is ended, and would stop
      // what was started again meanwhile.
      do: docker(['stop', '-t', '60', name], `Stop ${title}`, {
        uninterruptible: true,
        effects: stops(`the container ${name}`, foundAs(title)),
      }),
      undo: [
        startAgain(name, `Start ${title} as it was`),
        // Everything is as it was by then; a slow answer is not a reason to call it stuck.
        {
          ...waitForAnswer({ ...swap, wait: { ...swap.wait, patienceSeconds: PATIENCE_SECONDS } }),
          purpose: `Wait until ${title} answers as before`,
          succeedsWith: [0, 1],
        },
      ],
    },
    ...between,
    ...replaceContainer(name, runWords, {
      aside: `Set the container aside as ${backupName(name)}`,
      start: `Start ${title} in a new container${withoutUnspoken(swap.unspoken)}`,
    }),
    ...connectAll(title, connections),
    { do: waitForAnswer(swap) },
  ];
}
