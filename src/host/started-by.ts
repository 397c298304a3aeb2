/**
 * In the environment of every command with which otto-install changes a machine: the process that started it. When that is
 * killed, its commands go on without it, and whoever comes next can see whose they are. What only looks has none of it: a log
 * that is followed may go on for hours, and is in nobody's way.
 */
export const STARTED_BY = 'OTTO_INSTALL_PID';

/** The process that started one, from the text of its /proc/PID/environ; undefined when that was no otto-install. */
export function startedBy(environ: string | undefined): number | undefined {
  const [, pid] = new RegExp(`(?:^|\\0)${STARTED_BY}=(\\d+)(?:\\0|$)`).exec(environ ?? '') ?? [];
  return pid === undefined ? undefined : Number(pid);
}
