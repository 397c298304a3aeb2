import type { Argv } from '../../host/host.ts';

/** Which processes hold a file open and locked (flock), without touching the lock: a probe could disturb it. */

/** Lists /proc/PID/fd/N of everything that has the file open. Exit code 1 is normal: processes end while it looks. */
export const openersArgv = (path: string): Argv => [
  'find',
  '/proc',
  '-maxdepth',
  '3',
  '-path',
  '/proc/[0-9]*/fd/*',
  '-lname',
  path,
];

/** Process numbers in the output of {@link openersArgv}. */
export function parseOpeners(output: string): readonly number[] {
  return [...new Set([...output.matchAll(/^\/proc\/(\d+)\/fd\//gm)].map((match) => Number(match[1])))];
}

/** Process numbers that hold a flock on any file, from /proc/locks. */
export function parseFlocks(locks: string): readonly number[] {
  return [...locks.matchAll(/^\d+: FLOCK\s+\w+\s+\w+\s+(\d+) /gm)].map((match) => Number(match[1]));
}
