import { RehearsalFiles } from './files.ts';
import type { Handler, Machine, SmallInternet, Unit, User } from './machine.ts';
import { installPackage } from './tools/packages.ts';
import { addUser } from './tools/users.ts';

export interface DropletOptions {
  /** How many times faster than the real thing time passes; Infinity for tests. */
  readonly speed: number;
  /** When the droplet's clock starts, ms since 1970. */
  readonly startMs?: number;
}

/** What a droplet has at its first login, beyond what every program of the rehearsal takes for granted. */
const FIRST_PACKAGES = ['curl', 'ca-certificates', 'openssh-server', 'nodejs', 'npm', 'python3', 'systemd'];

const OS_RELEASE = `PRETTY_NAME="Ubuntu 24.04.2 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
`;

/** A fresh Ubuntu 24.04 droplet in memory: the base system, an SSH login, nothing of Otto. */
export function bareDroplet({ speed, startMs = Date.now() }: DropletOptions): Machine {
  const clock = passingTime(speed, startMs);
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
    listeners: new Map(),
    images: new Map(),
    containers: new Map(),
    firewall: { active: false, rules: [] },
    internet: smallInternet(),
    nextPid: () => {
      lastPid += 7;
      return lastPid;
    },
  };
  addUser(machine, 'root', 0, '/root');
  for (const name of FIRST_PACKAGES) installPackage(machine, name);
  const running = (): Unit => ({
    enabled: true,
    active: true,
    startedMs: clock.now(),
    restarts: 0,
    mainPid: machine.nextPid(),
  });
  for (const name of ['ssh.service', 'systemd-timesyncd.service', 'cron.service'])
    machine.units.set(name, running());
  machine.listeners.set(22, {
    address: '0.0.0.0',
    port: 22,
    process: 'sshd',
    pid: 412,
    handle: () => ({ status: 400, body: '' }),
  });
  machine.files.put('/etc/os-release', OS_RELEASE);
  machine.files.put('/etc/hostname', `${machine.hostName}\n`);
  machine.files.put('/proc/meminfo', 'MemTotal:        8130000 kB\nSwapTotal:             0 kB\n');
  machine.files.put('/proc/cpuinfo', 'processor\t: 0\nprocessor\t: 1\nprocessor\t: 2\nprocessor\t: 3\n');
  machine.files.put('/etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  machine.files.put('/usr/bin/python3', '', { mode: 0o755 });
  machine.files.makeDirectory('/run/systemd/system');
  machine.files.makeDirectory('/etc/letsencrypt');
  machine.files.makeDirectory('/var/lib/dpkg');
  return machine;
}

/** A clock of its own; with infinite speed time passes without anybody waiting. */
function passingTime(speed: number, startMs: number): Pick<Machine, 'now' | 'wait'> {
  if (Number.isFinite(speed)) {
    const started = Date.now();
    return {
      now: () => startMs + (Date.now() - started) * speed,
      wait: (ms, signal) =>
        new Promise((done) => {
          const timer = setTimeout(done, ms / speed);
          signal?.addEventListener('abort', () => done(clearTimeout(timer)), { once: true });
        }),
    };
  }
  return virtualTime(startMs);
}

/**
 * Time that only passes when everybody waits: sleepers wake in the order of their times, so that what happens at the
 * same time on a real droplet happens in the same order here, at once.
 */
function virtualTime(startMs: number): Pick<Machine, 'now' | 'wait'> {
  let now = startMs;
  const sleepers: { at: number; wake: () => void }[] = [];
  let isDue = false;
  const wakeNext = () => {
    isDue = false;
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.wake();
    arrange();
  };
  const arrange = () => {
    if (isDue || sleepers.length === 0) return;
    isDue = true;
    // After everything that can go on without time passing has gone on.
    setImmediate(wakeNext);
  };
  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((done) => {
        if (signal?.aborted) return done();
        const sleeper = { at: now + ms, wake: done };
        sleepers.push(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            const at = sleepers.indexOf(sleeper);
            if (at >= 0) sleepers.splice(at, 1);
            done();
          },
          { once: true },
        );
        arrange();
      }),
  };
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
