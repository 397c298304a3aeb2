import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../machine/shell.ts';

/**
 * Debian's own Python, which is the one that the droplet has (3.11.2 on bookworm): some wheels refuse it that a
 * later 3.11 takes, so another Python on the PATH would come to a different set.
 */
export const python = '/usr/bin/python3';

/** Runs pip as this machine's configuration says (index, certificates) and returns its standard output. */
export function pip(...args: string[]): Promise<string> {
  return must([python, '-m', 'pip', '--no-input', '--disable-pip-version-check', ...args]);
}

/**
 * Fetches the wheels that a list of exact versions names into `dir`. The lists are whole, so nothing is left to
 * resolve, and nothing is built on the way.
 * @param version the Python that they are for, such as "3.13"
 */
export async function downloadLock(list: string, version: string, dir: string): Promise<void> {
  const whole = ['--no-deps', '--only-binary', ':all:'];
  await pip(
    'download',
    '--quiet',
    ...whole,
    '--python-version',
    version,
    '--dest',
    dir,
    '-r',
    lockPath(list),
  );
}

/** The path of a list of exact versions in locks/. */
export function lockPath(name: string): string {
  return join(import.meta.dirname, 'locks', name);
}

/** The text of a list of exact versions in locks/. */
export function readLock(name: string): Promise<string> {
  return readFile(lockPath(name), 'utf8');
}
