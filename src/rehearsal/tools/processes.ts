import { type Machine, NotRehearsed, type Process, type Tool } from '../machine.ts';
import { endProcess } from '../processes.ts';

/** 'Sun Nov 22 17:37:48 2026' */
function startWords({ startedMs }: Process): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(startedMs)
    .toUTCString()
    .split(/,? /);
  return `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`;
}

/** `ps -ww -o pid=,user:32=,lstart=,args= -p 1,2`. */
const ps: Tool = ({ machine, args }) => {
  if (!args.includes('pid=,user:32=,lstart=,args=')) throw new NotRehearsed(`ps ${args.join(' ')}`);
  const processes = (args.at(-1) ?? '').split(',').flatMap((pid) => machine.processes.get(Number(pid)) ?? []);
  const lines = processes.map(
    (process) =>
      `${String(process.pid).padStart(7)} ${process.user.padEnd(32)} ${startWords(process)} ${process.command.join(' ')}\n`,
  );
  return { exitCode: lines.length > 0 ? 0 : 1, stdout: lines.join('') };
};

/** No earlier run left anything running. */
const pgrep: Tool = () => ({ exitCode: 1 });

/** Ends a process, whatever the signal. */
const kill: Tool = ({ machine, args }) => {
  const pid = Number(args.at(-1));
  if (!machine.processes.has(pid)) return { exitCode: 1, stderr: `kill: (${pid}) - No such process\n` };
  endProcess(machine, pid);
  return { exitCode: 0 };
};

/** `find /proc … -lname FILE`: who has a file open. */
export function openers(machine: Machine, path: string): string {
  const found = [...machine.processes.values()].filter(({ locks }) => locks.includes(path));
  return found.map(({ pid }) => `/proc/${pid}/fd/14\n`).join('');
}

export const processTools = { ps, pgrep, kill } satisfies Record<string, Tool>;
