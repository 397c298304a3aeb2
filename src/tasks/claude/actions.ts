import type { Run } from '../../engine/action.ts';

/** Moves a file out of the way and keeps it, numbered when there are several. */
export function setAside(path: string, to: string, purpose: string): Run {
  return run(['mv', '--backup=numbered', '-T', '--', path, to], purpose, 10_000);
}

/** A short command, of root where nothing else is said. */
export function run(argv: [string, ...string[]], purpose: string, timeoutMs: number): Run {
  return { kind: 'run', argv, purpose, timeoutMs };
}
