/**
 * What is expensive to make for the test droplet (root file systems, images, package indexes) is made once per
 * machine and kept outside the checkout. An entry is named after its recipe, so a changed recipe is a new entry;
 * an entry counts only when its mark, written last, still describes what is on the disk.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { must } from './machine/shell.ts';

/** The directory that holds all entries: `$OTTO_DROPLET_CACHE`, or /var/cache/otto-install-droplet. */
export function cacheRoot(): string {
  return process.env.OTTO_DROPLET_CACHE || '/var/cache/otto-install-droplet';
}

const asked = new Set<string>();

/** The directories of all entries that this process asked for. */
export function askedFor(): ReadonlySet<string> {
  return asked;
}

/** What a finished entry holds: how many files and directories, their bytes, and a digest of names and sizes. */
export interface Manifest {
  readonly entries: number;
  readonly bytes: number;
  readonly digest: string;
}

interface Mark extends Manifest {
  readonly name: string;
  readonly recipe: string;
  readonly seconds: number;
}

/** Writes one line of progress to stderr: seconds since `startedAt` (milliseconds of Date.now()), name, text. */
export function progress(name: string, startedAt: number, text: string): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${name}: ${text}\n`);
}

/**
 * Returns the directory of a finished artefact, and builds it first if it is missing, half-built or damaged.
 *
 * @param name   what it is, fit for a file name ("images", "rootfs-bookworm-bare")
 * @param recipe everything that determines the content: versions, scripts, the paths of entries it is made from
 * @param build  fills the directory that it is given (empty, beside the final place); what it throws is passed on
 *               and leaves no entry behind. It must not leave anything mounted inside.
 *
 * Processes that want the same entry wait for one another. Treat the directory as read-only: a file added or
 * changed in size makes the next caller build it again.
 */
export async function cached(
  name: string,
  recipe: string,
  build: (dir: string) => Promise<void>,
): Promise<string> {
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const dir = join(cacheRoot(), `${name}-${key}`);
  const mark = `${dir}.complete.json`;
  asked.add(dir);
  await mkdir(cacheRoot(), { recursive: true });
  const startedAt = Date.now();
  const unlock = await lock(`${dir}.lock`, () =>
    progress(name, startedAt, 'it is being built already, waiting for that'),
  );
  try {
    const fault = await faultOf(dir, mark);
    if (fault === undefined) return dir;
    progress(name, startedAt, `${fault}, building it`);
    const part = `${dir}.part`;
    await remove(mark, dir, part);
    await mkdir(part);
    await build(part);
    const manifest = measure(part);
    await rename(part, dir);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const content: Mark = { name, recipe, seconds, ...manifest };
    await writeFile(`${mark}.part`, `${JSON.stringify(content, null, 2)}\n`);
    await rename(`${mark}.part`, mark);
    progress(name, startedAt, `ready, ${Math.round(manifest.bytes / 1e6)} MB`);
    return dir;
  } finally {
    await unlock();
  }
}

/** Says why the entry cannot be used ("not there yet", "half-built", "damaged"), or undefined when it can. */
async function faultOf(dir: string, mark: string): Promise<string | undefined> {
  const there = await stat(dir).then(
    () => true,
    () => false,
  );
  if (!there) return 'not there yet';
  let known: Mark;
  try {
    known = JSON.parse(await readFile(mark, 'utf8')) as Mark;
  } catch {
    return 'half-built by an earlier run';
  }
  const seen = measure(dir);
  return seen.digest === known.digest ? undefined : 'damaged (its files are not those that were built)';
}

/**
 * Counts and digests what is below `dir`: relative names, kinds, and sizes of regular files. Contents and times
 * are left out, so that looking at a root file system of 40 000 files takes a fraction of a second.
 */
export function measure(dir: string): Manifest {
  const hash = createHash('sha256');
  let entries = 0;
  let bytes = 0;
  const walk = (relative: string): void => {
    const names = readdirSync(join(dir, relative)).sort();
    for (const name of names) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const info = lstatSync(join(dir, path));
      const size = info.isFile() ? info.size : 0;
      entries += 1;
      bytes += size;
      hash.update(`${path}\0${info.mode & 0o170000}\0${size}\n`);
      if (info.isDirectory()) walk(path);
    }
  };
  walk('');
  return { entries, bytes, digest: hash.digest('hex') };
}

/** Lists the finished entries of the cache: name, directory, seconds the build took, bytes. */
export async function entries(): Promise<{ name: string; dir: string; seconds: number; bytes: number }[]> {
  const suffix = '.complete.json';
  const names = await readdir(cacheRoot()).catch(() => []);
  const marks = names.filter((name) => name.endsWith(suffix)).sort();
  return Promise.all(
    marks.map(async (file) => {
      const { name, seconds, bytes } = JSON.parse(await readFile(join(cacheRoot(), file), 'utf8')) as Mark;
      return { name, dir: join(cacheRoot(), file.slice(0, -suffix.length)), seconds, bytes };
    }),
  );
}

/** Removes files and trees, but never what a killed build may have left mounted inside (/proc, /sys). */
async function remove(...paths: string[]): Promise<void> {
  await must(['rm', '-rf', '--one-file-system', '--', ...paths]);
}

/**
 * Takes the lock `file` and returns what gives it back. A child, flock(1), holds it for as long as its standard
 * input is open, so the kernel gives it back even when this process is killed: there are no stale locks.
 */
async function lock(file: string, onWait: () => void): Promise<() => Promise<void>> {
  const holder = execa('flock', ['--exclusive', file, 'sh', '-c', 'echo locked; exec cat >/dev/null'], {
    stderr: 'inherit',
    buffer: false,
    reject: false,
    // A group of its own: Ctrl-C in the terminal must not give the lock back while we still clean up.
    detached: true,
  });
  const waiting = setTimeout(onWait, 500);
  try {
    const taken = new Promise<true>((resolve) => holder.stdout.once('data', () => resolve(true)));
    const result = await Promise.race([taken, holder]);
    if (result !== true) throw new Error(`flock ended before it had ${file}: ${result.shortMessage}`);
  } finally {
    clearTimeout(waiting);
  }
  return async () => {
    holder.stdin.end();
    await holder;
  };
}
