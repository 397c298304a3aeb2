import type { Viewer } from '../engine/contracts/run.ts';
import { ownTerminal } from '../host/own-terminal.ts';
import { watchRun } from './client.ts';
import { RUN_COMMAND } from './run-command.ts';
import { inItsOwnProcess } from './start.ts';
import type { StartWork, WorkOptions } from './work.ts';

/** For the process of a run; see `unitArgv` for who can read it. */
const FOR_UNIT = ['SSH_CONNECTION', 'NODE_EXTRA_CA_CERTS', 'TZ'];
/** How this machine reaches the internet: a proxy's address may hold a password. */
const FOR_RUN = /^(https?|no|all)_proxy$/i;

/** We, as those see us who watch the same run. */
export async function ourselves(now: number): Promise<Omit<Viewer, 'id'>> {
  return { pid: process.pid, since: now, ...(await ownTerminal()) };
}

/** Carries work out in a process of its own, started with this very program; with `leaves` nobody watches it from here. */
export async function detached(
  options: WorkOptions,
  { leaves = false }: { readonly leaves?: boolean } = {},
): Promise<StartWork> {
  const own = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return inItsOwnProcess({
    ...options,
    leaves,
    viewer: await ourselves(options.host.now()),
    program: [process.execPath, process.argv[1] ?? '', RUN_COMMAND],
    unitEnvironment: Object.fromEntries(own.filter(([name]) => FOR_UNIT.includes(name))),
    environment: Object.fromEntries(own.filter(([name]) => FOR_RUN.test(name))),
  });
}

/** Whether a run with a process of its own is at work on this machine. */
export async function isAtWork(): Promise<boolean> {
  const run = await watchRun({ viewer: await ourselves(0), now: Date.now });
  run?.detached.leave();
  return run !== undefined;
}
