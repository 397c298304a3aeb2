import { closeContainers, openContainers } from './containers.ts';
import { homeOf, type Machine, type Unit } from './machine.ts';
import { NFT, nft } from './nftables.ts';
import { endProcess, startProcess } from './processes.ts';
import { startHermes } from './services/hermes.ts';
import { serveSites } from './services/nginx.ts';

/** systemd's units: state, files, and what happens when they start and stop. */

const NEVER_STARTED: Unit = { enabled: false, active: false, startedMs: 0, restarts: 0, mainPid: 0 };
const FOLDER = '/etc/systemd/system';

/** What runs as a service, where that matters: its command, what it does once started, and once stopped. */
interface Program {
  readonly command: readonly string[];
  readonly start?: (machine: Machine, pid: number) => void;
  readonly stop?: (machine: Machine) => void;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  'nginx.service': { command: ['nginx: master process /usr/sbin/nginx'], start: serveSites },
  'docker.service': {
    command: ['/usr/bin/dockerd', '-H', 'fd://'],
    start: openContainers,
    stop: closeContainers,
  },
  'ssh.service': { command: ['sshd: /usr/sbin/sshd -D [listener]'], start: listenForSsh },
};

function listenForSsh(machine: Machine, pid: number): void {
  const handle = () => ({ status: 400, body: '' });
  machine.listeners.set(22, { address: '0.0.0.0', port: 22, process: 'sshd', pid, handle });
}

/** The unit's name with its kind: 'nginx' is 'nginx.service'. */
export function fullName(name: string): string {
  return /\.(service|timer|socket|target)$/.test(name) ? name : `${name}.service`;
}

export function unitState(machine: Machine, name: string): Unit {
  return machine.units.get(name) ?? NEVER_STARTED;
}

/** Whether systemd knows it: brought by a package, or a file that somebody wrote. */
export function isThere(machine: Machine, name: string): boolean {
  return machine.units.has(name) || machine.files.exists(`${FOLDER}/${name}`);
}

/** Where the unit file is; '' without one. */
export function fragmentPath(machine: Machine, name: string): string {
  if (machine.files.exists(`${FOLDER}/${name}`)) return `${FOLDER}/${name}`;
  return machine.units.has(name) ? `/usr/lib/systemd/system/${name}` : '';
}

/** Its drop-ins, in the order in which they count. */
export function dropInPaths(machine: Machine, name: string): readonly string[] {
  const folder = `${FOLDER}/${name}.d`;
  const names = (machine.files.list(folder) ?? []).filter((file) => file.endsWith('.conf'));
  return names.toSorted().map((file) => `${folder}/${file}`);
}

function filesOf(machine: Machine, name: string): string {
  const paths = [`${FOLDER}/${name}`, ...dropInPaths(machine, name)];
  return paths.map((path) => machine.files.read(path) ?? '').join('\n');
}

function loaded(machine: Machine, name: string): string {
  const known = machine.loadedUnits.get(name);
  if (known !== undefined) return known;
  const text = filesOf(machine, name);
  machine.loadedUnits.set(name, text);
  return text;
}

/** Whether its files were changed since systemd read them. */
export function needsReload(machine: Machine, name: string): boolean {
  return loaded(machine, name) !== filesOf(machine, name);
}

/** The values of a setting in unit file and drop-ins, in order; an empty one undoes those before it (systemd.syntax). */
export function settings(machine: Machine, name: string, key: string): readonly string[] {
  const values = [...loaded(machine, name).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
  return values.slice(values.lastIndexOf('') + 1);
}

/** Starts a unit that does not run yet; its program does the rest in its own time. */
export function startUnit(machine: Machine, name: string): void {
  const before = unitState(machine, name);
  if (before.active) return;
  const program = PROGRAMS[name];
  const user = settings(machine, name, 'User').at(-1) ?? 'root';
  const command = settings(machine, name, 'ExecStart').at(-1)?.split(' ') ?? program?.command;
  const home = homeOf(machine, user);
  runNft(machine, name, 'ExecStartPre');
  const isHermes = name === 'hermes-gateway.service';
  const mainPid =
    command === undefined
      ? 0
      : startProcess(machine, {
          user,
          command,
          unit: name,
          locks: isHermes ? [`${home}/.hermes/gateway.lock`] : [],
        });
  machine.units.set(name, { ...before, active: true, startedMs: machine.now(), mainPid });
  program?.start?.(machine, mainPid);
  if (isHermes) startHermes(machine, user, home, mainPid);
}

/** A unit as a package leaves it: started, now and with the machine. */
export function enableAndStart(machine: Machine, name: string): void {
  machine.units.set(name, { ...unitState(machine, name), enabled: true });
  startUnit(machine, name);
}

export function stopUnit(machine: Machine, name: string): void {
  const unit = machine.units.get(name);
  if (unit?.active !== true) return;
  unit.active = false;
  endProcess(machine, unit.mainPid);
  PROGRAMS[name]?.stop?.(machine);
  runNft(machine, name, 'ExecStopPost');
}

/** What a unit has nft do before or after it; without nft nothing, since these lines begin with "-". */
function runNft(machine: Machine, name: string, key: string): void {
  if (!machine.files.exists(NFT)) return;
  for (const line of settings(machine, name, key)) {
    const args = /^[-+]*(\S+) (.*)$/.exec(line);
    if (args?.[1] === NFT) nft(machine, args[2]?.split(' ') ?? []);
  }
}
