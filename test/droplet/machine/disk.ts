/**
 * A droplet's disk: an overlay of read-only layers (the base, saved states) with a directory of its own on top, and
 * Docker's data beside it on the real file system. A saved state is such a pair, kept; to start from it costs no copy
 * but that of the data of its containers.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskRoot, placesOf, stateRoot } from './paths.ts';
import { isAlive, type ProcessId } from './processes.ts';
import { type DropletRecord, dropletNames, type Kind, readRecord } from './record.ts';
import type { Release } from './release.ts';
import { must } from './shell.ts';

export interface SavedState {
  readonly name: string;
  readonly release: Release;
  readonly kind: Kind;
  /** Its own upper directory first, then those below it. */
  readonly layers: readonly string[];
  readonly docker: string;
  readonly savedAt: string;
  /** Whoever must be alive for this state to be kept; null for a state that the user saved. */
  readonly owner: ProcessId | null;
}

/** Makes an empty disk, or one whose Docker data is that of a saved state. */
export async function makeDisk(name: string, from?: SavedState): Promise<void> {
  const { disk } = placesOf(name);
  await mkdir(diskRoot(), { recursive: true, mode: 0o700 });
  await removeTree(disk);
  for (const part of ['upper', 'work', 'root'])
    await mkdir(join(disk, part), { recursive: true, mode: 0o755 });
  if (from === undefined) await mkdir(join(disk, 'docker'), { mode: 0o711 });
  else await cloneDockerData(from.docker, join(disk, 'docker'));
}

/** Keeps the disk of a droplet that is off as a state, by moving it: the droplet has none until it gets a new one. */
export async function saveDisk(
  record: DropletRecord,
  state: string,
  owner: ProcessId | null,
): Promise<SavedState> {
  if (!/^[a-z0-9][a-z0-9.-]{0,60}$/.test(state)) {
    throw new Error(`'${state}' cannot name a state: use up to 60 of a-z, 0-9, '.' and '-'`);
  }
  if ((await readState(state)) !== undefined) {
    throw new Error(`there is a state '${state}' already; forget it first, or choose another name`);
  }
  const { disk } = placesOf(record.name);
  const dir = join(stateRoot(), state);
  await mkdir(stateRoot(), { recursive: true, mode: 0o700 });
  await removeTree(dir);
  await mkdir(dir, { mode: 0o700 });
  await rename(join(disk, 'upper'), join(dir, 'upper'));
  await rename(join(disk, 'docker'), join(dir, 'docker'));
  const saved: SavedState = {
    name: state,
    release: record.release,
    kind: record.kind,
    layers: [join(dir, 'upper'), ...record.layers],
    docker: join(dir, 'docker'),
    savedAt: new Date().toISOString(),
    owner,
  };
  await writeFile(join(dir, 'state.json'), JSON.stringify(saved, null, 2));
  return saved;
}

/** Reads a saved state; undefined when there is none of that name, or one that was never finished. */
export async function readState(name: string): Promise<SavedState | undefined> {
  try {
    return JSON.parse(await readFile(join(stateRoot(), name, 'state.json'), 'utf8')) as SavedState;
  } catch {
    return undefined;
  }
}

/** All saved states, in order of their names. */
export async function states(): Promise<SavedState[]> {
  const names = await readdir(stateRoot()).catch(() => []);
  const found = await Promise.all(names.sort().map(readState));
  return found.filter((state) => state !== undefined);
}

/** Deletes a saved state. Throws when a droplet or another state stands on it, and names those. */
export async function forgetState(name: string): Promise<void> {
  const upper = join(stateRoot(), name, 'upper');
  const users: string[] = [];
  for (const state of await states()) {
    if (state.name !== name && state.layers.includes(upper)) users.push(`state ${state.name}`);
  }
  for (const droplet of await dropletNames()) {
    if ((await readRecord(droplet))?.layers.includes(upper)) users.push(`droplet ${droplet}`);
  }
  if (users.length > 0) throw new Error(`state '${name}' is needed by ${users.join(', ')}`);
  await removeTree(join(stateRoot(), name));
}

/** Deletes the states whose owner is gone and the leftovers of saves that were cut off; newest first. */
export async function forgetOwnerless(): Promise<void> {
  const byAge = (await states()).sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  for (const state of byAge) {
    if (state.owner !== null && !isAlive(state.owner)) await forgetState(state.name).catch(() => undefined);
  }
}

/**
 * Copies Docker's data directory. The files of image layers, nearly all of its size, are never written again
 * once they are there, so they are linked; everything else (containers' own layers, volumes, databases) is copied.
 */
async function cloneDockerData(from: string, to: string): Promise<void> {
  await must(['cp', '-a', '--link', from, to]);
  const layers = await readdir(join(from, 'overlay2')).catch(() => []);
  const containers = await containerLayers(from);
  const written = (await readdir(from)).filter((entry) => entry !== 'overlay2');
  const copies = [
    ...written,
    ...layers.filter((layer) => layer === 'l' || containers.has(layer)).map((layer) => `overlay2/${layer}`),
  ];
  for (const entry of copies) {
    await must(['rm', '-rf', '--', join(to, entry)]);
    await must(['cp', '-a', '--reflink=auto', '--', join(from, entry), join(to, entry)]);
  }
}

/** The names below overlay2/ that belong to containers: theirs and the one with `-init` below it. */
async function containerLayers(docker: string): Promise<Set<string>> {
  const mounts = join(docker, 'image/overlay2/layerdb/mounts');
  const names = new Set<string>();
  for (const container of await readdir(mounts).catch(() => [])) {
    for (const file of ['mount-id', 'init-id']) {
      names.add((await readFile(join(mounts, container, file), 'utf8').catch(() => '')).trim());
    }
  }
  return names;
}

/**
 * Removes a tree, but nothing of another file system that might be mounted in it. It is renamed first, in one step, so
 * that two processes that clean up at once do not get in each other's way.
 */
export async function removeTree(path: string): Promise<void> {
  const gone = join(dirname(path), `.gone-${randomUUID()}`);
  const renamed = await rename(path, gone).then(
    () => true,
    () => false,
  );
  if (renamed) await must(['rm', '-rf', '--one-file-system', '--', gone]);
}

/** Removes what interrupted removals and claims have left in a directory: its hidden entries, a minute old. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const path = join(dir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (/^\.(gone-|[a-z])/.test(name) && Date.now() - mtimeMs > 60_000) await removeTree(path);
  }
}
