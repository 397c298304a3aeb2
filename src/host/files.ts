import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { reveal, type SecretText } from '../engine/secret.ts';
import type { Accounts } from './accounts.ts';
import { type FileStat, HostError, type WriteOptions } from './host.ts';

/** As many links as Linux itself follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** The content as UTF-8; undefined when there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new HostError(`${path} could not be read: ${wordsFor(error)}`, { cause: error });
  }
}

/**
 * Replaces a file so that at every moment either the old or the new content is there, whole, and with its final
 * owner and permissions. The directory must exist.
 */
export async function writeAtomically(
  path: string,
  content: SecretText,
  options: WriteOptions,
  accounts: Accounts,
): Promise<void> {
  const { uid, gid } = await ownerIds(options.owner ?? 'root:root', accounts);
  const target = await followLinks(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    // 'wx' refuses a link that somebody put there; 0600 until owner and permissions are the final ones.
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.chown(uid, gid);
      await file.chmod(options.mode);
      await file.writeFile(reveal(content), 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw new HostError(`${path} could not be written: ${wordsFor(error)}`, { cause: error });
  }
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

/** The path that a write has to replace: where a chain of links ends, also when nothing is there yet. */
async function followLinks(path: string): Promise<string> {
  let target = path;
  for (let count = 0; count < MOST_LINKS; count += 1) {
    const link = await readlink(target).catch(() => undefined);
    if (link === undefined) return target;
    target = resolve(dirname(target), link);
  }
  throw new HostError(`${path} could not be written: too many links in a row`);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  // Some file systems refuse this; the file itself is safe all the same.
  await directory.sync().catch(() => undefined);
  await directory.close();
}

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'not permitted',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EIO: 'the disk reports an input/output error',
};

/** What an error of the file system means, in words. */
function wordsFor(error: unknown): string {
  const known = WORDS[codeOf(error) ?? ''];
  return known ?? (error instanceof Error ? error.message : String(error));
}
