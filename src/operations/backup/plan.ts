import type { Answers } from '../../answers/schema.ts';
import type { Action, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Step } from '../../engine/contracts/operation.ts';
import { things } from '../../engine/contracts/thing.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { type BackupWish, backupProgram, pythonHere, WITH_DAMAGE } from './program.ts';

export const BACKUP_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'Another backup is at work',
    reason: 'Another backup, perhaps the nightly one, is being made right now.',
    next: 'Wait a minute or so until it has finished, then start again.',
  },
  {
    pattern: 'database is locked',
    reason: 'Somebody was writing to a database for longer than 30 seconds.',
    next: 'Start again in a moment; nothing was changed.',
  },
  ...DAEMON_FAILURES,
];

/** One backup. Undoing it removes what is half written; a whole archive stays: it harms nobody. */
export function backupStep(wish: BackupWish, answers: Answers): Step {
  const { passphrase: _, ...withoutSecret } = wish;
  return {
    do: command(pythonHere('make'), 'Make the backup, read it back and compare', {
      input: backupProgram(wish, answers),
      ...(wish.file === undefined ? {} : { makes: things('file', wish.file) }),
      timeoutMs: 3 * 3_600_000,
      // It counts all the same; whoever asked for it says what is damaged.
      succeedsWith: [0, WITH_DAMAGE],
      knownFailures: BACKUP_FAILURES,
    }),
    undo: tidyUp(withoutSecret, answers),
  };
}

function tidyUp(wish: BackupWish, answers: Answers): Action {
  return command(pythonHere('tidy'), 'Remove the half-written archive', {
    input: backupProgram(wish, answers),
    timeoutMs: 120_000,
  });
}
