import { type Call, type Machine, NotRehearsed, type Outcome, type Tool, type Unit } from '../machine.ts';
import { startHermes } from '../services/hermes.ts';
import { serveSites } from '../services/nginx.ts';

const NEVER_STARTED: Unit = { enabled: false, active: false, startedMs: 0, restarts: 0, mainPid: 0 };

function fullName(name: string): string {
  return /\.(service|timer|socket|target)$/.test(name) ? name : `${name}.service`;
}

function unitFile(machine: Machine, name: string): string | undefined {
  return machine.files.read(`/etc/systemd/system/${name}`);
}

function isThere(machine: Machine, name: string): boolean {
  return machine.units.has(name) || unitFile(machine, name) !== undefined;
}

function stateOf(machine: Machine, name: string): Unit {
  return machine.units.get(name) ?? NEVER_STARTED;
}

/** A property of a unit as `systemctl show` prints it. */
function property(machine: Machine, name: string, key: string): string {
  const unit = stateOf(machine, name);
  const there = isThere(machine, name);
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
    case 'ExecMainPID':
      return String(unit.active ? unit.mainPid : 0);
    case 'NRestarts':
      return String(unit.restarts);
    case 'FragmentPath':
      return unitFile(machine, name) === undefined
        ? there
          ? `/usr/lib/systemd/system/${name}`
          : ''
        : `/etc/systemd/system/${name}`;
    case 'User':
      return /^User=(.*)$/m.exec(unitFile(machine, name) ?? '')?.[1] ?? '';
    case 'Listen':
      return '';
    case 'NeedDaemonReload':
      return 'no';
    case 'ExecMainStatus':
      return '0';
    case 'ActiveEnterTimestamp':
    case 'ExecMainStartTimestamp':
      return unit.active ? new Date(unit.startedMs).toUTCString() : '';
    default:
      throw new NotRehearsed(`systemctl show --property=${key}`);
  }
}

function show(machine: Machine, keys: readonly string[], names: readonly string[]): Outcome {
  const blocks = names.map((name) => keys.map((key) => `${key}=${property(machine, name, key)}\n`).join(''));
  return { exitCode: 0, stdout: blocks.join('\n') };
}

/** Starts a unit and lets its program do what it does. */
async function start({ machine, signal }: Call, name: string): Promise<Outcome> {
  if (!isThere(machine, name))
    return { exitCode: 5, stderr: `Failed to start ${name}: Unit ${name} not found.\n` };
  const before = stateOf(machine, name);
  if (before.active) return { exitCode: 0 };
  const mainPid = machine.nextPid();
  machine.units.set(name, { ...before, active: true, startedMs: machine.now(), mainPid });
  if (name === 'hermes-gateway.service') {
    const home = machine.users.get(property(machine, name, 'User'))?.home ?? '/root';
    await machine.wait(5000, signal);
    startHermes(machine, home, mainPid);
  }
  if (name === 'nginx.service') serveSites(machine, mainPid);
  return { exitCode: 0 };
}

function stop(machine: Machine, name: string): void {
  const unit = machine.units.get(name);
  if (unit === undefined) return;
  unit.active = false;
  for (const [port, listener] of machine.listeners)
    if (listener.pid === unit.mainPid) machine.listeners.delete(port);
}

const systemctl: Tool = async (call) => {
  const { machine, args } = call;
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [verb = '', ...given] = words;
  const names = given.map(fullName);
  const now = args.includes('--now');
  switch (verb) {
    case 'show': {
      const keys = args.flatMap((arg) => /^(?:--property=|-p)(.+)$/.exec(arg)?.[1]?.split(',') ?? []);
      return show(machine, keys, names);
    }
    case 'daemon-reload':
    case 'reset-failed':
      return { exitCode: 0 };
    case 'is-system-running':
      return { exitCode: 0, stdout: 'running\n' };
    case 'is-active': {
      const states = names.map((name) => (stateOf(machine, name).active ? 'active' : 'inactive'));
      return {
        exitCode: states.every((state) => state === 'active') ? 0 : 3,
        stdout: `${states.join('\n')}\n`,
      };
    }
    case 'is-enabled': {
      const states = names.map((name) => (stateOf(machine, name).enabled ? 'enabled' : 'disabled'));
      return {
        exitCode: states.every((state) => state === 'enabled') ? 0 : 1,
        stdout: `${states.join('\n')}\n`,
      };
    }
    case 'enable':
    case 'disable':
      for (const name of names)
        machine.units.set(name, { ...stateOf(machine, name), enabled: verb === 'enable' });
      return now && verb === 'enable' ? startAll(call, names) : { exitCode: 0 };
    case 'start':
      return startAll(call, names);
    case 'stop':
      for (const name of names) stop(machine, name);
      return { exitCode: 0 };
    case 'restart':
      for (const name of names) stop(machine, name);
      return startAll(call, names);
    case 'reload':
    case 'reload-or-restart':
      for (const name of names)
        if (name === 'nginx.service') serveSites(machine, stateOf(machine, name).mainPid);
      return { exitCode: 0 };
    default:
      throw new NotRehearsed(`systemctl ${args.join(' ')}`);
  }
};

async function startAll(call: Call, names: readonly string[]): Promise<Outcome> {
  for (const name of names) {
    const outcome = await start(call, name);
    if (outcome.exitCode !== 0) return outcome;
  }
  return { exitCode: 0 };
}

const journalctl: Tool = () => ({ exitCode: 0, stdout: '' });

/** A timer that runs a command later: the firewall's automatic way back. */
const systemdRun: Tool = ({ machine, args }) => {
  const unit = args.map((arg) => /^--unit=(.+)$/.exec(arg)?.[1]).find((name) => name !== undefined);
  const seconds = Number(
    args.map((arg) => /^--on-active=(\d+)s?$/.exec(arg)?.[1]).find((value) => value !== undefined),
  );
  const command = args.filter((arg) => !arg.startsWith('-'));
  if (unit === undefined || !seconds || command.at(-1) !== 'disable')
    throw new NotRehearsed(`systemd-run ${args.join(' ')}`);
  const timer = `${unit.replace(/\.timer$/, '')}.timer`;
  machine.units.set(timer, {
    enabled: false,
    active: true,
    startedMs: machine.now(),
    restarts: 0,
    mainPid: 0,
  });
  const armed = machine.units.get(timer);
  void machine.wait(seconds * 1000).then(() => {
    if (armed?.active) machine.firewall.active = false;
    if (armed) armed.active = false;
  });
  return { exitCode: 0 };
};

export const systemdTools = { systemctl, journalctl, 'systemd-run': systemdRun } satisfies Record<
  string,
  Tool
>;
