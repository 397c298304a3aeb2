/** One request to a stand-in and the ways of answering it. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { HostName } from './names.ts';

/** A request that has arrived whole: its body is read and, if it was gzipped, unpacked. */
export interface Exchange {
  readonly host: HostName;
  readonly method: string;
  /** Path and query; `url.pathname` is still percent-encoded. */
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly response: ServerResponse;
}

/** Answers one request. What it throws becomes a 500 with the error's text, and is logged. */
export type Handler = (exchange: Exchange) => Promise<void> | void;

/** A finished answer as data; `body` is sent as it is, with its length. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose body is `value` as JSON. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: JSON.stringify(value), type: 'application/json; charset=utf-8', headers };
}

/** An answer of plain text. */
export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body, type: 'text/plain; charset=utf-8', headers };
}

/** An answer that is a web page. */
export function html(status: number, body: string): Answer {
  return {
    status,
    body: `<!doctype html><title>small internet</title>${body}\n`,
    type: 'text/html; charset=utf-8',
  };
}

/** Sends `answer`; to a HEAD request without its body. */
export function send({ method, response }: Pick<Exchange, 'method' | 'response'>, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(answer.body),
    ...answer.headers,
  });
  response.end(method === 'HEAD' ? undefined : answer.body);
}

/** The fields of a request body, whether it is a form or a JSON object of strings; unreadable JSON gives none. */
export function fieldsOf({ headers, body }: Pick<Exchange, 'headers' | 'body'>): Record<string, string> {
  const content = body.toString('utf8');
  if (!headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(content));
  const value = jsonOf({ body });
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** The JSON object in a request body, or `{}` when there is none. */
export function jsonOf({ body }: Pick<Exchange, 'body'>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.gz': 'application/gzip',
  '.xz': 'application/x-xz',
};

/**
 * Sends the file `path` (relative, already decoded) from below `root`; of a directory its index.html. 404 when there
 * is none, and for every path that would lead out of `root`.
 */
export async function sendFile(exchange: Exchange, root: string, path: string): Promise<void> {
  const wanted = normalize(join(root, path));
  const file = wanted.endsWith(sep) ? join(wanted, 'index.html') : wanted;
  const info = file.startsWith(root + sep) ? await stat(file).catch(() => undefined) : undefined;
  if (info?.isDirectory()) {
    send(exchange, { ...text(301, ''), headers: { location: `${exchange.url.pathname}/` } });
    return;
  }
  if (!info) {
    send(exchange, text(404, `Not found: ${path}\n`));
    return;
  }
  exchange.response.writeHead(200, {
    'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': info.size,
    'last-modified': info.mtime.toUTCString(),
  });
  if (exchange.method === 'HEAD') exchange.response.end();
  else await pipeline(createReadStream(file), exchange.response);
}
