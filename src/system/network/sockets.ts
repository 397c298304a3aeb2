import type { Argv } from '../../host/host.ts';

/** A process that holds a socket. */
interface SocketHolder {
  /** The process's short name as the kernel has it: 'nginx', 'docker-proxy', 'python'. */
  readonly name: string;
  readonly pid: number;
}

/** A listening TCP socket. */
export interface Listener {
  /** '0.0.0.0', '127.0.0.1', '::', '*' (both families), without brackets and without an interface ('%lo'). */
  readonly address: string;
  readonly port: number;
  /** Empty when we may not see them (not root) or when the kernel itself holds the socket. */
  readonly holders: readonly SocketHolder[];
}

/** Lists all listening TCP sockets with their processes. Output: {@link parseListeners}. */
export const LIST_LISTENERS: Argv = ['ss', '-Hltnp'];

/** Reads `ss -Hltnp`. Lines that it does not know are left out. */
export function parseListeners(output: string): readonly Listener[] {
  return output.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const local = columns[3];
    if (columns[0] !== 'LISTEN' || local === undefined) return [];
    const cut = local.lastIndexOf(':');
    const port = Number(local.slice(cut + 1));
    if (cut < 0 || !Number.isInteger(port)) return [];
    const address = local
      .slice(0, cut)
      .replace(/^\[|\]$/g, '')
      .replace(/%.*$/, '');
    return [{ address, port, holders: parseHolders(columns.slice(5).join(' ')) }];
  });
}

function parseHolders(users: string): readonly SocketHolder[] {
  return [...users.matchAll(/\("((?:[^"\\]|\\.)*)",pid=(\d+),fd=\d+\)/g)].map(([, name = '', pid]) => ({
    name,
    pid: Number(pid),
  }));
}

/** Whether a listener takes connections from other machines, and not from this one alone. */
export function isOpenToOthers(listener: Listener): boolean {
  return !(
    listener.address === '::1' ||
    listener.address.startsWith('127.') ||
    listener.address.startsWith('::ffff:127.')
  );
}
