import type { Argv } from '../../host/host.ts';

/** sshd's processes, their age in seconds, and their titles, by which sshd says who is logged in. */
export const LIST_SSHD: Argv = ['ps', '-ww', '-C', 'sshd,sshd-session', '-o', 'pid=,etimes=,args='];

/** Somebody who is logged in by ssh. */
export interface SshLogin {
  readonly user: string;
  /** Address and port of the client. */
  readonly from: string;
  readonly fromPort: number;
  /** Address and port on this machine. */
  readonly to: string;
  readonly toPort: number;
  /** Seconds since sshd took the connection. */
  readonly age: number;
}

/**
 * Who is logged in by ssh, from other machines. Only who was let in counts: before that sshd's title names no terminal
 * ('sshd: root [priv]', 'sshd: [accepted]'), and whoever scans for open ports gets as far as that.
 *
 * @param processes what {@link LIST_SSHD} printed
 * @param connections what LIST_CONNECTIONS printed
 */
export function sshLogins(processes: string, connections: string): readonly SshLogin[] {
  const loggedIn = new Map(
    [...processes.matchAll(/^\s*(\d+)\s+(\d+)\s+sshd(?:-session)?: ([^\s@]+)@\S+/gm)].map(
      ([, pid, age, user = '']) => [Number(pid), { user, age: Number(age) }],
    ),
  );
  return connections.split('\n').flatMap((line) => {
    const [, , local = '', peer = ''] = line.trim().split(/\s+/);
    const holders = [...line.matchAll(/\("sshd(?:-session)?",pid=(\d+)/g)].map(([, pid]) => Number(pid));
    const login = holders.flatMap((pid) => loggedIn.get(pid) ?? [])[0];
    const [to, toPort] = endpoint(local);
    const [from, fromPort] = endpoint(peer);
    if (login === undefined || /^(127\.|::1$)/.test(from)) return [];
    return [{ ...login, from, fromPort, to, toPort }];
  });
}

/** '[::ffff:203.0.113.10]:22' and '203.0.113.10:22' are the same place. */
function endpoint(text: string): [address: string, port: number] {
  const cut = text.lastIndexOf(':');
  const address = text
    .slice(0, cut)
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  return [address, Number(text.slice(cut + 1))];
}

/** What somebody has to type on another machine to log in as this login did. `name`: how others reach this machine. */
export function sshCommand(
  login: Pick<SshLogin, 'user' | 'to' | 'toPort' | 'from'> | undefined,
  { name, port }: { readonly name: string; readonly port: number },
): string {
  const { user, to, toPort, from } = login ?? { user: 'root', to: name, toPort: port, from: '' };
  // Behind a provider's translation of addresses the client knows us by another one than we do.
  const place = isPrivate(to) && !isPrivate(from) ? name : to;
  return ['ssh', ...(toPort === 22 ? [] : ['-p', String(toPort)]), `${user}@${place}`].join(' ');
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80)/i.test(
    address,
  );
}
