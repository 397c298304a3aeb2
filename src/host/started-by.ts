/**
 * In the environment of every command that otto-install starts: the process that started it. When that is killed, its commands go
 * on without it, and whoever comes next can see whose they are.
 */
export const STARTED_BY = 'OTTO_INSTALL_PID';

/** The process that started one, from the text of its /proc/PID/environ; undefined when that was no otto-install. */
export function startedBy(environ: string | undefined): number | undefined {
  const [, pid] = new RegExp(`(?:^|\\0)${STARTED_BY}=(\\d+)(?:\\0|$)`).exec(environ ?? '') ?? [];
  return pid === undefined ? undefined : Number(pid);
}
