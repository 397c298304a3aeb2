import type { Argv, Host } from '../host/host.ts';
import { startedBy } from '../host/started-by.ts';
import { stopwatch } from './hosts/stopwatch.ts';

/** A command of an otto-install that was killed; it goes on without it. */
export interface LeftAtWork {
  readonly pid: number;
  /** The account that it runs as. */
  readonly user: string;
  readonly command: string;
}

/**
 * Processes whose output goes into a pipe, as that of our commands does. What such a command has started for good (gpg's agent,
 * a daemon) has closed its own, and nobody waits for that.
 */
const INTO_PIPES: Argv = [
  'find',
  '/proc',
  '-maxdepth',
  '3',
  '(',
  '-path',
  '/proc/[0-9]*/fd/1',
  '-o',
  '-path',
  '/proc/[0-9]*/fd/2',
  ')',
  '(',
  // What Node.js gives its children for a pipe.
  '-lname',
  'socket:*',
  '-o',
  '-lname',
  'pipe:*',
  ')',
];

/** What an otto-install that is not there any more has left at work, the oldest first. `own`: the pid of this process. */
export async function leftAtWork(host: Host, own: number): Promise<readonly LeftAtWork[]> {
  const { stdout } = await host.exec(INTO_PIPES, { timeoutMs: 10_000 });
  const pids = new Set([...stdout.matchAll(/^\/proc\/(\d+)\/fd\//gm)].map(([, pid]) => Number(pid)));
  const read = (pid: number, name: string) => host.readFile(`/proc/${pid}/${name}`).catch(() => undefined);
  const left = await Promise.all(
    [...pids].map(async (pid) => {
      const by = startedBy(await read(pid, 'environ'));
      if (by === undefined || by === own) return [];
      return (await read(by, 'stat')) === undefined ? [pid] : [];
    }),
  );
  return describe(host, left.flat(), own);
}

/** With their words, without those of other PID namespaces: there a pid is another process, and a container has its own otto-install. */
async function describe(host: Host, pids: readonly number[], own: number): Promise<readonly LeftAtWork[]> {
  if (pids.length === 0) return [];
  const columns = 'pid=,pidns=,user:32=,args=';
  const words: Argv = ['ps', '-ww', '-o', columns, '--sort=start_time', '-p', [own, ...pids].join(',')];
  const { stdout } = await host.exec(words, { timeoutMs: 10_000 });
  const rows = [...stdout.matchAll(/^ *(\d+) +(\S+) +(\S+) +(\S.*)$/gm)].map(
    ([, pid, namespace, user = '', command = '']) => ({
      namespace,
      process: { pid: Number(pid), user, command: command.trimEnd() },
    }),
  );
  const here = rows.find(({ process }) => process.pid === own)?.namespace;
  return rows
    .filter(({ namespace, process }) => namespace === here && process.pid !== own)
    .map(({ process }) => process);
}

const EVERY_MS = 500;
/** As long as an installation of packages may take. */
const LONGEST_MS = 40 * 60_000;
/** What runs as somebody else is stopped by nobody but that somebody, who may also only pretend to be one of ours. */
const LONGEST_OF_OTHERS_MS = 2 * 60_000;

/** Waits until it has ended, or has been waited for long enough. `tell`: what is waited for, whenever that changes. */
export async function untilNothingIsLeft(
  host: Host,
  own: number,
  tell: (left: LeftAtWork) => void,
  stop: AbortSignal,
): Promise<void> {
  const started = stopwatch(host);
  while (!stop.aborted) {
    const patient = stopwatch(host) - started;
    const left = await leftAtWork(host, own);
    const [first] = left.filter(
      ({ user }) => patient < (user === 'root' ? LONGEST_MS : LONGEST_OF_OTHERS_MS),
    );
    if (first === undefined) return;
    tell(first);
    await host.sleep(EVERY_MS, stop);
  }
}

/** 'apt-get install nginx (process 812)' */
export function leftWords({ pid, command }: LeftAtWork): string {
  const short = command.length > 80 ? `${command.slice(0, 79)}…` : command;
  return `waits for what an otto-install that was killed left at work: ${short} (process ${pid})`;
}
