import type { Argv } from '../../host/host.ts';
import { type Env, readEnv } from '../formats/env-file.ts';
import { readUnit, showProperties } from './systemd.ts';

/** How a service is set up and how it is doing, as systemd sees it: unit file and drop-ins together. */
export interface ServiceState {
  /** 'loaded', 'not-found', 'masked', 'bad-setting', 'error' */
  readonly load: string;
  /** 'active', 'inactive', 'failed', 'activating', 'deactivating' */
  readonly active: string;
  /** 'running', 'auto-restart', 'dead' */
  readonly sub: string;
  /** 'enabled', 'disabled', … */
  readonly file: string;
  readonly pid: number;
  /** When the main process was started, ms since 1970, to the second; undefined when it never was. */
  readonly startedMs: number | undefined;
  /** How often systemd started it again by itself. */
  readonly restarts: number;
  /** 'success', 'exit-code', 'signal', … */
  readonly result: string;
  /** Exit code of the main process; 203 and the like are systemd's own (systemd.exec(5)). */
  readonly exitStatus: number;
  /** Files were changed that systemd has not read again. */
  readonly needsReload: boolean;
  readonly path: string;
  /** Drop-ins, in the order in which they count. */
  readonly dropIns: readonly string[];
  readonly user: string;
  readonly directory: string;
  readonly command: readonly string[];
  /** 'always', 'on-failure', … */
  readonly restart: string;
  readonly killMode: string;
  readonly stopTimeoutMs: number;
  readonly environment: Env;
  /** Files that it reads variables from after those, in this order. */
  readonly environmentFiles: readonly string[];
  readonly preventsRestart: readonly string[];
  readonly forcesRestart: readonly string[];
  readonly sandboxing: Sandboxing;
}

/** The parts of systemd's sandbox that make it one, as they are in effect (systemd.exec(5)). */
export interface Sandboxing {
  readonly noNewPrivileges: boolean;
  /** 'no', 'yes', 'full', 'strict' */
  readonly protectSystem: string;
  /** Whether any system call is refused. */
  readonly filtersCalls: boolean;
}

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'ExecMainStartTimestamp',
  'NRestarts',
  'Result',
  'ExecMainStatus',
  'NeedDaemonReload',
  'FragmentPath',
  'DropInPaths',
  'User',
  'WorkingDirectory',
  'ExecStart',
  'Restart',
  'KillMode',
  'TimeoutStopUSec',
  'Environment',
  'EnvironmentFiles',
  'RestartPreventExitStatus',
  'RestartForceExitStatus',
  'NoNewPrivileges',
  'ProtectSystem',
  'SystemCallFilter',
];

/** Output: {@link parseService}. Exit code 0 for a unit that is not there, too. */
export const showServiceArgv = (unit: string): Argv => showProperties(PROPERTIES, unit);

/** Throws as {@link readUnit} does. */
export function parseService(output: string): ServiceState {
  const properties = readUnit('the service', output);
  const get = (name: string) => properties.get(name) ?? '';
  const started = /^@(\d+)/.exec(get('ExecMainStartTimestamp'))?.[1];
  return {
    load: get('LoadState'),
    active: get('ActiveState') || 'inactive',
    sub: get('SubState') || 'dead',
    file: get('UnitFileState'),
    pid: Number(get('MainPID')),
    startedMs: started === undefined || started === '0' ? undefined : Number(started) * 1000,
    restarts: Number(get('NRestarts')),
    result: get('Result'),
    exitStatus: Number(get('ExecMainStatus')),
    needsReload: get('NeedDaemonReload') === 'yes',
    path: get('FragmentPath'),
    dropIns: get('DropInPaths').split(' ').filter(Boolean),
    user: get('User'),
    directory: get('WorkingDirectory'),
    // '{ path=/usr/bin/x ; argv[]=/usr/bin/x -m y ; ignore_errors=no ; … }'
    command: (/argv\[\]=(.*?) ; /.exec(get('ExecStart'))?.[1] ?? '').split(' ').filter(Boolean),
    restart: get('Restart'),
    killMode: get('KillMode'),
    stopTimeoutMs: parseTimeSpan(get('TimeoutStopUSec')),
    environment: readEnv(
      get('Environment')
        .split(' ')
        .filter((pair) => pair.includes('='))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const),
    ),
    // One line for each: 'EnvironmentFiles=/etc/hermes.env (ignore_errors=no)'.
    environmentFiles: [...output.matchAll(/^EnvironmentFiles=(\/.*?)(?: \(ignore_errors=\w+\))?$/gm)].map(
      ([, path = '']) => path,
    ),
    preventsRestart: get('RestartPreventExitStatus').split(' ').filter(Boolean),
    forcesRestart: get('RestartForceExitStatus').split(' ').filter(Boolean),
    sandboxing: {
      noNewPrivileges: get('NoNewPrivileges') === 'yes',
      protectSystem: get('ProtectSystem') || 'no',
      // '~' refuses nothing.
      filtersCalls: !/^~?$/.test(get('SystemCallFilter')),
    },
  };
}

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** '3min 30s' in ms; Infinity for 'infinity' (systemd.time(7)). */
export function parseTimeSpan(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  return [...text.matchAll(/(?<![\d.])([\d.]+)\s*(us|ms|min|s|h|d|w)\b/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0),
    0,
  );
}
