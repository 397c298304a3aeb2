import type { KnownFailure, Run } from '../engine/action.ts';
import type { Step } from '../engine/operation.ts';
import { setAside } from '../system/container-anew.ts';
import { template } from '../templates.ts';
import { docker, replaceContainer, startAgain } from './container-steps.ts';

/** A container of another release, or with another environment, in the place of the one of its name. */
export interface Swap {
  readonly name: string;
  /** The restart policy of the one that is there. */
  readonly restart: string;
  /** The words after `docker run`. */
  readonly runWords: readonly string[];
  /** Shown with each step: 'Open WebUI'. */
  readonly title: string;
  readonly wait: Wait;
}

/** How it is known that the new one works, and when it is given up (templates/wait-for-answer.sh). */
export interface Wait {
  readonly url: string;
  /** A text in the answer. */
  readonly expected: string;
  /** So long it may neither answer nor say or change anything; a container that changes its database gets more. */
  readonly patienceSeconds: number;
  /** Says in its log that it changes its database: a regular expression of grep -E. */
  readonly changing: string;
  /** Says in its log that it has gone on since. */
  readonly changed: string;
  /** The folder on this machine with its data, which says whose it is. */
  readonly folder: string;
  /** What moves in there while it does: files, or folders whose files do. */
  readonly files: readonly string[];
  readonly knownFailures?: readonly KnownFailure[];
}

/** What the operator may choose in minutes with --patience. */
export const PATIENCE_SECONDS = 300;

/** Pure. '10' → 600; what is no number of minutes counts as not given. */
export function patienceOf(given: unknown): number {
  const minutes = typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0;
  return minutes > 0 ? Math.round(minutes * 60) : PATIENCE_SECONDS;
}

const DAY = 24 * 3_600_000;

function waitFor({ name, title, wait }: Swap, patienceSeconds = wait.patienceSeconds): Run {
  const { url, expected, changing, changed, folder, files, knownFailures = [] } = wait;
  return {
    kind: 'run',
    argv: [
      'sh',
      '-s',
      '--',
      name,
      url,
      expected,
      String(patienceSeconds),
      changing,
      changed,
      title,
      folder,
      ...files,
    ],
    input: template('wait-for-answer.sh', {}),
    purpose: `Wait until ${title} answers`,
    // The program itself says when it is enough; a database that is being changed is waited for.
    timeoutMs: DAY,
    knownFailures,
  };
}

/**
 * The old one stops, and stays stopped when Docker starts again meanwhile: its policy would start it beside the new one, on
 * the same data. Then what must happen while it is stopped (`between`); then it is set aside and the new one started.
 */
export function swapContainer(swap: Swap, between: readonly Step[] = []): readonly Step[] {
  const { name, restart, runWords, title } = swap;
  return [
    {
      do: docker(['update', '--restart', 'no', name], `Keep ${title} from starting by itself meanwhile`),
      undo: docker(['update', '--restart', restart, name], `Let ${title} start with the machine`),
    },
    {
      // A database that is being written gets the time to finish. Docker goes on stopping when the command is ended, and would stop
      // what was started again meanwhile.
      do: docker(['stop', '-t', '60', name], `Stop ${title}`, { uninterruptible: true }),
      undo: [
        startAgain(name, `Start ${title} as it was`),
        // All is as it was by then; that it takes long to answer is no reason to call it stuck.
        {
          ...waitFor(swap, PATIENCE_SECONDS),
          purpose: `Wait until ${title} answers as before`,
          succeedsWith: [0, 1],
        },
      ],
    },
    ...between,
    ...replaceContainer(name, runWords, {
      aside: `Set the container aside as ${setAside(name)}`,
      start: `Start ${title} anew`,
    }),
    { do: waitFor(swap) },
  ];
}
