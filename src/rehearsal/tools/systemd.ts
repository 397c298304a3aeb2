import { type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { serveSites } from '../services/nginx.ts';
import {
  dropInPaths,
  fragmentPath,
  fullName,
  isThere,
  needsReload,
  settings,
  startUnit,
  stopUnit,
  unitState,
} from '../units.ts';
import { switchFirewall } from './firewall.ts';

/** A setting that is a list, as systemctl prints it: on one line. */
const LISTS = ['Environment', 'RestartPreventExitStatus', 'RestartForceExitStatus', 'SystemCallFilter'];

/** Settings of a unit file, and what systemd takes without one. */
const DEFAULTS: Readonly<Record<string, string>> = {
  User: '',
  WorkingDirectory: '',
  Restart: 'no',
  KillMode: 'control-group',
  NoNewPrivileges: 'no',
  ProtectSystem: 'no',
};

/** A property of a unit as `systemctl show` prints it; undefined when it leaves the line out. */
function property(machine: Machine, name: string, key: string): string | undefined {
  const unit = unitState(machine, name);
  const there = isThere(machine, name);
  const fallback = DEFAULTS[key];
  if (fallback !== undefined) return settings(machine, name, key).at(-1) ?? fallback;
  if (LISTS.includes(key)) return settings(machine, name, key).join(' ');
  switch (key) {
    case 'Id':
      return name;
    case 'LoadState':
      return there ? 'loaded' : 'not-found';
    case 'ActiveState':
      return unit.active ? 'active' : 'inactive';
    case 'SubState':
      return unit.active ? (name.endsWith('.timer') ? 'waiting' : 'running') : 'dead';
    case 'UnitFileState':
      return there ? (unit.enabled ? 'enabled' : 'disabled') : '';
    case 'Result':
      return 'success';
    case 'MainPID':
      return name.endsWith('.service') ? String(unit.active ? unit.mainPid : 0) : undefined;
    case 'NRestarts':
      return String(unit.restarts);
    case 'FragmentPath':
      return fragmentPath(machine, name);
    case 'DropInPaths':
      return dropInPaths(machine, name).join(' ');
    case 'EnvironmentFiles':
    case 'Listen':
    case 'NextElapseUSecRealtime':
    // Nothing here knows when the machine was started.
    case 'ActiveEnterTimestampMonotonic':
      return undefined;
    case 'NeedDaemonReload':
      return needsReload(machine, name) ? 'yes' : 'no';
    case 'ExecMainStatus':
      return '0';
    case 'StateChangeTimestamp':
    case 'ActiveEnterTimestamp':
    case 'ExecMainStartTimestamp':
      return unit.startedMs === 0 ? '' : `@${Math.floor(unit.startedMs / 1000)}`;
    case 'ExecStart':
      return execStart(machine, name);
    case 'TimeoutStopUSec':
      return timeSpan(Number(settings(machine, name, 'TimeoutStopSec').at(-1) ?? 90));
    default:
      throw new NotRehearsed(`systemctl show --property=${key}`);
  }
}

function execStart(machine: Machine, name: string): string | undefined {
  const command = settings(machine, name, 'ExecStart').at(-1);
  if (command === undefined) return undefined;
  const { mainPid } = unitState(machine, name);
  return `{ path=${command.split(' ')[0]} ; argv[]=${command} ; ignore_errors=no ; pid=${mainPid} ; code=(null) ; status=0/0 }`;
}

/** '3min 30s' */
function timeSpan(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [minutes > 0 ? `${minutes}min` : '', rest > 0 ? `${rest}s` : ''].filter(Boolean).join(' ');
}

function show(machine: Machine, keys: readonly string[], names: readonly string[]): Outcome {
  const blocks = names.map((name) =>
    keys
      .map((key) => [key, property(machine, name, key)])
      .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}\n`]))
      .join(''),
  );
  return { exitCode: 0, stdout: blocks.join('\n') };
}

/** What systemctl says about the first unit that it does not know; undefined when it knows all. */
function unknown(machine: Machine, verb: string, names: readonly string[]): Outcome | undefined {
  const name = names.find((known) => !isThere(machine, known));
  if (name === undefined) return undefined;
  if (verb === 'enable' || verb === 'disable')
    return { exitCode: 1, stderr: `Failed to ${verb} unit: Unit file ${name} does not exist.\n` };
  const why = verb === 'stop' ? 'not loaded' : 'not found';
  return { exitCode: 5, stderr: `Failed to ${verb} ${name}: Unit ${name} ${why}.\n` };
}

const systemctl: Tool = async ({ machine, args, signal }) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [verb = '', ...given] = words;
  const names = given.map(fullName);
  switch (verb) {
    case 'show': {
      const keys = args.flatMap((arg) => /^--property=(.+)$/.exec(arg)?.[1]?.split(',') ?? []);
      return show(machine, keys, names);
    }
    case 'daemon-reload':
      await machine.wait(400, signal);
      machine.loadedUnits.clear();
      return { exitCode: 0 };
    case 'reset-failed':
      return { exitCode: 0 };
    case 'enable':
    case 'disable':
    case 'start':
    case 'stop':
    case 'restart':
    case 'reload':
    case 'reload-or-restart':
      return unknown(machine, verb, names) ?? change(machine, verb, args.includes('--now'), names);
    default:
      throw new NotRehearsed(`systemctl ${args.join(' ')}`);
  }
};

type Verb = 'enable' | 'disable' | 'start' | 'stop' | 'restart' | 'reload' | 'reload-or-restart';

async function change(
  machine: Machine,
  verb: Verb,
  now: boolean,
  names: readonly string[],
): Promise<Outcome> {
  await machine.wait(300);
  for (const name of names) {
    const ofBoot = verb === 'enable' || verb === 'disable';
    if (ofBoot) machine.units.set(name, { ...unitState(machine, name), enabled: verb === 'enable' });
    if (verb === 'stop' || verb === 'restart' || (verb === 'disable' && now)) stopUnit(machine, name);
    if (verb === 'start' || verb === 'restart' || (verb === 'enable' && now)) startUnit(machine, name);
    if (verb === 'reload-or-restart') startUnit(machine, name);
    if (verb.startsWith('reload') && name === 'nginx.service')
      serveSites(machine, unitState(machine, name).mainPid);
    // A timer of systemd-run is gone when it is stopped.
    if (verb === 'stop' && isTransient(name)) machine.units.delete(name);
  }
  return { exitCode: 0 };
}

const journalctl: Tool = ({ args }) => ({
  // Nothing is in it, and a search that finds nothing ends with 1.
  exitCode: args.some((arg) => arg.startsWith('--grep')) ? 1 : 0,
  stdout: '',
});

const REVERT = 'otto-install-firewall-revert.timer';
const isTransient = (name: string) => name === REVERT;

/** A timer that runs a command later. Only the firewall's automatic way back, which leaves a person that many seconds. */
const systemdRun: Tool = ({ machine, args }) => {
  const value = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const seconds = Number(value('on-active'));
  if (`${value('unit')}.timer` !== REVERT || !(seconds > 0) || args.at(-1) !== 'disable')
    throw new NotRehearsed(`systemd-run ${args.join(' ')}`);
  const timer = { enabled: false, active: true, startedMs: machine.now(), restarts: 0, mainPid: 0 };
  machine.units.set(REVERT, timer);
  void machine.limitForPerson(seconds * 1000).then(() => {
    if (machine.units.get(REVERT) !== timer) return;
    machine.units.delete(REVERT);
    switchFirewall(machine, false);
  });
  return { exitCode: 0 };
};

export const systemdTools = { systemctl, journalctl, 'systemd-run': systemdRun } satisfies Record<
  string,
  Tool
>;
