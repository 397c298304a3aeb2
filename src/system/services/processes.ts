import type { Argv } from '../../host/host.ts';

/** A process, as much of it as an operator needs to recognise it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly user: string;
  /** 'Sun Nov 22 17:01:04 2026' */
  readonly since: string;
  readonly command: string;
}

/** Output: {@link parseProcesses}. Exit code 1 when none of them is there any more. */
export const showProcessesArgv = (pids: readonly number[]): Argv => [
  'ps',
  '-ww',
  '-o',
  'pid=,user:32=,lstart=,args=',
  '-p',
  pids.join(','),
];

export function parseProcesses(output: string): readonly ProcessInfo[] {
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, user = '', since = '', command = ''] = match;
    return [{ pid: Number(pid), user, since: since.replace(/\s+/g, ' '), command: command.trim() }];
  });
}

/** Whether a command line is a gateway of Hermes, in one of the forms that Hermes itself recognises. */
export function isHermesGateway(command: string): boolean {
  return /hermes_cli[./]main(\.py)? .*\bgateway\b|\bhermes gateway\b|gateway\/run\.py/.test(command);
}
