import { readFile, stat } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { redact, reveal } from '../secret/secret.ts';
import { messageOf } from '../text/error-message.ts';
import type { FetchOptions, FetchResult } from './host.ts';

const DEFAULT_LIMIT_MS = 10_000;
const LONGEST_BODY = 8 * 1024 * 1024;

/**
 * Debian's and Ubuntu's trust store. Node brings authorities of its own and does not look there, but the tools whose
 * way we check (curl, git, certbot, apt) do: a private authority that was installed has to count, a distrusted one not.
 */
const TRUST_STORE = '/etc/ssl/certs/ca-certificates.crt';

type Failure = Extract<FetchResult, { ok: false }>['failure'];

/** One http(s) request on a connection of its own; redirects are not followed. Never throws. */
export async function fetchUrl(url: string, options: FetchOptions = {}): Promise<FetchResult> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  try {
    const answer = await exchange(new URL(url), options);
    return { ok: true, ...answer, durationMs: elapsed() };
  } catch (error) {
    return { ok: false, failure: failureOf(error), detail: redact(detailOf(error)), durationMs: elapsed() };
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function exchange(url: URL, options: FetchOptions): Promise<Answer> {
  const secureContext = url.protocol === 'https:' ? await systemTrust() : undefined;
  const limitMs = options.timeoutMs ?? DEFAULT_LIMIT_MS;
  return new Promise((resolve, reject) => {
    const request = (secureContext === undefined ? requestHttp : requestHttps)(url, {
      method: options.method ?? 'GET',
      agent: false,
      headers: Object.fromEntries(
        Object.entries(options.headers ?? {}).map(([name, value]) => [name, reveal(value)]),
      ),
      ...(options.connectTo === undefined ? {} : { lookup: lookupOf(options.connectTo) }),
      ...(secureContext === undefined ? {} : { secureContext }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const limit = setTimeout(() => request.destroy(new TimedOut(limitMs)), limitMs);
    const fail = (error: unknown) => {
      clearTimeout(limit);
      reject(error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        length += part.length;
        if (length <= LONGEST_BODY) parts.push(part);
      });
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(limit);
        const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(headers),
          body: Buffer.concat(parts).toString('utf8'),
        });
      });
    });
    // One write, so that Node states the length: some servers refuse a body in chunks.
    request.end(options.body === undefined ? undefined : reveal(options.body));
  });
}

class TimedOut extends Error {
  constructor(ms: number) {
    super(`no complete answer within ${ms / 1000} s`);
  }
}

/** Leads every name to one address; the name stays in the Host header and in the certificate check. */
function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  return (_name, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

let trust: { readonly modifiedMs: number; readonly context: SecureContext } | undefined;

/** Recreated when the store changes: `ca-certificates` may be installed during a run. */
async function systemTrust(): Promise<SecureContext> {
  const modifiedMs = (await stat(TRUST_STORE).catch(() => undefined))?.mtimeMs ?? 0;
  if (trust?.modifiedMs !== modifiedMs) {
    const context =
      modifiedMs === 0
        ? createSecureContext()
        : createSecureContext({ ca: await readFile(TRUST_STORE, 'utf8') });
    trust = { modifiedMs, context };
  }
  return trust.context;
}

const DNS = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL'];
const RESET = ['ECONNRESET', 'EPIPE', 'ECONNABORTED'];
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** Which kind of failure an error of `node:http` is. Exported for its test. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TimedOut) return 'timeout';
  const code = codeOf(error);
  if (DNS.includes(code)) return 'dns';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT' || code === 'ABORT_ERR') return 'timeout';
  if (RESET.includes(code)) return 'reset';
  return TLS.test(code) ? 'tls' : 'other';
}

/** With several addresses tried, Node reports them together: the first one speaks for all. */
function first(error: unknown): unknown {
  return error instanceof AggregateError ? (error.errors[0] ?? error) : error;
}

function codeOf(error: unknown): string {
  const one = first(error);
  return one instanceof Error && 'code' in one ? String(one.code) : '';
}

function detailOf(error: unknown): string {
  const one = first(error);
  return messageOf(one);
}
