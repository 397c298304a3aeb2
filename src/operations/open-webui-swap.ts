import { layout } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';
import type { Action, KnownFailure } from '../engine/contracts/action.ts';
import { command } from '../engine/contracts/command.ts';
import { deletes, foundAs } from '../engine/contracts/effect.ts';
import type { Step } from '../engine/contracts/operation.ts';
import type { SecretText } from '../secret/secret.ts';
import { connections, runWords } from '../system/docker/creation-spec.ts';
import type { Container } from '../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../system/docker/docker-failures.ts';
import { specLike } from '../tasks/managed-container/managed.ts';
import { type CreationSpec, dataFolderOf, keepEnvFile } from '../tasks/open-webui/creation-spec.ts';
import { managedOpenWebui } from '../tasks/open-webui/managed.ts';
import { startOfOpenWebui } from '../tasks/open-webui/starting.ts';
import { PATIENCE_SECONDS, type Swap } from './container-swap.ts';
import { keepFile, putFileBack } from './kept-file.ts';

/** Another container of Open WebUI instead of the one that is there: the same settings, with this image, from its env file. */
export function openWebuiSwap(
  container: Container,
  image: string,
  answers: Answers,
  {
    patienceSeconds = PATIENCE_SECONDS,
    overrides,
  }: { readonly patienceSeconds?: number } & Pick<CreationSpec, 'overrides'> = {},
): Swap {
  const place = layout(answers).openWebui;
  const like = specLike(managedOpenWebui(answers), container);
  return {
    name: place.container,
    restart: container.restartPolicy === '' ? 'always' : container.restartPolicy,
    title: 'Open WebUI',
    runWords: runWords({ ...like, image, overrides }),
    connections: connections(like),
    unspoken: like.createdWith?.unspoken,
    wait: startOfOpenWebui(
      `http://127.0.0.1:${place.port}/health`,
      dataFolderOf(container, place.data),
      patienceSeconds,
      START_FAILURES,
    ),
  };
}

const START_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'duplicate emails exist',
    reason:
      'Open WebUI stopped in the middle of changing its database: accounts have addresses that differ only in case. They appeared after the check for that.',
    next: 'Update again: it asks what to do with them.',
  },
  {
    pattern: "Can't locate revision|no such column: config\\.id",
    reason: 'This release is older than the one that made the database.',
    next: 'Choose a newer one with --version.',
  },
  {
    pattern: 'database or disk is full|No space left',
    reason: 'The disk filled up while Open WebUI started.',
    next: 'Free some space and try again.',
  },
  ...DAEMON_FAILURES,
];

/**
 * Open WebUI's env file with another content, and the way back: a copy that is `kept` meanwhile, or, where there was no
 * file, its removal. The copy holds the same secrets as the file: remove it with {@link forgetFile}.
 */
export function envFileSteps(
  content: SecretText,
  before: SecretText | undefined,
  kept: string,
  answers: Answers,
): readonly Step[] {
  const { envFile } = layout(answers).openWebui;
  const [write] = keepEnvFile(content, before, answers);
  if (write === undefined) return [];
  if (before === undefined) return [{ do: write, undo: forgetFile(envFile, 'Remove the env file again') }];
  return [
    { do: keepFile({ file: envFile, copy: kept }, 'Keep a copy of Open WebUI’s env file') },
    { do: write, undo: putFileBack({ file: envFile, copy: kept }, 'Put the old env file back') },
  ];
}

/** Removes a copy that was only kept for the way back; no harm when there is none. */
export const forgetFile = (path: string, purpose: string): Action =>
  command(['rm', '-f', '--', path], purpose, { effects: deletes(path, foundAs('this operation')) });
