import { closeSync, constants, lstatSync, opendirSync, openSync, readSync, type Stats } from 'node:fs';
import { MOST_READ_AS_USER } from './as-user.ts';
import { WORDS } from './file-words.ts';
import { type FileStat, HostError } from './host.ts';
import { type Folder, isTrusted, type OnStep, type Reached } from './walk.ts';

/** What is read of a file or folder that a walk has reached and holds. */

/** No settings file or log that we read as a whole is this big; a bigger one must not fill the memory. */
const MOST_READ = 64 * 1024 * 1024;

/** No folder that we list has this many entries; a bigger one must not fill the memory. */
const MOST_NAMES = 100_000;

/**
 * The held file is opened after it was seen to be a regular one; should it be something else anyway, opening it does
 * not block.
 */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens what was reached, when it is a file that may be read: the very one that was looked at. */
export function opened<Result>(
  { folder, name, entry }: Reached,
  path: string,
  use: (fd: number, most: number) => Result,
  onStep?: OnStep,
): Result | undefined {
  if (entry === undefined) {
    if (name !== '') return undefined;
    throw new HostError(`${path} could not be read: ${WORDS.EISDIR}`);
  }
  const problem = whyNotRead(entry.stat, folder);
  if (problem !== undefined) throw new HostError(`${path} could not be read: ${problem}`);
  onStep?.(`read ${name}`);
  const fd = openSync(`/proc/self/fd/${entry.fd}`, READ);
  try {
    return use(fd, folder.closed ? MOST_READ : MOST_READ_AS_USER);
  } finally {
    closeSync(fd);
  }
}

/**
 * Why a file must not be read; undefined: it may. Where only root can put something anything that is a file may. Elsewhere
 * it may be a hard link to any file of this machine (fs.protected_hardlinks is not everywhere on), so it needs to be that
 * user's own, or one of root's that has no other name and that a user could have been meant to have: a file that root has
 * replaced meanwhile has lost its other names as well, but /etc/shadow keeps a group of its own.
 */
function whyNotRead(stat: Stats, { closed, keeper, stat: { dev, gid } }: Folder): string | undefined {
  if (stat.isDirectory()) return WORDS.EISDIR;
  if (!stat.isFile()) return 'it is no file, but a pipe or a device';
  // Nobody can put a file into /proc, and whose its files are changes with their processes.
  if (closed || dev === deviceOfProc()) return undefined;
  if (!isTrusted(stat.uid)) {
    if (keeper === undefined ? stat.nlink === 1 : stat.uid === keeper) return undefined;
    return 'it belongs to neither root nor the user whose folder it is in. Give it to that user, or remove it';
  }
  if (stat.nlink !== 1)
    return 'it is a file of root’s that has another name elsewhere. Remove this one, and put a file of its own there';
  if ((stat.mode & 0o004) !== 0 || stat.gid === 0 || stat.gid === gid) return undefined;
  return 'it is a file of root’s that the user whose folder it is in must not read. Remove it, or give it to that user';
}

let proc: number | undefined;

function deviceOfProc(): number {
  proc ??= lstatSync('/proc').dev;
  return proc;
}

/** Reads to the end, or until it is too much: a file may grow, and what the kernel makes up has no size. */
export function contentOf(fd: number, path: string, most: number): string {
  const pieces: Buffer[] = [];
  for (let length = 0; ; ) {
    const piece = Buffer.allocUnsafe(4096 << Math.min(pieces.length, 8));
    const count = readSync(fd, piece);
    if (count === 0) return Buffer.concat(pieces).toString('utf8');
    length += count;
    if (length > most)
      throw new HostError(`${path} could not be read: it is larger than ${most / 1024 / 1024} MB`);
    pieces.push(piece.subarray(0, count));
  }
}

/** Names in a folder, sorted. */
export function namesIn({ fd }: Folder, path: string): readonly string[] {
  const folder = opendirSync(`/proc/self/fd/${fd}`, { bufferSize: 256 });
  try {
    const names: string[] = [];
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      names.push(entry.name);
      if (names.length > MOST_NAMES)
        throw new HostError(`${path} could not be listed: it holds more than ${MOST_NAMES} names`);
    }
    return names.sort();
  } finally {
    folder.closeSync();
  }
}

/** What is known of it without the names of whom it belongs to. */
export function numbersOf(stat: Stats): Omit<FileStat, 'owner' | 'group'> {
  const { uid, gid, size, mtimeMs } = stat;
  return { kind: kindOf(stat), mode: stat.mode & 0o7777, uid, gid, size, modifiedMs: mtimeMs };
}

function kindOf(stat: Stats): FileStat['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'other';
}
