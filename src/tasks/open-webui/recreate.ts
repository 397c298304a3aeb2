import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { reveal } from '../../secret/secret.ts';
import { type Env, envIn, secretIn, textIn } from '../../system/formats/env-file.ts';
import { replaceBy, specLike } from '../managed-container/managed.ts';
import { DATA_INSIDE, envFileFor, keepEnvFile, type RecreateSource } from './creation-spec.ts';
import { managedOpenWebui } from './managed.ts';

/**
 * Recreates Open WebUI's container, from the same image, so that no version changes, with its own environment,
 * networks and folders, published on 127.0.0.1 alone. The old one comes back when the new one does not answer.
 * `data`: another folder than the one it has. Interrupts: give the fix a consequence.
 */
export function recreateOpenWebui(
  source: RecreateSource,
  answers: Answers,
  options: {
    readonly works?: boolean;
    readonly changes?: Env;
    readonly data?: string;
  } = {},
): readonly Action[] {
  const managed = managedOpenWebui(answers);
  const like = specLike(managed, source.container);
  const { data } = options;
  const volumes =
    data === undefined
      ? like.volumes
      : [`${data}:${DATA_INSIDE}`, ...like.volumes.filter((volume) => !isForData(volume))];
  return [
    ...keepEnvFile(envFileFor(source, options), source.envFile, answers),
    replaceBy(
      managed,
      { ...like, image: source.creationSpec.image, volumes, overrides: source.creationSpec.overrides },
      'Replace the container of Open WebUI with a new one',
    ),
  ];
}

const isForData = (volume: string): boolean => volume.split(':')[1] === DATA_INSIDE;

/** What a new container interrupts, in words for a fix. */
export function recreateConsequence({ container, creationSpec, envFile }: RecreateSource): string {
  const kept = secretIn(envIn(envFile, 'docker'), 'WEBUI_SECRET_KEY');
  const used = secretIn(container.env, 'WEBUI_SECRET_KEY') ?? creationSpec.keyInside;
  const signedOut =
    used === undefined || kept?.equals(used) === false
      ? 'Anyone who signed in to this container must sign in again.'
      : 'Nobody is signed out.';
  const project = textIn(container.labels, 'com.docker.compose.project');
  const compose =
    project === undefined
      ? ''
      : ` The container belongs to the Docker Compose project ${reveal(project)}: change its file, too, or Compose recreates the old one.`;
  return `Open WebUI is unavailable for about 30 seconds, and answers that are being written are cut off. Accounts, chats and settings stay. ${signedOut}${compose}`;
}
