import { startClock } from './clock.ts';
import { RehearsalFiles } from './files.ts';
import type { Handler, Machine, SmallInternet, Unit, User } from './machine.ts';
import { installPackage } from './tools/packages.ts';
import { addUser } from './tools/users.ts';
import { enableAndStart } from './units.ts';

export interface DropletOptions {
  /** How many times faster than the real thing time passes; Infinity for tests. */
  readonly speed: number;
  /** When the droplet's clock starts, ms since 1970. */
  readonly startMs?: number;
}

/** What a droplet has at its first login, beyond what every program of the rehearsal takes for granted. */
const FIRST_PACKAGES = [
  'curl',
  'ca-certificates',
  'nftables',
  'openssh-server',
  'nodejs',
  'npm',
  'python3',
  'systemd',
];

/** What apt and dpkg lock while they are running. */
const LOCK_FILES = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
];

const OS_RELEASE = `PRETTY_NAME="Ubuntu 24.04.2 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
`;

/** A fresh Ubuntu 24.04 droplet in memory: the base system, an SSH login, no Otto. */
export function bareDroplet({ speed, startMs = Date.now() }: DropletOptions): Machine {
  const clock = startClock(speed, startMs);
  const users = new Map<string, User>();
  let lastPid = 800;
  const machine: Machine = {
    ...clock,
    address: '203.0.113.10',
    bridge: '172.17.0.1',
    hostName: 'otto-rehearsal',
    files: new RehearsalFiles(clock.now, (name) => users.get(name)?.id ?? 0),
    packages: new Set(),
    users,
    units: new Map<string, Unit>(),
    loadedUnits: new Map(),
    processes: new Map(),
    listeners: new Map(),
    images: new Map(),
    containers: new Map(),
    firewall: { active: false, rules: [], tables: new Set() },
    internet: smallInternet(),
    nextPid: () => {
      lastPid += 7;
      return lastPid;
    },
  };
  addUser(machine, 'root', 0, '/root');
  for (const name of FIRST_PACKAGES) installPackage(machine, name);
  for (const name of ['ssh.service', 'systemd-timesyncd.service', 'cron.service'])
    enableAndStart(machine, name);
  machine.files.put('/etc/os-release', OS_RELEASE);
  machine.files.put('/etc/hostname', `${machine.hostName}\n`);
  machine.files.put('/proc/meminfo', 'MemTotal:        8130000 kB\nSwapTotal:             0 kB\n');
  machine.files.put('/proc/cpuinfo', 'processor\t: 0\nprocessor\t: 1\nprocessor\t: 2\nprocessor\t: 3\n');
  machine.files.put('/etc/pip.conf', '[global]\nindex-url = https://python-packages.example/simple/\n');
  machine.files.put('/etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  machine.files.put('/usr/bin/python3', '', { mode: 0o755 });
  for (const program of ['npm', 'gpg']) machine.files.put(`/usr/bin/${program}`, '', { mode: 0o755 });
  machine.files.makeDirectory('/run/systemd/system');
  machine.files.makeDirectory('/etc/letsencrypt');
  // Nobody holds one of them.
  for (const path of LOCK_FILES) machine.files.put(path, '', { mode: 0o640 });
  return machine;
}

/** The hosts that the steps need, each answering just enough to be reached. */
function smallInternet(): SmallInternet {
  const reachable: Handler = () => ({
    status: 200,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  const hosts = [
    'github.com',
    'api.github.com',
    'ghcr.io',
    'api.anthropic.com',
    'platform.claude.com',
    'console.anthropic.com',
    'claude.ai',
    'claude.com',
    'python-packages.example',
    'npm-packages.example',
    'acme-v02.api.letsencrypt.org',
    'acme-staging-v02.api.letsencrypt.org',
  ];
  return {
    names: new Map(hosts.map((name) => [name, { A: ['203.0.113.1'], AAAA: [] }])),
    hosts: new Map(hosts.map((name) => [name, reachable])),
  };
}
