import { X509Certificate } from 'node:crypto';
import { type Machine, NotRehearsed, type Request, type Response } from '../machine.ts';
import { send, Unreachable } from '../network.ts';

/** One `server { … }` of the sites that are enabled, as far as the rehearsal needs it. */
interface Site {
  readonly file: string;
  readonly names: readonly string[];
  readonly listens: readonly number[];
  /** Path of its certificate. */
  readonly certificate: string | undefined;
  readonly text: string;
}

const ENABLED = '/etc/nginx/sites-enabled';

/** The server blocks of all enabled sites, in the order of their files. */
export function sites(machine: Machine): readonly Site[] {
  return (machine.files.list(ENABLED) ?? []).flatMap((name) => {
    const file = machine.files.follow(`${ENABLED}/${name}`);
    return blocks(machine.files.read(file) ?? '').map((text) => ({
      file,
      names: (/^\s*server_name\s+([^;]+);/m.exec(text)?.[1] ?? '').split(/\s+/),
      listens: [...text.matchAll(/^\s*listen\s+(?:\[::\]:)?(\d+)/gm)].map((match) => Number(match[1])),
      certificate: /^\s*ssl_certificate\s+([^;]+);/m.exec(text)?.[1],
      text,
    }));
  });
}

/** The text inside each `server { … }`, braces counted. */
function blocks(text: string): readonly string[] {
  const clean = text.replace(/#.*$/gm, '');
  return [...clean.matchAll(/^\s*server\s*\{/gm)].map((match) => {
    const start = match.index + match[0].length;
    let depth = 1;
    let end = start;
    while (depth > 0 && end < clean.length) {
      depth += clean[end] === '{' ? 1 : clean[end] === '}' ? -1 : 0;
      end += 1;
    }
    return clean.slice(start, end - 1);
  });
}

/** What nginx took over when it started or was reloaded last: a site written since then is not in use yet. */
export function serveSites(machine: Machine, pid: number): void {
  for (const [port, listener] of machine.listeners)
    if (listener.process === 'nginx') machine.listeners.delete(port);
  const taken = sites(machine);
  for (const port of new Set(taken.flatMap((site) => site.listens))) {
    machine.listeners.set(port, {
      address: '0.0.0.0',
      port,
      process: 'nginx',
      pid,
      handle: async (request) => {
        const answered = await serve(machine, taken, port, request);
        noteAccess(machine, request, answered);
        return answered;
      },
    });
  }
}

const LOGS = '/var/log/nginx';

/** '30/Nov/2026:20:31:07 +0000' */
function accessTime(at: number): string {
  const [, day, month, year, time] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** As nginx writes its combined format. */
function noteAccess(machine: Machine, { method, url }: Request, { status, body }: Response): void {
  const line = `${machine.address} - - [${accessTime(machine.now())}] "${method} ${url.pathname} HTTP/1.1" ${status} ${body.length} "-" "-"`;
  const before = machine.files.read(`${LOGS}/access.log`) ?? '';
  machine.files.put(`${LOGS}/access.log`, `${before}${line}\n`, { mode: 0o640 });
  if (!machine.files.exists(`${LOGS}/error.log`)) machine.files.put(`${LOGS}/error.log`, '', { mode: 0o640 });
}

async function serve(
  machine: Machine,
  taken: readonly Site[],
  port: number,
  request: Request,
): Promise<Response> {
  const host = request.url.hostname;
  const candidates = taken.filter((site) => site.listens.includes(port));
  const site = candidates.find((candidate) => candidate.names.includes(host)) ?? candidates[0];
  if (site === undefined) return { status: 404, body: '' };
  const untrusted = port === 443 && request.insecure !== true ? trustProblem(machine, host) : undefined;
  if (untrusted !== undefined) throw new Unreachable('tls', untrusted);
  if (/return 301 https/.test(site.text)) {
    const location = `https://${request.url.host}${request.url.pathname}`;
    return { status: 301, body: '', headers: { location } };
  }
  return fixedAnswer(site, request.url.pathname) ?? passOn(machine, site, request);
}

/** The site's certificate, PEM; undefined when the name has none. */
export function certificateFor(machine: Machine, host: string): string | undefined {
  const path = sites(machine).find((site) => site.names.includes(host) && site.certificate)?.certificate;
  return path === undefined ? undefined : machine.files.read(path);
}

/** Why a browser would not trust the name's certificate; undefined when it does. */
export function trustProblem(machine: Machine, host: string): string | undefined {
  const pem = certificateFor(machine, host);
  if (pem === undefined) return 'self-signed certificate';
  const certificate = new X509Certificate(pem);
  if (Date.parse(certificate.validTo) < machine.now()) return 'certificate has expired';
  return certificate.checkHost(host) === undefined
    ? `Hostname/IP does not match certificate's altnames: Host: ${host}`
    : undefined;
}

/** A location that nginx answers by itself: `return 200 "…"`. */
function fixedAnswer(site: Site, path: string): Response | undefined {
  for (const [, modifier, prefix = '', body = ''] of site.text.matchAll(
    /location\s+(=)?\s*(\S+)\s*\{([^}]*)\}/g,
  )) {
    if (modifier === '=' ? path !== prefix : prefix === '/' || !path.startsWith(prefix)) continue;
    if (/proxy_pass/.test(body)) continue;
    const text = /return\s+200\s+["']?([^"';]*)["']?;/.exec(body)?.[1];
    if (text === undefined) throw new NotRehearsed(`This nginx location is not rehearsed: ${prefix}`);
    return { status: 200, body: text };
  }
  return undefined;
}

/** `proxy_pass`. Without the two lines for it, a WebSocket's wish for an upgrade does not get through. */
async function passOn(machine: Machine, site: Site, request: Request): Promise<Response> {
  const upstream = /proxy_pass\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(site.text)?.[1];
  if (upstream === undefined) return { status: 200, body: '<title>Welcome to nginx!</title>' };
  const url = new URL(`http://127.0.0.1:${upstream}${request.url.pathname}${request.url.search}`);
  const upgrades =
    /proxy_set_header\s+Upgrade/.test(site.text) && /proxy_set_header\s+Connection/.test(site.text);
  const headers = upgrades ? request.headers : { ...request.headers, upgrade: '' };
  try {
    return await send(machine, { ...request, url, headers, from: 'droplet' });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { status: 502, body: '<title>502 Bad Gateway</title>' };
  }
}
