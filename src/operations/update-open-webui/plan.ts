import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { OperationPlan, Step } from '../../engine/contracts/operation.ts';
import type { SecretText } from '../../secret/secret.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { forgetFetchedName, moveName } from '../../system/docker/image-pull.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';
import { noteImage } from '../../tasks/managed-container/image-note.ts';
import { dataFolderOf, envFileFor, keepEnvFile } from '../../tasks/open-webui/creation-spec.ts';
import { databaseProgram, restoreDatabase } from '../../tasks/open-webui/database-program.ts';
import { stamp } from '../../text/time.ts';
import { clearAside } from '../container-steps.ts';
import { swapContainer } from '../container-swap.ts';
import { forgetFile, openWebuiSwap } from '../open-webui-swap.ts';
import { isNews, type UpdateChoice, type UpdateFacts } from './facts.ts';

const FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'No space left|database or disk is full',
    reason: 'The disk is full.',
    next: 'Free some space and update again; nothing was changed.',
  },
  ...DAEMON_FAILURES,
];

/** Pure. The backup, then the new container instead of the old one; nothing when that image runs already. */
export function planUpdate(
  facts: UpdateFacts,
  { patienceSeconds, settlements, at }: UpdateChoice,
  answers: Answers,
): OperationPlan {
  const { container, creationSpec, envFile } = facts;
  if (container === undefined || creationSpec === undefined) return { steps: [] };
  if (!isNews(facts)) return { steps: [], cleanupAfterSuccess: forgetFetchedName(facts.image) };
  const place = layout(answers).openWebui;
  const backup = `otto-install-backups/before-update-${stamp(at)}.db`;
  const data = dataFolderOf(container, place.data);
  // The release that made the database also copies it, and puts it back.
  const python = pythonBeside(container.imageId, data);
  const program = (input: SecretText, purpose: string): Action =>
    command(python, purpose, { input, timeoutMs: 900_000, knownFailures: FAILURES, uninterruptible: true });
  const copied: Step = {
    do: program(
      databaseProgram('backup-database', { path: pythonString(backup) }),
      'Back up the database, and check the copy',
    ),
    undo: program(restoreDatabase(backup), 'Put the database back as it was'),
  };
  const changes = JSON.stringify(JSON.stringify(settlements));
  const settled: readonly Step[] =
    settlements.length === 0
      ? []
      : [
          {
            do: program(
              template('open-webui/settle-accounts.py', { changes }),
              'Rename or merge the accounts that differ only in case',
            ),
          },
        ];
  // What the container was given on the command line, and a key that it made for itself, are carried over: nobody is signed
  // out. The file is only read when a container is created, so it can stay whatever happens.
  const carried = keepEnvFile(envFileFor({ container, creationSpec, envFile }), envFile, answers);
  // By its name, so that the next update knows what to fetch; what is fetched is checked before.
  const swap = openWebuiSwap(container, facts.image, answers, {
    patienceSeconds,
    overrides: creationSpec.overrides,
  });
  return {
    steps: [
      ...carried.map((action) => ({ do: action })),
      ...swapContainer(swap, [copied, ...settled, ...moveName(facts)]),
    ],
    // If it is fetched again one day, it must not be the previous release: that could no longer read the database.
    cleanupAfterSuccess: [
      clearAside(place.container),
      ...forgetFetchedName(facts.image),
      ...noteImage('open-webui', { image: facts.image, digest: facts.imageNames?.digests[0] }),
    ],
    // The database is back in the state of the backup.
    cleanupAfterUndo: [forgetFile(`${data}/${backup}`, 'Remove the backup of the database')],
  };
}
