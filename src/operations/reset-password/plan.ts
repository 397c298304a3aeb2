import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { OperationPlan } from '../../engine/contracts/operation.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { pythonJson, pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';
import { dataFolderOf, envFileFor } from '../../tasks/open-webui/creation-spec.ts';
import { databaseProgram } from '../../tasks/open-webui/database-program.ts';
import { stamp } from '../../text/time.ts';
import { clearAside } from '../container-steps.ts';
import { swapContainer } from '../container-swap.ts';
import { envFileSteps, forgetFile, openWebuiSwap } from '../open-webui-swap.ts';
import type { ResetChoice, ResetFacts } from './facts.ts';

const FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'database is locked',
    reason: 'Open WebUI kept its database locked for more than ten seconds.',
    next: 'Try again in a moment; nothing was changed.',
  },
  {
    pattern: 'No space left|database or disk is full',
    reason: 'The disk is full, so there is no room for the backup.',
    next: 'Free some space and try again; nothing was changed.',
  },
  {
    pattern: 'malformed|The database is damaged',
    reason: 'The database is damaged, so nothing in it was changed.',
    next: 'Restore it from a backup; the backups that otto-install made are in otto-install-backups next to it.',
  },
  ...DAEMON_FAILURES,
];

/**
 * Pure. The backup and the change are one program, so that nothing can come between them. A new key for all sessions
 * comes after it, with a new container.
 */
export function planReset(facts: ResetFacts, choice: ResetChoice, answers: Answers): OperationPlan {
  const { container } = facts;
  if (container === undefined) return { steps: [] };
  const place = layout(answers).openWebui;
  const backup = `otto-install-backups/webui-${stamp(choice.at)}.db`;
  const { accountId: id, password, activate, promote, endSessions, dropSecondFactor } = choice;
  const python = pythonBeside(container.imageId, dataFolderOf(container, place.data));
  const wish = { id, password, backup, activate, promote, endSessions, dropSecondFactor };
  const sessions = newSessionKey(facts, choice, answers);
  return {
    ...sessions,
    steps: [
      {
        do: command(python, 'Set the new password, after a backup', {
          input: databaseProgram('set-password', { wish: pythonJson(wish) }),
          timeoutMs: 300_000,
          knownFailures: FAILURES,
          uninterruptible: true,
        }),
        undo: command(python, 'Give the account back its old password', {
          input: String(
            template('open-webui/restore-account.py', { id: pythonString(id), backup: pythonString(backup) }),
          ),
          timeoutMs: 120_000,
          knownFailures: FAILURES,
        }),
      },
      ...sessions.steps,
    ],
  };
}

/** A container like the one that is there, whose sessions are signed with another key: all that were signed before end. */
function newSessionKey(
  { container, creationSpec, envFile }: ResetFacts,
  { newSessionKey: key }: ResetChoice,
  answers: Answers,
): OperationPlan {
  if (key === undefined || container === undefined || creationSpec === undefined) return { steps: [] };
  const place = layout(answers).openWebui;
  const kept = `${place.envFile}.before-reset`;
  const content = envFileFor({ container, creationSpec, envFile }, { changes: { WEBUI_SECRET_KEY: key } });
  const copy = forgetFile(kept, 'Remove the copy of the old env file');
  return {
    steps: swapContainer(
      openWebuiSwap(container, creationSpec.image, answers, creationSpec),
      envFileSteps(content, envFile, kept, answers),
    ),
    cleanupAfterSuccess: [clearAside(place.container), copy],
    cleanupAfterUndo: [copy],
  };
}
