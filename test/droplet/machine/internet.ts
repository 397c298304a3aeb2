/**
 * The small internet of a droplet lives in a process of its own, so that it outlasts the command that started it.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DropletFile } from './files.ts';
import { placesOf } from './paths.ts';
import { identify, isAlive, type ProcessId } from './processes.ts';
import type { Release } from './release.ts';
import { until } from './shell.ts';

const keeper = fileURLToPath(new URL('internet-keeper.ts', import.meta.url));

/**
 * Starts the internet of a droplet and returns once every name answers; throws with its log's end. `note` is told of
 * its process at once, so that it is on record before anything is waited for.
 */
export async function startInternetKeeper(
  name: string,
  release: Release,
  note: (process: ProcessId) => Promise<void>,
): Promise<void> {
  const { runDir } = placesOf(name);
  const log = join(runDir, 'internet.log');
  const output = openSync(log, 'a', 0o600);
  const child = spawn(process.execPath, [keeper, name, release], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  const started = child.pid === undefined ? undefined : identify(child.pid);
  if (started === undefined) throw new Error('the small internet could not be started');
  await note(started);
  // The first start builds what the internet serves, which takes minutes; it writes its progress to the log.
  await until('the small internet to answer', 25 * 60_000, async () => {
    if (!isAlive(started)) {
      const tail = (await readFile(log, 'utf8')).trim().split('\n').slice(-12).join('\n');
      throw new Error(`the small internet of '${name}' did not start: ${tail}`);
    }
    return readFile(join(runDir, 'internet.files.json'), 'utf8').catch(() => undefined);
  });
}

/** The configuration files that the running internet asks the droplet to have. */
export async function internetFiles(name: string): Promise<DropletFile[]> {
  return JSON.parse(
    await readFile(join(placesOf(name).runDir, 'internet.files.json'), 'utf8'),
  ) as DropletFile[];
}
