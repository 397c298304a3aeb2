import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { template } from '../templates.ts';

/** How to tell that the new one works, and when to give up (templates/wait-for-answer.sh). */
export interface Wait {
  readonly url: string;
  /** A text in the answer. */
  readonly expected: string;
  /** How long it may neither answer nor print or change anything; a container that migrates its database gets more. */
  readonly patienceSeconds: number;
  /** Says in its log that it changes its database: a regular expression of grep -E. */
  readonly changing: string;
  /** Its log shows progress since. */
  readonly changed: string;
  /** The folder on this machine with its data, which says whose it is. */
  readonly folder: string;
  /** What moves in there while it does: files, or folders whose files do. */
  readonly files: readonly string[];
  readonly knownFailures?: readonly KnownFailure[];
}

/** Waits for the container `name`; `title` is what the operator reads. Changes nothing, and never cuts a migration short. */
export function waitForAnswer({
  name,
  title,
  wait,
}: {
  readonly name: string;
  readonly title: string;
  readonly wait: Wait;
}): Command {
  const { url, expected, patienceSeconds, changing, changed, folder, files, knownFailures = [] } = wait;
  return command(
    [
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
    `Wait until ${title} answers`,
    {
      input: template('wait-for-answer.sh', {}), // The program itself says when it is enough; a database that is being changed is waited for.
      timeoutMs: DAY,
      knownFailures,
    },
  );
}

const DAY = 24 * 3_600_000;
