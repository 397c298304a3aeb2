import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { Host } from '../../host/host.ts';
import { reveal, Secret, type SecretText, sameText } from '../../secret/secret.ts';
import { copyOut, firstFileInTar } from '../../system/docker/copy-out.ts';
import { type Overrides, overridesOf } from '../../system/docker/created-with.ts';
import { type Container, inspectImageNames, ownEnv, parseImageNames } from '../../system/docker/docker.ts';
import { type Env, envIn, secretIn, setInEnvFile, settingIn } from '../../system/formats/env-file.ts';
import { askDocker } from '../containers.ts';

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
  const url = settingIn(env, 'DATABASE_URL');
  const type = settingIn(env, 'DATABASE_TYPE');
  return !['', `sqlite:///${DATA_INSIDE}/webui.db`].includes(url) || !['', 'sqlite'].includes(type);
}

/** What a container of Open WebUI was created with, as far as it is needed to create another one like it. */
export interface CreationSpec {
  /** Its environment without what its image brings. */
  readonly ownEnv: Env;
  /** The key that it made for itself, in a file that goes away with it; undefined when it was given one. */
  readonly keyInside: Secret | undefined;
  /** What identifies its image here: its tag as long as that still names the same image, else the image's id. */
  readonly image: string;
  /** The name by which its very image can be fetched again: 'ghcr.io/open-webui/open-webui@sha256:…'. */
  readonly digest: string | undefined;
  /** What it was told otherwise than its image. */
  readonly overrides?: Overrides | undefined;
}

/** Looks at what a container was created with. It does not have to run. */
export async function lookAtCreationSpec(host: Host, container: Container): Promise<CreationSpec> {
  const [inspected, keyInside] = await Promise.all([
    askDocker(host, inspectImageNames(container.imageId)),
    lookForKey(host, container),
  ]);
  const names = parseImageNames(inspected.stdout);
  const tag = [container.image, ...(names?.tags ?? [])].find((name) => names?.tags.includes(name));
  const image = tag ?? container.imageId;
  const overrides =
    container.createdWith === undefined || names === undefined
      ? undefined
      : overridesOf(container.createdWith.process, names.process);
  return { ownEnv: ownEnv(container, names), keyInside, image, digest: names?.digests[0], overrides };
}

/** Without WEBUI_SECRET_KEY the image's start.sh creates a key file beside itself (facts: open-webui A3). */
async function lookForKey(host: Host, { id, env, status }: Container): Promise<Secret | undefined> {
  if (settingIn(env, 'WEBUI_SECRET_KEY') !== '' || status === 'created') return undefined;
  const file = settingIn(env, 'WEBUI_SECRET_KEY_FILE') || '.webui_secret_key';
  const path = file.startsWith('/') ? file : `/app/backend/${file}`;
  const { exitCode, stdout } = await askDocker(host, copyOut(id.slice(0, 12), path));
  const key = exitCode === 0 ? firstFileInTar(stdout)?.trim() : undefined;
  return key === undefined || key === '' ? undefined : new Secret(key);
}

/** What a new container is created from. */
export interface RecreateSource {
  readonly container: Container;
  readonly creationSpec: CreationSpec;
  /** Open WebUI's env file as it is now. */
  readonly envFile: SecretText | undefined;
}

/**
 * What the env file should hold for a new container. A file that is there counts; what only the container has is added
 * as long as it works with it. The key that signs sessions is the file's, else the container's own.
 */
export function envFileFor(
  { container, creationSpec, envFile }: RecreateSource,
  { works = true, changes = {} }: { readonly works?: boolean; readonly changes?: Env } = {},
): SecretText {
  const before = envFile ?? HEADER;
  const kept = envIn(before, 'docker');
  // An env file knows no values of several lines.
  const own = Object.entries(creationSpec.ownEnv).filter(
    ([name, value]) => !(name in kept) && !/[\r\n]/.test(reveal(value)),
  );
  const added = works || envFile === undefined ? Object.fromEntries(own) : {};
  const key =
    secretIn(kept, 'WEBUI_SECRET_KEY') ??
    secretIn(container.env, 'WEBUI_SECRET_KEY') ??
    creationSpec.keyInside;
  return setInEnvFile(
    before,
    { ...added, ...(key === undefined ? {} : { WEBUI_SECRET_KEY: key }), ...changes },
    'docker',
  );
}

const HEADER = `# Open WebUI, as otto-install found it: the settings of its container, and the key that signs its sessions. Read by
# \`docker run --env-file\`: no quotes, no spaces around '=', '#' only at the start of a line. Docker reads it when a
# container is created; a change here needs a new container.
`;

/** Writes the env file; nothing when it is as it should be. */
export function keepEnvFile(
  content: SecretText,
  before: SecretText | undefined,
  answers: Answers,
): readonly WriteFile[] {
  if (before !== undefined && sameText(content, before)) return [];
  return [
    writeFile(
      layout(answers).openWebui.envFile,
      content,
      0o600,
      "Keep Open WebUI's settings and keys where only root can read them",
      { effects: replaces(layout(answers).openWebui.envFile, foundAs('Open WebUI’s settings')) },
    ),
  ];
}
