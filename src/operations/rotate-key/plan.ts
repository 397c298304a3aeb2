import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { deletes, type Effect, foundAs, replaces, stops } from '../../engine/contracts/effect.ts';
import type { OperationPlan, Step } from '../../engine/contracts/operation.ts';
import type { Secret, SecretText } from '../../secret/secret.ts';
import { removeFolders } from '../../system/accounts/folder-programs.ts';
import type { Container } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { type Env, envIn, setInEnvFile } from '../../system/formats/env-file.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { pythonJson, pythonString } from '../../system/python/python-literal.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { template } from '../../system/templates.ts';
import { dataFolderOf, envFileFor } from '../../tasks/open-webui/creation-spec.ts';
import { databaseProgram, restoreDatabase } from '../../tasks/open-webui/database-program.ts';
import { stamp } from '../../text/time.ts';
import { clearAside } from '../container-steps.ts';
import { swapContainer } from '../container-swap.ts';
import { keepFile, putFileBack } from '../kept-file.ts';
import { envFileSteps, forgetFile, openWebuiSwap } from '../open-webui-swap.ts';
import type { RotateChoice, RotateFacts } from './facts.ts';

/**
 * Pure. Both sides are stopped, get the new key, and start. The way back is made of copies that hold the old key: they go
 * as soon as one key or the other is in use again on both sides.
 */
export function planRotation(
  facts: RotateFacts,
  { key: fresh, at }: RotateChoice,
  answers: Answers,
): OperationPlan {
  const { env, key: old, container, creationSpec, envFile } = facts;
  if (env === undefined || old === undefined || container === undefined || creationSpec === undefined)
    return { steps: [] };
  const { hermes, openWebui: place, user, owner } = layout(answers);
  const data = dataFolderOf(container, place.data);
  const keptEnv = `${hermes.envFile}.before-rotation`;
  const oldEnv = { file: hermes.envFile, copy: keptEnv, as: { user, cwd: hermes.home } };
  const keptEnvFile = `${place.envFile}.before-rotation`;
  const backup = `otto-install-backups/before-rotation-${stamp(at)}.db`;
  const python = pythonBeside(container.imageId, data);
  const asUser = (argv: Command['argv'], purpose: string, effects: readonly Effect[]): Action =>
    command(argv, purpose, {
      effects,
      // Root would follow the links that this user can make.
      user,
      cwd: hermes.home,
    });
  const inDatabase = (input: NonNullable<Command['input']>, purpose: string): Action =>
    command(python, purpose, {
      input,
      timeoutMs: 600_000,
      knownFailures: DAEMON_FAILURES,
      uninterruptible: true,
    });
  const content = envFileFor(
    { container, creationSpec, envFile },
    { changes: keysIn(envFile, container, fresh) },
  );
  const stopHermes = systemctl('Stop Hermes', ['stop', hermes.unitName], {
    timeoutMs: 240_000,
    effects: stops('Hermes', foundAs('Hermes')),
  });
  const startHermes = systemctl('Start Hermes', ['start', hermes.unitName]);
  const between: readonly Step[] = [
    { do: stopHermes, undo: startHermes },
    { do: keepFile(oldEnv, 'Keep a copy of Hermes’s .env') },
    {
      do: writeFile(
        hermes.envFile,
        setInEnvFile(env.text, { API_SERVER_KEY: fresh }, 'dotenv'),
        0o600,
        'Give Hermes the new key',
        { owner, effects: replaces('the key in Hermes’s .env', foundAs('Hermes')) },
      ),
      undo: putFileBack(oldEnv, 'Give Hermes the old key again'),
    },
    ...envFileSteps(content, envFile, keptEnvFile, answers),
    {
      do: inDatabase(
        databaseProgram('backup-database', { path: pythonString(backup) }),
        'Back up the database, and check the copy',
      ),
      undo: inDatabase(restoreDatabase(backup), 'Put the database back as it was'),
    },
    {
      do: inDatabase(
        template('open-webui/replace-key.py', { keys: pythonJson({ old, new: fresh }) }),
        'Give Open WebUI the new key, everywhere its settings hold the old one',
      ),
    },
    { do: startHermes, undo: stopHermes },
  ];
  const copies = [
    asUser(
      ['rm', '-f', '--', keptEnv],
      'Remove the copy of the old .env',
      deletes(keptEnv, foundAs('this operation')),
    ),
    forgetFile(keptEnvFile, 'Remove the copy of the old env file'),
    // Everything in it but the key is in the database, too.
    removeFolders([`${data}/${backup}`], 'Remove the backup that holds the old key'),
  ];
  return {
    steps: swapContainer(openWebuiSwap(container, creationSpec.image, answers, creationSpec), between),
    cleanupAfterSuccess: [clearAside(place.container), ...copies],
    cleanupAfterUndo: copies,
  };
}

/** Where the plural name is set it wins over the other, and so it has to follow. */
function keysIn(envFile: SecretText | undefined, container: Container, fresh: Secret): Env {
  const kept = envIn(envFile, 'docker');
  const plural = kept.OPENAI_API_KEYS ?? container.env.OPENAI_API_KEYS;
  return { OPENAI_API_KEY: fresh, ...(plural === undefined ? {} : { OPENAI_API_KEYS: fresh }) };
}
