import type { Argv, Host } from '../../host/host.ts';
import type { Container } from '../../system/docker/docker.ts';
import { settingIn } from '../../system/formats/env-file.ts';

/** The user that the official image drops to when nothing else is said. */
const IMAGE_USER = 1000;

/** Where the embedded database is, in the folder with the data. */
export const DATABASE = 'instances/default/db';

/** A file or folder that Paperclip needs and that belongs to somebody else. */
interface Stranger {
  readonly path: string;
  readonly owner: string;
}

/** The folder with its data, and what in it belongs to another user than the one that Paperclip runs as. */
export interface PaperclipData {
  readonly folder: string;
  /** Whose the folder itself is; undefined when it is not there. */
  readonly owner?: number | undefined;
  /** The user that its container should run as. */
  readonly user: number;
  readonly strangers: readonly Stranger[];
  /** The file with which its database says that it runs is there. */
  readonly marked?: boolean;
}

/** The folder that is mounted, and who owns what Paperclip cannot do without. */
export async function lookAtData(
  host: Host,
  container: Container | undefined,
  usual: string,
): Promise<PaperclipData> {
  const mounted = container?.mounts.find(({ target }) => target === '/paperclip')?.source;
  const folder = mounted ?? usual;
  const user = Number(settingIn(container?.env ?? {}, 'USER_UID') || IMAGE_USER);
  const top = await host.stat(folder);
  if (top === undefined || top.kind !== 'directory') return { folder, owner: undefined, user, strangers: [] };
  // Its owner may change what is in it at any moment, so look at it with that user's rights.
  const { stdout } = await host.exec(askOwners(folder, top.uid, top.gid));
  const found = parseOwners(stdout);
  const mark = `${folder}/${MARK}`;
  return {
    folder,
    owner: top.uid,
    user,
    strangers: found
      .filter(({ path, uid }) => uid !== user && path !== mark)
      .map(({ path, owner }) => ({ path, owner })),
    marked: found.some(({ path }) => path === mark),
  };
}

const MARK = `${DATABASE}/postmaster.pid`;
const NEEDED = [
  '',
  '/instances',
  '/instances/default',
  `/${DATABASE}`,
  `/${DATABASE}/PG_VERSION`,
  `/${MARK}`,
];

/** Prints `uid name path` for what is there; exit code 1 when something is not. */
const askOwners = (folder: string, uid: number, gid: number): Argv => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  '--no-new-privs',
  '--',
  'find',
  ...NEEDED.map((name) => `${folder}${name}`),
  '-maxdepth',
  '0',
  '-printf',
  '%U %u %p\\n',
];

function parseOwners(output: string) {
  return output.split('\n').flatMap((line) => {
    const [, uid, owner = '', path = ''] = /^(\d+) (\S+) (.*)$/.exec(line) ?? [];
    return uid === undefined ? [] : [{ uid: Number(uid), owner, path }];
  });
}
