/**
 * What is known of a droplet, as a file in its run directory, so that any process can find, use and end it.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placesOf, runRoot } from './paths.ts';
import type { ProcessId } from './processes.ts';
import type { Release } from './release.ts';

/** empty: what a droplet has at its first login; bare: nodejs and npm as well; prepared: the runbook's prerequisites are installed. */
export type Kind = 'empty' | 'bare' | 'prepared';

export interface Machine {
  readonly nspawn: ProcessId;
  readonly init: ProcessId | null;
}

export interface DropletRecord {
  readonly name: string;
  readonly release: Release;
  readonly kind: Kind;
  readonly createdAt: string;
  /** Read-only directories below its own upper one, top first. */
  readonly layers: readonly string[];
  readonly cgroups: readonly string[];
  /** Whoever must be alive for this droplet to be kept; null once `up` has handed it to the user. */
  readonly owner: ProcessId | null;
  /** The running machine: systemd-nspawn and, below it, the droplet's systemd (once it runs); null while it is off. */
  readonly machine: Machine | null;
  /** The process that holds the small internet; null without one. */
  readonly internet: ProcessId | null;
}

const file = 'droplet.json';

/** Claims the name by making its run directory in one step. Throws when a droplet of that name is there. */
export async function claim(record: DropletRecord): Promise<void> {
  const { runDir } = placesOf(record.name);
  await mkdir(runRoot, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(runRoot, `.${record.name}-`));
  await writeFile(join(draft, file), JSON.stringify(record, null, 2));
  try {
    await rename(draft, runDir);
  } catch {
    await rm(draft, { recursive: true, force: true });
    throw new Error(
      `there is a droplet '${record.name}' already; end it first with: npm run droplet -- down ${record.name}`,
    );
  }
}

/** Reads a droplet's record; undefined when there is none (or none that can be read). */
export async function readRecord(name: string): Promise<DropletRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(placesOf(name).runDir, file), 'utf8')) as DropletRecord;
  } catch {
    return undefined;
  }
}

/** Replaces a droplet's record in one step. */
export async function writeRecord(record: DropletRecord): Promise<void> {
  const { runDir } = placesOf(record.name);
  await writeFile(join(runDir, `${file}.new`), JSON.stringify(record, null, 2));
  await rename(join(runDir, `${file}.new`), join(runDir, file));
}

/** The names of all droplets that have a run directory, in order. */
export async function dropletNames(): Promise<string[]> {
  const names = await readdir(runRoot).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).sort();
}
