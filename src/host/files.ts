import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { reveal, type SecretText } from '../engine/secret.ts';
import type { Accounts } from './accounts.ts';
import { type FileStat, HostError, type WriteOptions } from './host.ts';
import { type Destination, follow, refuseStrangers } from './links.ts';

/** No settings file or log that we read as a whole is as big; a bigger one must not fill the memory. */
const MOST_READ = 64 * 1024 * 1024;

/** Comes back at once from a named pipe, and never goes through a link at the end of the path. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** The content as UTF-8; undefined when there is no such file. Throws HostError for strangers' links ({@link follow}). */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readDirectly(path)) ?? (await readThroughLinks(path));
  } catch (error) {
    if (error instanceof HostError) throw error;
    if (isAbsent(error)) return undefined;
    throw new HostError(`${path} could not be read: ${wordsFor(error)}`, { cause: error });
  }
}

/** Undefined when there is a link in the path, or somebody replaces the file at this very moment. */
async function readDirectly(path: string): Promise<string | undefined> {
  const file = await open(path, READ).catch((error: unknown) => {
    if (codeOf(error) === 'ELOOP') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    return (await placeOf(file)) === path ? await contentOf(file, path) : undefined;
  } finally {
    await file.close();
  }
}

async function readThroughLinks(path: string): Promise<string> {
  const destination = await follow(path);
  return inFolder(destination, path, async (place) => {
    const file = await open(join(place, destination.name), READ);
    try {
      refuseStrangers(path, destination.strangers, (await file.stat()).uid);
      return await contentOf(file, path);
    } finally {
      await file.close();
    }
  });
}

async function contentOf(file: FileHandle, path: string): Promise<string> {
  const stat = await file.stat();
  if (stat.isDirectory()) throw new HostError(`${path} could not be read: ${WORDS.EISDIR}`);
  if (!stat.isFile()) throw new HostError(`${path} could not be read: it is no file, but a pipe or a device`);
  if (stat.size > MOST_READ) throw new HostError(`${path} could not be read: it is larger than 64 MB`);
  return file.readFile('utf8');
}

/**
 * Replaces a file so that at every moment either the old or the new content is there, whole, and with its final
 * owner and permissions. The directory must exist. Follows links, but none of another user into a folder that does not
 * belong to that user.
 */
export async function writeAtomically(
  path: string,
  content: SecretText,
  options: WriteOptions,
  accounts: Accounts,
): Promise<void> {
  const { uid, gid } = await ownerIds(options.owner ?? 'root:root', accounts);
  const destination = await follow(path);
  try {
    await inFolder(destination, path, async (place, folder) => {
      refuseStrangers(path, destination.strangers, (await folder.stat()).uid);
      await replace(place, destination.name, content, { uid, gid, mode: options.mode });
      // Some file systems refuse this; the file itself is safe all the same.
      await folder.sync().catch(() => undefined);
    });
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw new HostError(`${path} could not be written: ${wordsFor(error)}`, { cause: error });
  }
}

async function replace(
  place: string,
  name: string,
  content: SecretText,
  { uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number },
): Promise<void> {
  const temporary = join(place, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    // 'wx' refuses a link that somebody put there; 0600 until owner and permissions are the final ones.
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.chown(uid, gid);
      await file.chmod(mode);
      await file.writeFile(reveal(content), 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(place, name));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/**
 * Holds on to the folder of a destination while something is done in it: `place` is a path that leads to this very folder
 * (proc_pid_fd(5)), whatever somebody puts in the place of a folder above it meanwhile.
 */
async function inFolder<Result>(
  { folder }: Destination,
  path: string,
  work: (place: string, folder: FileHandle) => Promise<Result>,
): Promise<Result> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    if ((await placeOf(handle)) !== folder)
      throw new HostError(`${path} cannot be used: a folder of its path was replaced at this moment`);
    return await work(`/proc/self/fd/${handle.fd}`, handle);
  } finally {
    await handle.close();
  }
}

/** The path of what is open, as the kernel knows it: without links. */
function placeOf(file: FileHandle): Promise<string> {
  return readlink(`/proc/self/fd/${file.fd}`);
}

/** What is at the path itself; undefined when there is nothing. */
export async function statOf(path: string, accounts: Accounts): Promise<FileStat | undefined> {
  try {
    const stat = await lstat(path);
    const [account, group] = await Promise.all([accounts.account(stat.uid), accounts.group(stat.gid)]);
    return {
      kind: kindOf(stat),
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      owner: account?.name ?? String(stat.uid),
      group: group?.name ?? String(stat.gid),
      size: stat.size,
      modifiedMs: stat.mtimeMs,
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new HostError(`${path} could not be looked at: ${wordsFor(error)}`, { cause: error });
  }
}

/** Names in a directory, sorted; undefined when there is none. */
export async function namesIn(path: string): Promise<readonly string[] | undefined> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new HostError(`${path} could not be listed: ${wordsFor(error)}`, { cause: error });
  }
}

function kindOf(stat: Stats): FileStat['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'other';
}

async function ownerIds(owner: string, accounts: Accounts): Promise<{ uid: number; gid: number }> {
  const [userName = '', groupName = userName] = owner.split(':');
  const numeric = (name: string) => (/^\d+$/.test(name) ? Number(name) : undefined);
  const [uid, gid] = await Promise.all([
    numeric(userName) ?? accounts.account(userName).then((account) => account?.uid),
    numeric(groupName) ?? accounts.group(groupName).then((group) => group?.gid),
  ]);
  if (uid === undefined) throw new HostError(`There is no user ${userName} on this machine.`);
  if (gid === undefined) throw new HostError(`There is no group ${groupName} on this machine.`);
  return { uid, gid };
}

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const WORDS = {
  EACCES: 'no permission',
  EPERM: 'not permitted',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EIO: 'the disk reports an input/output error',
  ELOOP: 'a link was put in its place at this moment',
} as const;

/** What an error of the file system means, in words. */
function wordsFor(error: unknown): string {
  const known = Object.entries(WORDS).find(([code]) => code === codeOf(error))?.[1];
  return known ?? (error instanceof Error ? error.message : String(error));
}
