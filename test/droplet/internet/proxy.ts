/** Passing a request on to a program on loopback, and its answer back. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Exchange } from './exchange.ts';

/** Where a request goes on to. */
export interface Upstream {
  /** "http://127.0.0.1:5000" */
  readonly origin: string;
  /** Path and query there, if they differ from the request's own. */
  readonly path?: string;
  /** Certificates that are trusted for an https origin (PEM). */
  readonly ca?: string;
}

/** Passes `exchange` on, Host header included; returns the upstream's answer, whose body is still to be read. */
export function forward(exchange: Exchange, upstream: Upstream): Promise<IncomingMessage> {
  const origin = new URL(upstream.origin);
  const start = origin.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start(
      {
        hostname: origin.hostname,
        port: origin.port,
        method: exchange.method,
        path: upstream.path ?? exchange.url.pathname + exchange.url.search,
        // The body was unpacked and has its length; the upstream has to believe that it is the named host.
        headers: {
          ...withoutBodyHeaders(exchange.headers),
          ...(exchange.body.length > 0 ? { 'content-length': exchange.body.length } : {}),
          host: exchange.host,
          'x-forwarded-proto': 'https',
        },
        ca: upstream.ca,
        servername: origin.hostname === '127.0.0.1' ? 'localhost' : origin.hostname,
      },
      resolve,
    );
    request.once('error', reject);
    exchange.response.once('close', () => request.destroy());
    request.end(exchange.body);
  });
}

/** Passes `exchange` on and streams the answer back as it comes. */
export async function relay(exchange: Exchange, upstream: Upstream): Promise<void> {
  const answer = await forward(exchange, upstream);
  exchange.response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, exchange.response);
}

function withoutBodyHeaders(headers: Exchange['headers']): Exchange['headers'] {
  const {
    'content-encoding': _encoding,
    'content-length': _length,
    'transfer-encoding': _transfer,
    ...rest
  } = headers;
  return rest;
}
