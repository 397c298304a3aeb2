import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { isAbsolute } from 'node:path';
import { codeOf } from './file-words.ts';
import { HostError } from './host.ts';

/** As many links as Linux itself follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** Holds what is there without opening it for anything (open(2)); Node has no name for it, and it is the same everywhere. */
const O_PATH = 0o10000000;

/** What is there, not what a link there leads to. */
const HOLD = O_PATH | constants.O_NOFOLLOW;

/**
 * For tests: called between two steps of a walk, when somebody else may have put another thing in place of what was
 * just looked at. The step is named after what is about to happen.
 */
export type OnStep = (step: string) => void;

/**
 * A folder that is held open: `at` leads into this very one, whatever is renamed or put in its place meanwhile. That is
 * openat(2), which Node does not have: /proc/self/fd/N is no link that is read, but the kernel's own way to what is open.
 * openat2(2) with RESOLVE_NO_SYMLINKS and RESOLVE_BENEATH would do the same in one call; it would need a native addon, and
 * root's own links, which must be followed, would must be walked like this anyway.
 */
export class Folder {
  readonly fd: number;
  readonly stat: Stats;
  /** Nobody but root can put another folder in its place. */
  readonly fixed: boolean;
  /** Nobody but root can change what is in it. */
  readonly closed: boolean;
  /** The user who can change what is in it; undefined: root alone, or, where it is not closed, a group or everybody. */
  readonly keeper: number | undefined;

  constructor(fd: number, stat: Stats, above?: Folder) {
    this.fd = fd;
    this.stat = stat;
    const ours = isTrusted(stat.uid);
    this.fixed = above === undefined || above.closed || (above.sticky && ours);
    this.closed = this.fixed && ours && ((stat.mode & 0o022) === 0 || !areRoot());
    this.keeper = ours ? (this.fixed ? undefined : above?.keeper) : stat.uid;
  }

  /** Everybody may put something into it, and nobody may touch what is another's: /tmp. */
  get sticky(): boolean {
    return this.fixed && isTrusted(this.stat.uid) && (this.stat.mode & 0o1000) !== 0;
  }

  /** A path that leads to what is called so in this very folder. */
  at(name: string): string {
    return `/proc/self/fd/${this.fd}/${name}`;
  }
}

/** Where a path leads to: the folder, held, and what is in it. */
export interface Reached {
  readonly kind: 'reached';
  readonly folder: Folder;
  /** '' when the path ends with the folder itself. */
  readonly name: string;
  /** What is there, held; undefined when nothing is, or when it was not asked for. Never a link. */
  readonly entry: { readonly fd: number; readonly stat: Stats } | undefined;
  /** Gives back all that is held. */
  close(): void;
}

/** The path leads through a link that root does not follow. */
export interface Diverted {
  readonly kind: 'diverted';
  /** The user who can have made it, and as whom it can be followed; undefined when that is no single one. */
  readonly as: number | undefined;
}

/**
 * Walks a path from / on, part by part, each opened relative to the folder that is held and without following a link. Only
 * links that nobody but root can have made are followed. In a folder that somebody else can write, and everywhere below it,
 * none is: whoever swaps folders and links there while we walk leads us to another of their own folders at most.
 * `last`: 'follow' what stands at the end, and hold it, or only say where it 'is'. Throws errors of the file system.
 */
export function walk(path: string, last: 'follow' | 'is', onStep?: OnStep): Reached | Diverted {
  const ahead = parts(isAbsolute(path) ? path : `${process.cwd()}/${path}`);
  const held: Folder[] = [hold('/')];
  let links = 0;
  let kept: Folder | undefined;
  const end = (entry?: Reached['entry'], name = '') => {
    kept = held.at(-1) as Folder;
    return reached(kept, name, entry);
  };
  try {
    for (;;) {
      const here = held.at(-1) as Folder;
      const name = ahead.shift();
      if (name === undefined) return end();
      if (name === '..') {
        // Words of that user's that became a part of a path must not lead out again.
        if (areRoot() && !here.closed)
          throw new HostError(`${path} cannot be used: it leads back out of the folder of another user`);
        // The folder that we came from, and not the one that it is in by now.
        if (held.length > 1) release(held.pop());
        continue;
      }
      if (ahead.length === 0 && last === 'is') return end(undefined, name);
      onStep?.(`open ${name}`);
      const fd = openOrNothing(here.at(name), ahead.length === 0);
      if (fd === undefined) return end(undefined, name);
      const stat = statOrClose(fd);
      if (stat.isSymbolicLink()) {
        closeSync(fd);
        if (areRoot() && !(here.closed && isTrusted(stat.uid))) return diverted(here, stat);
        links += 1;
        if (links > MOST_LINKS) throw new HostError(`${path} cannot be used: too many links in a row`);
        onStep?.(`follow ${name}`);
        // Nobody but root can have changed it since: the folder is closed.
        const target = readlinkSync(here.at(name));
        if (target.startsWith('/')) for (const folder of held.splice(1)) release(folder);
        ahead.unshift(...parts(target));
      } else if (ahead.length === 0) return end({ fd, stat }, name);
      else held.push(new Folder(fd, stat, here));
    }
  } finally {
    for (const folder of held) if (folder !== kept) release(folder);
  }
}

/** The folder at the end of a path that was walked, when there is one: itself, or what its last part names. */
export function folderAt({ folder, name, entry }: Reached): Folder | undefined {
  if (name === '') return folder;
  return entry?.stat.isDirectory() === true ? new Folder(entry.fd, entry.stat, folder) : undefined;
}

/** Whether it is root's or ours; for root that is the same. */
export function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/** Who is not root has no rights that a link could make use of: the kernel is in charge then. */
function areRoot(): boolean {
  return process.geteuid?.() === 0;
}

function reached(folder: Folder, name: string, entry: Reached['entry']): Reached {
  const close = () => {
    release(folder);
    if (entry !== undefined) closeSync(entry.fd);
  };
  return { kind: 'reached', folder, name, entry, close };
}

function diverted(folder: Folder, link: Stats): Diverted {
  return { kind: 'diverted', as: folder.keeper ?? (isTrusted(link.uid) ? undefined : link.uid) };
}

function hold(path: string): Folder {
  const fd = openSync(path, HOLD);
  return new Folder(fd, statOrClose(fd));
}

function release(folder: Folder | undefined): void {
  if (folder !== undefined) closeSync(folder.fd);
}

function openOrNothing(path: string, mayBeAbsent: boolean): number | undefined {
  try {
    return openSync(path, HOLD);
  } catch (error) {
    if (mayBeAbsent && codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function statOrClose(fd: number): Stats {
  try {
    return fstatSync(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
