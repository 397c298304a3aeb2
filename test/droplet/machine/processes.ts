import { readFileSync, readlinkSync } from 'node:fs';
import { run, until } from './shell.ts';

/** A process that can be told from a later one with the same number: `started` is in clock ticks since boot. */
export interface ProcessId {
  readonly pid: number;
  readonly started: number;
}

/** The identity of a living process, or undefined when there is none with that number (a zombie counts as none). */
export function identify(pid: number): ProcessId | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the fields are counted from behind it (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, started: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** Whether this very process still runs. */
export function isAlive(process: ProcessId | null | undefined): boolean {
  return process != null && identify(process.pid)?.started === process.started;
}

/** Sends a signal to this very process; does nothing when it is gone. */
export function signal(target: ProcessId, name: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Kills every process of the group that `leader` leads (or led); a group that is gone is fine. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** Ends a process: TERM first, KILL after `graceMs`; returns when it is gone. */
export async function end(target: ProcessId | null | undefined, graceMs: number): Promise<void> {
  if (target == null || !isAlive(target)) return;
  const gone = async () => (isAlive(target) ? undefined : true);
  if (graceMs > 0) {
    signal(target, 'SIGTERM');
    const ended = await until('the process to end', graceMs, gone, 50).catch(() => false);
    if (ended) return;
  }
  signal(target, 'SIGKILL');
  await until(`process ${target.pid} to end after KILL`, 20_000, gone, 50);
}

/** The process that is number 1 of a pid namespace below `parent` (systemd, below systemd-nspawn), if it is up. */
export function initBelow(parent: number): ProcessId | undefined {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    for (const child of children.filter(Boolean)) {
      const status = readFileSync(`/proc/${child}/status`, 'utf8');
      const numbers = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
      // Before it becomes systemd, it is still a systemd-nspawn that sets up its mounts.
      const ready = readlinkSync(`/proc/${child}/exe`).endsWith('/systemd');
      if (ready && numbers.length > 1 && numbers.at(-1) === '1') return identify(Number(child));
    }
  } catch {
    // The parent is gone; so is what was below.
  }
  return undefined;
}

/** Every process in a network namespace (`ip netns pids`); empty when the namespace is not there. */
export async function processesInNamespace(namespace: string): Promise<ProcessId[]> {
  const { exitCode, stdout } = await run(['ip', 'netns', 'pids', namespace]);
  if (exitCode !== 0) return [];
  return stdout
    .split('\n')
    .map((line) => identify(Number(line)))
    .filter((found) => found !== undefined);
}
