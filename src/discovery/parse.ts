import type { Server } from '../system/nginx/nginx.ts';

/** Reads what an Otto that was built by hand was built with. All pure. */

/** The names under which nginx passes people on to this port of the machine itself; not those that are patterns. */
export function namesPassedOnTo(servers: readonly Server[], port: number): readonly string[] {
  const names = servers
    .filter(({ proxy }) => proxy !== undefined && isHere(proxy.target, port))
    .flatMap((server) => server.names)
    .map((name) => name.toLowerCase())
    .filter((name) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) && !/^[\d.]+$/.test(name));
  return [...new Set(names)];
}

function isHere(target: string, port: number): boolean {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `0.0.0.0:${port}`].includes(target);
}

/** The user of a unit whose files are given in systemd's order, drop-ins last: 'root' when none is named. */
export function unitUser(files: readonly string[]): string {
  const users = files.flatMap((file) => [...file.matchAll(/^[^\S\n]*User[^\S\n]*=[ \t]*(\S*)[^\S\n]*$/gm)]);
  return users.at(-1)?.[1] || 'root';
}

/** The address of git's remote 'origin' in the text of .git/config; undefined without one. */
export function originUrl(config: string): string | undefined {
  const section = /^\[remote "origin"\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(config)?.[1] ?? '';
  return /^[^\S\n]*url\s*=\s*(\S+)/m.exec(section)?.[1];
}

/** The branch in the text of .git/HEAD, or of a remote's HEAD; undefined when it is detached. */
export function branchOf(head: string): string | undefined {
  return /^ref: refs\/(?:heads|remotes\/origin)\/(\S+)/.exec(head)?.[1];
}

/** The addresses in certbot's account (regr.json). Let's Encrypt stopped telling them in 2025, so mostly there are none. */
export function accountContacts(regr: string): readonly string[] {
  return [...regr.matchAll(/"mailto:([^"\s]+)"/g)].map(([, address = '']) => address);
}

/** The address that certbot was called with, from its log: `Arguments: ['--nginx', '-d', …, '-m', 'x@example.com']`. */
export function addressInLog(log: string): string | undefined {
  const pattern =
    /Arguments: \[.*?'(?:-m|--email)', '([^'\s]+@[^'\s]+)'|Arguments: \[.*?'--email=([^'\s]+@[^'\s]+)'/g;
  const last = [...log.matchAll(pattern)].at(-1);
  return last?.[1] ?? last?.[2];
}

/** `email = …` in certbot's cli.ini. */
export function addressInSettings(ini: string): string | undefined {
  return /^[^\S\n]*email\s*=\s*(\S+@\S+)/m.exec(ini)?.[1];
}
