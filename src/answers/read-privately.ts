import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';

/** A file with answers could not be used; the message says why and what to do. */
export class AnswersFileError extends Error {
  override readonly name = 'AnswersFileError';
}

interface Reading {
  /** '-' is stdin. */
  readonly path: string;
  /** What it is, for the operator: 'the answers file'. */
  readonly what: string;
  readonly mostBytes: number;
  /** How long to wait for a pipe that nobody writes to. */
  readonly patienceMs?: number;
}

/** Long enough for a password manager that asks somebody for a finger. */
const PATIENCE_MS = 30_000;
const PIECE = 64 * 1024;

/**
 * Reads a file that an operator named, or stdin: only a regular file or a pipe, with a limit on its size and on the time it takes. As
 * root it believes only a file that nobody else could have written. `warning` when others can read it. Throws
 * {@link AnswersFileError}.
 */
export function readPrivately(reading: Reading): { readonly text: string; readonly warning?: string } {
  const { path, what } = reading;
  if (path === '-') return { text: decoded(readStdin(reading), reading) };
  let file: number;
  try {
    // Some devices do something when they are only opened.
    const kind = kindOf(statSync(path));
    if (kind !== undefined) throw new AnswersFileError(`${path} (${what}) is ${kind}. ${WANTED}`);
    // Without waiting: opening a pipe that nobody writes to would never come back.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (error instanceof AnswersFileError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') throw new AnswersFileError(`There is no ${path} (${what}).`);
    throw new AnswersFileError(`${path} could not be read (${what}): ${code || String(error)}`);
  }
  try {
    const stat = fstatSync(file);
    const kind = kindOf(stat);
    if (kind !== undefined) throw new AnswersFileError(`${path} (${what}) is ${kind}. ${WANTED}`);
    const warnings = [...believed(file, stat, reading), ...readable(stat, path)];
    const text = decoded(
      stat.isFIFO() ? readPipe(file, reading, realPath(file) === undefined) : readFile(file, stat, reading),
      reading,
    );
    return warnings.length === 0 ? { text } : { text, warning: warnings.join('\n') };
  } catch (error) {
    if (error instanceof AnswersFileError) throw error;
    throw new AnswersFileError(`${path} could not be read (${what}): ${codeOf(error) || String(error)}`);
  } finally {
    closeSync(file);
  }
}

const WANTED = 'Use a file or a pipe.';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What it is instead of a file or a pipe. */
function kindOf(stat: Stats): string | undefined {
  if (stat.isFile() || stat.isFIFO()) return undefined;
  if (stat.isDirectory()) return 'a folder';
  return stat.isSocket() ? 'a socket' : 'a device';
}

function readable(stat: Stats, path: string): readonly string[] {
  return !stat.isFile() || (stat.mode & 0o077) === 0
    ? []
    : [`Other users of this machine can read ${path}. To keep it private: chmod 600 ${path}`];
}

/**
 * Root does what the file says, so nobody else may be able to change it: neither it nor a folder on the way to it. Whoever
 * typed sudo counts as root. Throws when somebody can; warns where only a group can.
 */
function believed(file: number, stat: Stats, { path, what }: Reading): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const real = realPath(file);
  // A pipe of the shell's own, '<(…)', has no name that anybody could take.
  if (real === undefined) return [];
  const sudo = Number(process.env.SUDO_UID ?? '0');
  const trusted = (uid: number) => uid === 0 || uid === sudo;
  const refused = (why: string) =>
    new AnswersFileError(
      `${path} (${what}) is not used: ${why}. Whoever can write it could tell root what to do. Copy it to a folder that belongs to root, like /root, with mode 0600.`,
    );
  if (!trusted(stat.uid)) throw refused(`it belongs to another user (uid ${stat.uid})`);
  if ((stat.mode & 0o002) !== 0) throw refused('every user of this machine can write to it');
  const groups: string[] = (stat.mode & 0o020) !== 0 && stat.gid !== 0 ? [real] : [];
  for (let folder = parent(real); ; folder = parent(folder)) {
    const { uid, gid, mode } = statSync(folder);
    if (!trusted(uid)) throw refused(`the folder ${folder} belongs to another user (uid ${uid})`);
    // In a folder like /tmp only the owner of a file can put another in its place.
    const sticky = (mode & 0o1000) !== 0;
    if ((mode & 0o002) !== 0 && !sticky) throw refused(`every user can write to the folder ${folder}`);
    if ((mode & 0o020) !== 0 && gid !== 0 && !sticky) groups.push(folder);
    if (folder === '/') break;
  }
  return groups.map((place) => `Users other than its owner can write to ${place}: chmod g-w ${place}`);
}

const parent = (path: string) => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** Where the open file is, after all links; undefined for what has no place, or where the kernel does not say. */
function realPath(file: number): string | undefined {
  try {
    const path = readlinkSync(`/proc/self/fd/${file}`);
    return path.startsWith('/') ? path : undefined;
  } catch {
    return undefined;
  }
}

function readFile(file: number, stat: Stats, reading: Reading): readonly Buffer[] {
  if (stat.size > reading.mostBytes) throw tooLarge(reading);
  return pieces((buffer) => readSync(file, buffer), reading);
}

/**
 * A pipe opened without waiting brings nothing, or EAGAIN, until somebody has written to it. `hasWriter`: somebody had it open
 * before us, so nothing is its end.
 */
function readPipe(file: number, reading: Reading, hasWriter: boolean): readonly Buffer[] {
  let waitedFrom = Date.now();
  let seen = hasWriter;
  return pieces((buffer) => {
    for (;;) {
      const length = readWithoutWaiting(file, buffer);
      if (length !== undefined && (length > 0 || seen)) {
        seen = true;
        waitedFrom = Date.now();
        return length;
      }
      if (Date.now() - waitedFrom >= (reading.patienceMs ?? PATIENCE_MS)) throw nobodyWrites(reading);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }, reading);
}

/** undefined: there may be more later. */
function readWithoutWaiting(file: number, buffer: Buffer): number | undefined {
  try {
    return readSync(file, buffer);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

function readStdin(reading: Reading): readonly Buffer[] {
  let stat: Stats;
  try {
    stat = fstatSync(0);
  } catch {
    throw new AnswersFileError(`Nothing can be read from stdin (${reading.what}): it is closed.`);
  }
  if (stat.isFile()) return readFile(0, stat, reading);
  // Node sets a pipe and a socket on stdin to 'without waiting' when it is asked about stdin. Somebody who types ends with Ctrl-D.
  if (process.stdin.isTTY === true) return pieces((buffer) => readSync(0, buffer), reading);
  const kind = stat.isSocket() ? undefined : kindOf(stat);
  if (kind !== undefined) throw new AnswersFileError(`stdin (${reading.what}) is ${kind}. ${WANTED}`);
  return readPipe(0, reading, true);
}

/** What `read` brings until it brings nothing, up to the limit. */
function pieces(read: (buffer: Buffer) => number, reading: Reading): readonly Buffer[] {
  const all: Buffer[] = [];
  let total = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(PIECE);
    const length = read(buffer);
    if (length === 0) return all;
    total += length;
    if (total > reading.mostBytes) throw tooLarge(reading);
    all.push(buffer.subarray(0, length));
  }
}

function decoded(parts: readonly Buffer[], reading: Reading): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new AnswersFileError(`${nameOf(reading)} is not text in UTF-8 (${reading.what}).`);
  }
}

function tooLarge(reading: Reading): AnswersFileError {
  const most = `${Math.round(reading.mostBytes / 1024)} KB`;
  return new AnswersFileError(
    `${nameOf(reading)} is larger than ${most} (${reading.what}), so it is something else.`,
  );
}

function nobodyWrites(reading: Reading): AnswersFileError {
  const seconds = Math.round((reading.patienceMs ?? PATIENCE_MS) / 1000);
  return new AnswersFileError(
    `${nameOf(reading)} is a pipe, and nobody wrote to it for ${seconds} seconds (${reading.what}).`,
  );
}

const nameOf = ({ path }: Reading) => (path === '-' ? 'stdin' : path);
