import { posix } from 'node:path';
import type { FileStat } from '../host/host.ts';

/** A file, folder or link of the droplet in memory. */
interface Entry {
  kind: 'file' | 'directory' | 'symlink';
  content: string;
  mode: number;
  owner: string;
  group: string;
  modifiedMs: number;
}

interface PutOptions {
  readonly mode?: number | undefined;
  /** 'user:group'. Folders above that must be made belong to it, too. */
  readonly owner?: string | undefined;
}

/** The file system of the droplet in memory: absolute paths, no '..'. Links are followed on the last part only. */
export class RehearsalFiles {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #ids: (name: string) => number;

  /** `ids` gives the number of a user or group. */
  constructor(now: () => number, ids: (name: string) => number) {
    this.#now = now;
    this.#ids = ids;
    this.makeDirectory('/');
  }

  /** Where a path leads to when it is a link, else the path. */
  follow(path: string): string {
    const entry = this.#entries.get(path);
    if (entry?.kind !== 'symlink') return path;
    return this.follow(posix.resolve(parent(path), entry.content));
  }

  /** The target of a link; undefined where there is no link. */
  target(path: string): string | undefined {
    const entry = this.#entries.get(path);
    return entry?.kind === 'symlink' ? entry.content : undefined;
  }

  read(path: string): string | undefined {
    const entry = this.#entries.get(this.follow(path));
    return entry?.kind === 'file' ? entry.content : undefined;
  }

  put(path: string, content: string, options: PutOptions = {}): void {
    const target = this.follow(path);
    this.makeDirectory(parent(target), { owner: options.owner });
    const before = this.#entries.get(target);
    this.#entries.set(target, {
      kind: 'file',
      content,
      mode: options.mode ?? before?.mode ?? 0o644,
      ...owners(options.owner ?? (before ? `${before.owner}:${before.group}` : 'root:root')),
      modifiedMs: this.#now(),
    });
  }

  /** Makes a folder and those above it; leaves one that is there. */
  makeDirectory(path: string, options: PutOptions = {}): void {
    if (path === '' || this.#entries.has(path)) return;
    if (path !== '/') this.makeDirectory(parent(path), { owner: options.owner });
    this.#entries.set(path, {
      kind: 'directory',
      content: '',
      mode: options.mode ?? 0o755,
      ...owners(options.owner ?? 'root:root'),
      modifiedMs: this.#now(),
    });
  }

  link(path: string, target: string): void {
    this.makeDirectory(parent(path));
    this.#entries.set(path, {
      kind: 'symlink',
      content: target,
      mode: 0o777,
      ...owners('root:root'),
      modifiedMs: this.#now(),
    });
  }

  /** Removes a path and everything below it. */
  remove(path: string): void {
    for (const known of [...this.#entries.keys()]) {
      if (known === path || known.startsWith(`${path}/`)) this.#entries.delete(known);
    }
  }

  /** Moves a path and everything below it. */
  move(from: string, to: string): void {
    for (const [known, entry] of [...this.#entries]) {
      if (known !== from && !known.startsWith(`${from}/`)) continue;
      this.#entries.delete(known);
      this.#entries.set(to + known.slice(from.length), entry);
    }
  }

  /** Copies a path and everything below it, with owners, modes and times. */
  copy(from: string, to: string): void {
    for (const [known, entry] of [...this.#entries]) {
      if (known !== from && !known.startsWith(`${from}/`)) continue;
      this.#entries.set(to + known.slice(from.length), { ...entry });
    }
  }

  /** Changes mode or owner; of everything below it too when `deep`. */
  change(path: string, options: PutOptions, deep = false): void {
    for (const [known, entry] of this.#entries) {
      if (known !== path && !(deep && known.startsWith(`${path}/`))) continue;
      if (options.mode !== undefined) entry.mode = options.mode;
      if (options.owner !== undefined) Object.assign(entry, owners(options.owner));
    }
  }

  /** A path and everything below it. */
  below(path: string): readonly string[] {
    return [...this.#entries.keys()].filter((known) => known === path || known.startsWith(`${path}/`));
  }

  /** The owner of the innermost folder on the way that is not root's; undefined when all are root's. */
  keeper(path: string): string | undefined {
    const target = this.follow(path);
    for (let at = target; at !== '/'; at = parent(at)) {
      const entry = this.#entries.get(at);
      if (entry?.kind === 'directory' && entry.owner !== 'root') return entry.owner;
    }
    return undefined;
  }

  exists(path: string): boolean {
    return this.#entries.has(this.follow(path));
  }

  stat(path: string): FileStat | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    return {
      kind: entry.kind,
      mode: entry.mode,
      uid: this.#number(entry.owner),
      gid: this.#number(entry.group),
      owner: entry.owner,
      group: entry.group,
      size: Buffer.byteLength(entry.content),
      modifiedMs: entry.modifiedMs,
    };
  }

  /** Whether another user than root can write in a folder. */
  isForeign(path: string): boolean {
    const entry = this.#entries.get(this.follow(path));
    return entry?.kind === 'directory' && (entry.owner !== 'root' || (entry.mode & 0o022) !== 0);
  }

  /** A number without a name is shown as the number. */
  #number(owner: string): number {
    return /^\d+$/.test(owner) ? Number(owner) : this.#ids(owner);
  }

  /** Names directly below a folder, sorted; undefined when there is no such folder. */
  list(path: string): readonly string[] | undefined {
    const folder = this.follow(path);
    if (this.#entries.get(folder)?.kind !== 'directory') return undefined;
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const names = [...this.#entries.keys()]
      .filter((known) => known !== '/' && known.startsWith(prefix))
      .map((known) => known.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)].sort();
  }
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function owners(owner: string): { owner: string; group: string } {
  const [user = 'root', group = user] = owner.split(':');
  return { owner: user, group };
}
