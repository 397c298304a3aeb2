/** Starts and stops the small internet of one droplet. What it serves is described in ../README.md. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DropletFile } from '../machine/files.ts';
import type { Release } from '../machine/release.ts';
import { must } from '../machine/shell.ts';
import { AUTHORITY_FILES, authority } from './acme/authority.ts';
import { buildArtefacts } from './build.ts';
import { dropletFiles } from './files.ts';
import { HOSTS_NETWORK } from './names.ts';
import { type Artefacts, internetDirOf, pebbleRootOf, type WorldSettings } from './settings.ts';

export { type Control, control } from './control.ts';

const WORLD = fileURLToPath(new URL('world.ts', import.meta.url));

/** Where the small internet is to be, and for which droplet. */
export interface InternetOptions {
  /** The name of a network namespace that has 203.0.113.1. */
  readonly netNamespace: string;
  /** The droplet's run directory. */
  readonly runDir: string;
  readonly release: Release;
  /** What to serve; built (or taken from the cache) when absent. */
  readonly artefacts?: Artefacts;
}

/** A running small internet. */
export interface Internet {
  /** The root certificate that signs for every host but the droplet's own, as a file (PEM). */
  readonly caPem: string;
  /** The files that a droplet of this release needs to find and trust the small internet. */
  files(release?: Release): Promise<DropletFile[]>;
  stop(): Promise<void>;
}

/**
 * Starts everything in the namespace and returns when every name answers. It lives in one process, a child of this
 * one, and ends with it. Throws with the end of its log when it does not come up.
 */
export async function startInternet(options: InternetOptions): Promise<Internet> {
  const { netNamespace, runDir, release } = options;
  const dir = internetDirOf(runDir);
  const authorityDir = await authority();
  const artefacts = options.artefacts ?? (await buildArtefacts(release));
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const settings: WorldSettings = { dir, authorityDir, artefacts };
  const settingsFile = join(dir, 'settings.json');
  await writeFile(settingsFile, JSON.stringify(settings, null, 2));

  // Every host has an address of its own; the namespace answers for the whole network of them.
  await must(['ip', '-n', netNamespace, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', netNamespace, 'route', 'replace', 'local', HOSTS_NETWORK, 'dev', 'lo']);
  const stop = await startWorld(netNamespace, settingsFile, join(dir, 'world.log'));
  return {
    caPem: join(authorityDir, AUTHORITY_FILES.root),
    files: async (of = release) => dropletFiles(of, authorityDir, await readFile(pebbleRootOf(dir), 'utf8')),
    stop,
  };
}

/** Starts world.ts in the namespace and waits for its `ready`. Returns what ends it. */
async function startWorld(
  netNamespace: string,
  settingsFile: string,
  logFile: string,
): Promise<() => Promise<void>> {
  const log = openSync(logFile, 'a', 0o600);
  const namespace = `--net=/run/netns/${netNamespace}`;
  const argv = ['--pdeathsig', 'TERM', '--', 'nsenter', namespace, process.execPath, WORLD, settingsFile];
  const child = spawn('setpriv', argv, { stdio: ['ignore', 'pipe', log] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = new Promise<boolean>((resolve) => child.stdout?.once('data', () => resolve(true)));
  if (!(await Promise.race([ready, ended.then(() => false)]))) {
    const tail = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-12).join('\n');
    throw new Error(`the small internet did not start: ${tail}`);
  }
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}
