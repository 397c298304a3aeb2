import { layout, STATE_FOLDER } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, WriteFile } from '../../engine/contracts/action.ts';
import type { Host } from '../../host/host.ts';
import { Secret } from '../../secret/secret.ts';
import {
  copyOut,
  firstFileInTar,
  likeContainer,
  makeContainerAnew,
} from '../../system/docker/container-anew.ts';
import { type Container, inspectImageNames, parseImageNames } from '../../system/docker/docker.ts';
import { hideIn, parseDockerEnvFile, setInDockerEnvFile } from '../../system/docker/docker-env-file.ts';
import { isSecretName } from '../../system/formats/dotenv.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { askDocker, OURS } from '../containers.ts';

/** The port inside the official image. */
export const INSIDE = 8080;
/** Where the official image keeps its data. */
export const DATA_INSIDE = '/app/backend/data';

/** The folder on this machine that a container has its data in; `usual` where it has none of its own. */
export function dataFolderOf({ mounts }: Pick<Container, 'mounts'>, usual: string): string {
  return mounts.find(({ target }) => target === DATA_INSIDE)?.source ?? usual;
}

/** Whether it keeps its data elsewhere than in webui.db in that folder: in Postgres, encrypted, in another file. */
export function hasOtherDatabase({ env }: Pick<Container, 'env'>): boolean {
  const { DATABASE_URL: url = '', DATABASE_TYPE: type = '' } = env;
  return !['', `sqlite:///${DATA_INSIDE}/webui.db`].includes(url) || !['', 'sqlite'].includes(type);
}

/** What a container of Open WebUI was made with, as far as making another one like it needs it. */
export interface Making {
  /** Its environment without what its image brings. */
  readonly ownEnv: Readonly<Record<string, string>>;
  /** The key that it made for itself, in a file that goes away with it; undefined when it was given one. */
  readonly keyInside: Secret | undefined;
  /** What names its very image here: its tag as long as that has not moved on to another image, else the image's id. */
  readonly image: string;
  /** The name by which its very image can be fetched again: 'ghcr.io/open-webui/open-webui@sha256:…'. */
  readonly digest: string | undefined;
}

/** Looks at what a container was made with. It need not run. */
export async function lookAtMaking(host: Host, container: Container): Promise<Making> {
  const [inspected, keyInside] = await Promise.all([
    askDocker(host, inspectImageNames(container.imageId)),
    lookForKey(host, container),
  ]);
  const names = parseImageNames(inspected.stdout);
  const ownEnv = Object.entries(container.env).filter(([name, value]) => names?.env[name] !== value);
  const tag = [container.image, ...(names?.tags ?? [])].find((name) => names?.tags.includes(name));
  const image = tag ?? container.imageId;
  return { ownEnv: Object.fromEntries(ownEnv), keyInside, image, digest: names?.digests[0] };
}

/** Without WEBUI_SECRET_KEY the image's start.sh makes a key beside itself (facts: open-webui A3). */
async function lookForKey(host: Host, { id, env, status }: Container): Promise<Secret | undefined> {
  if ((env.WEBUI_SECRET_KEY ?? '') !== '' || status === 'created') return undefined;
  const file = env.WEBUI_SECRET_KEY_FILE || '.webui_secret_key';
  const path = file.startsWith('/') ? file : `/app/backend/${file}`;
  const { exitCode, stdout } = await askDocker(host, copyOut(id.slice(0, 12), path));
  const key = exitCode === 0 ? firstFileInTar(stdout)?.trim() : undefined;
  return key === undefined || key === '' ? undefined : new Secret(key);
}

/** What a new container is made from. */
export interface Remaking {
  readonly container: Container;
  readonly making: Making;
  /** Open WebUI's env file as it is now. */
  readonly envFile: string | undefined;
}

/**
 * What the env file should hold for a new container. A file that is there counts; what only the container has is added
 * as long as it works with it. The key that signs sessions is the file's, else the container's own.
 */
export function envFileFor(
  { container, making, envFile }: Remaking,
  {
    works = true,
    changes = {},
  }: { readonly works?: boolean; readonly changes?: Readonly<Record<string, string>> } = {},
): string {
  const before = envFile ?? HEADER;
  const kept = parseDockerEnvFile(before);
  // An env file knows no values of several lines.
  const own = Object.entries(making.ownEnv).filter(
    ([name, value]) => !(name in kept) && !/[\r\n]/.test(value),
  );
  const added = works || envFile === undefined ? Object.fromEntries(own) : {};
  const key = kept.WEBUI_SECRET_KEY || container.env.WEBUI_SECRET_KEY || making.keyInside?.reveal();
  return setInDockerEnvFile(before, {
    ...added,
    ...(key === undefined ? {} : { WEBUI_SECRET_KEY: key }),
    ...changes,
  });
}

const HEADER = `# Open WebUI, as otto-install found it: what its container was made with, and the key that signs its sessions. Read by
# \`docker run --env-file\`: no quotes, no spaces around '=', '#' only at the start of a line. Docker reads it when a
# container is made; a change here needs a new container.
`;

/** Writes the env file; nothing when it is as it should be. */
export function keepEnvFile(
  content: string,
  before: string | undefined,
  answers: Answers,
): readonly WriteFile[] {
  if (content === before) return [];
  const values = Object.entries(parseDockerEnvFile(content)).flatMap(([name, value]) =>
    isSecretName(name) && value !== '' ? [new Secret(value)] : [],
  );
  return [
    {
      kind: 'write-file',
      path: layout(answers).openWebui.envFile,
      content: hideIn(content, values),
      mode: 0o600,
      owner: 'root:root',
      purpose: "Keep Open WebUI's settings and keys where only root reads them",
    },
  ];
}

/** Where it is noted which image an adopted Otto runs from, so that no other version comes when it has to be fetched again. */
export const IMAGE_NOTE = `${STATE_FOLDER}/open-webui-image.json`;

/** What {@link IMAGE_NOTE} holds: a digest, and the name that it had then. */
export interface ImageNote {
  readonly image: string;
  readonly digest: string;
}

/** Reads it; undefined when it is not there or is none. */
export function parseImageNote(content: string | undefined): ImageNote | undefined {
  const { image, digest } = object(parseJson(content ?? ''));
  return text(image) === '' || !/@sha256:/.test(text(digest))
    ? undefined
    : { image: text(image), digest: text(digest) };
}

/** Notes which image it is. */
export function noteImage({ image, digest }: Pick<Making, 'image' | 'digest'>): readonly WriteFile[] {
  if (digest === undefined) return [];
  const note: ImageNote = { image, digest };
  return [
    {
      kind: 'write-file',
      path: IMAGE_NOTE,
      content: `${JSON.stringify(note, undefined, 2)}\n`,
      mode: 0o644,
      owner: 'root:root',
      purpose: 'Note which image it is',
    },
  ];
}

/** Seconds: a start without a migration takes half a minute at most, on a small machine some minutes. */
const PATIENCE_SECONDS = 300;

/**
 * Makes Open WebUI's container anew, from the same image, so that no version changes, with its own environment,
 * networks and folders, published on 127.0.0.1 alone. The old one comes back when the new one does not answer.
 * `data`: another folder than the one it has. Interrupts: give the fix a consequence.
 */
export function remakeOpenWebui(
  remaking: Remaking,
  answers: Answers,
  options: {
    readonly works?: boolean;
    readonly changes?: Readonly<Record<string, string>>;
    readonly data?: string;
  } = {},
): readonly Action[] {
  const place = layout(answers).openWebui;
  const like = likeContainer(remaking.container, {
    name: place.container,
    envFile: place.envFile,
    labels: { [OURS]: 'open-webui' },
    port: { inside: INSIDE, at: `127.0.0.1:${place.port}` },
  });
  const { data } = options;
  const volumes =
    data === undefined
      ? like.volumes
      : [`${data}:${DATA_INSIDE}`, ...like.volumes.filter((volume) => !isForData(volume))];
  return [
    ...keepEnvFile(envFileFor(remaking, options), remaking.envFile, answers),
    makeContainerAnew(
      { ...like, image: remaking.making.image, volumes },
      {
        url: `http://127.0.0.1:${place.port}/health`,
        expected: '"status":true',
        patienceSeconds: PATIENCE_SECONDS,
      },
      'Put a new container of Open WebUI in the place of this one',
    ),
  ];
}

const isForData = (volume: string): boolean => volume.split(':')[1] === DATA_INSIDE;

/** What a new container interrupts, in words for a fix. */
export function whatRemakingTakes({ container, making, envFile }: Remaking): string {
  const kept = parseDockerEnvFile(envFile ?? '').WEBUI_SECRET_KEY;
  const used = container.env.WEBUI_SECRET_KEY || making.keyInside?.reveal();
  const signedOut =
    used === undefined || (kept !== undefined && kept !== '' && kept !== used)
      ? 'Who signed in to this container has to sign in again.'
      : 'Nobody is signed out.';
  const project = container.labels['com.docker.compose.project'];
  const compose =
    project === undefined
      ? ''
      : ` The container belongs to the project ${project} of Docker Compose: change its file too, or Compose makes the old one again.`;
  return `Open WebUI is away for about half a minute, and answers that are being written are cut off. Accounts, chats and settings stay. ${signedOut}${compose}`;
}
