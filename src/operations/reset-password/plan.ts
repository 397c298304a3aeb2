import type { Answers } from '../../answers.ts';
import type { KnownFailure } from '../../engine/action.ts';
import type { OperationPlan } from '../../engine/operation.ts';
import { DAEMON_FAILURES } from '../../system/docker.ts';
import { pythonJson, pythonString } from '../../system/python-literal.ts';
import { layout } from '../../tasks/layout.ts';
import { databaseProgram } from '../../tasks/open-webui/database-program.ts';
import { template } from '../../templates.ts';
import { pythonBeside } from '../python-beside.ts';
import type { ResetFacts } from '../reset-password.ts';
import { stamp } from '../stamp.ts';
import type { ResetChoice } from './choice.ts';

const FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'database is locked',
    because: 'Open WebUI was writing for longer than ten seconds.',
    next: 'Try again in a moment; nothing was changed.',
  },
  {
    pattern: 'No space left|database or disk is full',
    because: 'The disk is full, so there is no room for the backup.',
    next: 'Make room and try again; nothing was changed.',
  },
  ...DAEMON_FAILURES,
];

/** Pure. One step: the backup and the change are one program, so that nothing can come between them. */
export function planReset(facts: ResetFacts, choice: ResetChoice, answers: Answers): OperationPlan {
  const place = layout(answers).openWebui;
  const backup = `otto-install-backups/webui-${stamp(facts.nowMs)}.db`;
  const { accountId: id, password, activate, promote, endSessions, dropSecondFactor } = choice;
  const python = pythonBeside(facts.image ?? answers.openWebuiImage, place.data);
  const wish = { id, password, backup, activate, promote, endSessions, dropSecondFactor };
  return {
    steps: [
      {
        do: {
          kind: 'run',
          argv: python,
          input: databaseProgram('set-password', { wish: pythonJson(wish) }),
          purpose: 'Set the new password, after a backup',
          timeoutMs: 300_000,
          knownFailures: FAILURES,
        },
        undo: {
          kind: 'run',
          argv: python,
          input: String(
            template('open-webui/restore-account.py', { id: pythonString(id), backup: pythonString(backup) }),
          ),
          purpose: 'Give the account back its old password',
          timeoutMs: 120_000,
          knownFailures: FAILURES,
        },
      },
    ],
  };
}
