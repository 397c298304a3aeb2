import type { Argv } from '../../host/host.ts';
import { LIST_LISTENERS, parseListeners } from './sockets.ts';

/** Connections that are open now, with their processes: an SSH session shows by which port it came in. */
export const LIST_CONNECTIONS: Argv = ['ss', '-Htnp', 'state', 'established'];

/** Which ports systemd listens on for sshd (Ubuntu starts sshd only when somebody connects). */
export const SHOW_SSH_SOCKET: Argv = [
  'systemctl',
  'show',
  'ssh.socket',
  '--property=ActiveState',
  '--property=Listen',
];

export { LIST_LISTENERS };

/** What the three commands printed. */
interface SshEvidence {
  readonly listeners: string;
  readonly connections: string;
  readonly socketUnit: string;
  /** The environment that the wizard was started with, NUL between its variables; proc_pid_environ(5). */
  readonly environment: string;
}

/**
 * The ports that SSH sessions come in by, ascending: the one of this very session, those on which sshd listens (or
 * systemd for it), and those by which a session is open right now. sshd's configuration is not asked: it says what is written, not what runs, and fails
 * while ssh.socket is idle (facts: docker-ufw, Turning UFW on over SSH). Empty when nothing of sshd is there.
 */
export function sshPorts(evidence: SshEvidence): readonly number[] {
  const listeners = parseListeners(evidence.listeners);
  const bySshd = listeners
    // On loopback are only the forwardings of a session (X11, -R).
    .filter((listener) => !isLoopback(listener.address))
    .filter((listener) => listener.holders.some((holder) => holder.name === 'sshd'))
    .map((listener) => listener.port);
  const listening = new Set(listeners.map((listener) => listener.port));
  // A session's own outgoing connections (ssh -L) have a local port on which nobody listens.
  const bySession = sessionPorts(evidence.connections).filter((port) => listening.has(port));
  const ports = [
    ...ownPort(evidence.environment),
    ...bySshd,
    ...bySession,
    ...socketPorts(evidence.socketUnit),
  ];
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** sshd(8): SSH_CONNECTION holds the visitor's address and port, then ours. It also knows servers of another name. */
function ownPort(environment: string): readonly number[] {
  const [, address = '', port] = /(?:^|\0)SSH_CONNECTION=\S+ \d+ (\S+) (\d+)/.exec(environment) ?? [];
  return port === undefined || isLoopback(address) ? [] : [Number(port)];
}

/** Local ports of open connections that an sshd holds. */
function sessionPorts(connections: string): readonly number[] {
  return connections.split('\n').flatMap((line) => {
    if (!/\("sshd(-session)?",/.test(line)) return [];
    const local = line.trim().split(/\s+/)[2] ?? '';
    const port = Number(local.slice(local.lastIndexOf(':') + 1));
    return Number.isInteger(port) && port > 0 && !isLoopback(local) ? [port] : [];
  });
}

/** `Listen=0.0.0.0:22 (Stream)`, a line per address, or several in one line. */
function socketPorts(unit: string): readonly number[] {
  if (!/^ActiveState=active$/m.test(unit)) return [];
  return [...unit.matchAll(/:(\d+) \(Stream\)/g)].map((match) => Number(match[1]));
}

function isLoopback(address: string): boolean {
  return /^(127\.|\[?::1\b|\[?::ffff:127\.)/.test(address);
}
