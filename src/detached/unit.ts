import { stopwatch } from '../engine/hosts/stopwatch.ts';
import type { Argv, Host } from '../host/host.ts';

/** The unit that a run has for itself. */
export const UNIT = 'otto-install-run.service';

/** A run that is told to stop comes to its safe end within this time: apt is waited for. */
const STOP_SECONDS = 45 * 60;

/**
 * Pure. Starts a process in a control group of its own, which neither the end of an ssh session nor that of the process that
 * asked for it touches. `program`: the words that start otto-install here. Nothing of it is secret: who may talk to systemd can
 * read it all.
 */
export function unitArgv(program: readonly string[], environment: Readonly<Record<string, string>>): Argv {
  return [
    'systemd-run',
    '--quiet',
    '--collect',
    '--service-type=exec',
    `--unit=${UNIT}`,
    '--description=otto-install at work (watch it: otto-install attach)',
    // On a TERM only otto-install itself hears of it, and ends what it has started safely.
    '--property=KillMode=mixed',
    `--property=TimeoutStopSec=${STOP_SECONDS}`,
    // When pip is too much for the memory, pip ends, and not all of it.
    '--property=OOMPolicy=continue',
    // needrestart, with which an upgrade restarts whatever uses an old library, asks systemd for this (facts: systems). A shutdown stops us.
    '--property=RefuseManualStop=yes',
    '--property=StandardInput=null',
    ...Object.entries(environment).map(([name, value]) => `--setenv=${name}=${value}`),
    '--',
    ...program,
  ];
}

/** One that was killed keeps its name for a moment, until systemd has ended what it had started. */
const NAME_TAKEN = /already (?:loaded|exists)/;
const NAME_FREE_MS = 15_000;

/** Starts it. Resolves to why it could not be started; to undefined when it runs. */
export async function startUnit(
  host: Host,
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const end = stopwatch(host) + NAME_FREE_MS;
  for (;;) {
    const problem = await tryUnit(host, program, environment);
    if (problem === undefined || !NAME_TAKEN.test(problem) || stopwatch(host) > end || (await isActive(host)))
      return problem;
    await host.sleep(200);
  }
}

/** Whether it is at work. */
export async function isActive(host: Host): Promise<boolean> {
  const { stdout } = await host.exec(['systemctl', 'is-active', UNIT], { timeoutMs: 10_000 });
  return stdout.trim() === 'active';
}

async function tryUnit(
  host: Host,
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { exitCode, stderr } = await host.exec(unitArgv(program, environment), { timeoutMs: 30_000 });
  return exitCode === 0 ? undefined : stderr.trim() || `systemd-run ended with ${exitCode}`;
}
