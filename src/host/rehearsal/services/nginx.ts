import { type Machine, NotRehearsed, type Request, type Response } from '../machine.ts';
import { send, Unreachable } from '../network.ts';

/** One `server { … }` of the sites that are enabled, as far as the rehearsal needs it. */
interface Site {
  readonly file: string;
  readonly names: readonly string[];
  readonly listens: readonly number[];
  readonly tls: boolean;
  readonly text: string;
}

const ENABLED = '/etc/nginx/sites-enabled';

/** The server blocks of all enabled sites, in the order of their files. */
export function sites(machine: Machine): Site[] {
  return (machine.files.list(ENABLED) ?? []).flatMap((name) => {
    const file = machine.files.follow(`${ENABLED}/${name}`);
    return blocks(machine.files.read(file) ?? '').map((text) => ({
      file,
      names: (/^\s*server_name\s+([^;]+);/m.exec(text)?.[1] ?? '').split(/\s+/),
      listens: [...text.matchAll(/^\s*listen\s+(?:\[::\]:)?(\d+)/gm)].map((match) => Number(match[1])),
      tls: /^\s*ssl_certificate\s/m.test(text),
      text,
    }));
  });
}

/** The text inside each `server { … }`, braces counted. */
function blocks(text: string): string[] {
  const clean = text.replace(/#.*$/gm, '');
  const found: string[] = [];
  for (const match of clean.matchAll(/^\s*server\s*\{/gm)) {
    const start = match.index + match[0].length;
    let depth = 1;
    let end = start;
    while (depth > 0 && end < clean.length) {
      depth += clean[end] === '{' ? 1 : clean[end] === '}' ? -1 : 0;
      end += 1;
    }
    found.push(clean.slice(start, end - 1));
  }
  return found;
}

/** Opens nginx's ports for the sites that are there now: at start and at reload. */
export function serveSites(machine: Machine, pid: number): void {
  for (const port of [80, 443]) machine.listeners.delete(port);
  const ports = new Set(sites(machine).flatMap((site) => site.listens));
  for (const port of ports) {
    machine.listeners.set(port, {
      address: '0.0.0.0',
      port,
      process: 'nginx',
      pid,
      handle: (request) => serve(machine, port, request),
    });
  }
}

async function serve(machine: Machine, port: number, request: Request): Promise<Response> {
  const candidates = sites(machine).filter((site) => site.listens.includes(port));
  const site =
    candidates.find((candidate) => candidate.names.includes(request.url.hostname)) ?? candidates[0];
  if (site === undefined) return { status: 404, body: '' };
  const file = fixedAnswer(machine, site, request.url.pathname);
  if (file !== undefined) return file;
  if (/return 301 https/.test(site.text) && port === 80) {
    return {
      status: 301,
      body: '',
      headers: { location: `https://${request.url.host}${request.url.pathname}` },
    };
  }
  const upstream = /proxy_pass\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(site.text)?.[1];
  if (upstream === undefined) return { status: 200, body: '<title>Welcome to nginx!</title>' };
  const url = new URL(`http://127.0.0.1:${upstream}${request.url.pathname}${request.url.search}`);
  const upgrades = /proxy_set_header\s+Upgrade/.test(site.text);
  const headers = upgrades ? request.headers : { ...request.headers, upgrade: '' };
  try {
    return await send(machine, { ...request, url, headers, from: 'droplet' });
  } catch (error) {
    if (error instanceof Unreachable) return { status: 502, body: '<title>502 Bad Gateway</title>' };
    throw error;
  }
}

/** A location that nginx answers by itself: `return 200 "…"` or files below an alias/root. */
function fixedAnswer(machine: Machine, site: Site, path: string): Response | undefined {
  for (const [, modifier, prefix = '', body = ''] of site.text.matchAll(
    /location\s+(=|\^~)?\s*(\S+)\s*\{([^}]*)\}/g,
  )) {
    const matches = modifier === '=' ? path === prefix : prefix !== '/' && path.startsWith(prefix);
    if (!matches || /proxy_pass/.test(body)) continue;
    const text = /return\s+200\s+["']?([^"';]*)["']?;/.exec(body)?.[1];
    if (text !== undefined) return { status: 200, body: text };
    const alias = /alias\s+([^;]+);/.exec(body)?.[1];
    const root = /root\s+([^;]+);/.exec(body)?.[1];
    const file =
      alias !== undefined ? alias + path.slice(prefix.length) : root !== undefined ? root + path : undefined;
    if (file === undefined) throw new NotRehearsed(`This nginx location is not rehearsed: ${prefix}`);
    const content = machine.files.read(file);
    return content === undefined ? { status: 404, body: '' } : { status: 200, body: content };
  }
  return undefined;
}
