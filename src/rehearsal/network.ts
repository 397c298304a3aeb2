import type { FetchOptions, FetchResult, ResolveResult } from '../host/host.ts';
import { reveal } from '../secret/secret.ts';
import type { Machine, Request, Response } from './machine.ts';

type Origin = Request['from'];

type Failure = 'dns' | 'refused' | 'timeout' | 'reset' | 'tls';

/** Why nothing answered, in the words of `FetchResult`. */
export class Unreachable extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/**
 * The droplet's own DNS. Whatever name an operator tries leads to the droplet, so that a rehearsal gets on; to see what
 * a wrong answer looks like there are names below `elsewhere.example` and `nowhere.example`.
 */
export function resolve(machine: Machine, name: string, type: 'A' | 'AAAA' | 'CAA'): ResolveResult {
  const known = machine.internet.names.get(name) ?? guess(machine, name);
  if (known === undefined) return { ok: false, failure: 'nxdomain', detail: `${name} does not exist` };
  const addresses = type === 'CAA' ? [] : known[type];
  return addresses.length > 0
    ? { ok: true, addresses }
    : { ok: false, failure: 'nodata', detail: `${name} has no ${type} record` };
}

function guess(machine: Machine, name: string): { A: string[]; AAAA: string[] } | undefined {
  if (name.endsWith('nowhere.example')) return undefined;
  return { A: [name.endsWith('elsewhere.example') ? '198.51.100.7' : machine.address], AAAA: [] };
}

/**
 * Brings a request to whatever answers: a port of the droplet, or a host of the small internet.
 * Throws Unreachable as a socket would fail.
 */
export async function send(machine: Machine, request: Request, connectTo?: string): Promise<Response> {
  const host = connectTo ?? request.url.hostname;
  const address = /^[\d.]+$|^localhost$/.test(host) ? host : addressOf(machine, host);
  const port = Number(request.url.port) || (request.url.protocol === 'https:' ? 443 : 80);

  if (!isOurs(machine, address)) {
    const handler = machine.internet.hosts.get(request.url.hostname);
    if (handler === undefined) throw new Unreachable('timeout', `nothing answers at ${address}`);
    return handler(request);
  }
  const listener = machine.listeners.get(port);
  if (listener === undefined || !reaches(listener.address, address, request.from)) {
    throw new Unreachable('refused', `connect ECONNREFUSED ${address}:${port}`);
  }
  if (isDropped(machine, request.from, port))
    throw new Unreachable('timeout', `connect ETIMEDOUT ${address}:${port}`);
  return listener.handle(request);
}

function addressOf(machine: Machine, name: string): string {
  const found = resolve(machine, name, 'A');
  const [address] = found.ok ? found.addresses : [];
  if (address === undefined) throw new Unreachable('dns', `getaddrinfo ENOTFOUND ${name}`);
  return address;
}

function isOurs(machine: Machine, address: string): boolean {
  return ['127.0.0.1', 'localhost', machine.address, machine.bridge].includes(address);
}

/** A listener on 127.0.0.1 is reached only by the droplet itself, and only there. */
function reaches(listens: string, asked: string, from: Origin): boolean {
  if (listens === '0.0.0.0' || listens === '*') return true;
  return from === 'droplet' && (listens === asked || (listens === '127.0.0.1' && asked === 'localhost'));
}

/** UFW drops what comes in from elsewhere unless a rule allows it (facts: docker-ufw, 'Container → host'). */
function isDropped(machine: Machine, from: Origin, port: number): boolean {
  if (!machine.firewall.active || from === 'droplet') return false;
  const allowed = machine.firewall.rules.some((rule) =>
    from === 'container'
      ? new RegExp(`^allow in on docker0 to any port ${port}\\b`).test(rule)
      : new RegExp(`^allow (?:in )?(?:to any port )?${port}(?:/tcp| proto tcp)?$`).test(rule),
  );
  return !allowed;
}

/** `Host.fetch` over the network in memory. */
export async function fetchFrom(
  machine: Machine,
  url: string,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const started = machine.now();
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), reveal(value)]),
  );
  const request: Request = {
    method: options.method ?? 'GET',
    url: new URL(url),
    headers,
    body: options.body === undefined ? '' : reveal(options.body),
    from: 'droplet',
  };
  try {
    await machine.wait(20, options.signal);
    const { status, body, headers: answered = {} } = await send(machine, request, options.connectTo);
    const date = new Date(machine.now()).toUTCString();
    return { ok: true, status, body, headers: { date, ...answered }, durationMs: machine.now() - started };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    // What is dropped on the way is waited for to the end.
    if (error.failure === 'timeout') await machine.wait(options.timeoutMs ?? 10_000, options.signal);
    return { ok: false, failure: error.failure, detail: error.message, durationMs: machine.now() - started };
  }
}
