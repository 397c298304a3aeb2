/**
 * The one web server of the small internet: a listener for each host's address, TLS with that host's certificate,
 * and a handler for each host. Faults of the connection are played here.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createListener, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { AUTHORITY_FILES } from './acme/authority.ts';
import { type Exchange, type Handler, send, text } from './exchange.ts';
import type { Faults } from './faults.ts';
import type { Gates } from './gates.ts';
import { HOST_NAMES, HOSTS, type HostName, isHostName } from './names.ts';
import type { RequestRecord } from './request-log.ts';

/** What the front needs: certificates, a handler for every host, the faults, and where requests are recorded. */
export interface FrontOptions {
  readonly authorityDir: string;
  readonly handlers: Readonly<Record<HostName, Handler>>;
  /** Hosts that also answer on plain http, as mirrors of distributions do; the others redirect to https. */
  readonly plainHttp: readonly HostName[];
  readonly faults: Faults;
  readonly gates: Gates;
  readonly record: (record: RequestRecord) => void;
  readonly warn: (text: string) => void;
}

/** The running front. */
export interface Front {
  /** Brings listeners and open connections in line with the faults; call it after they changed. */
  applyFaults(): Promise<void>;
}

const HOST_OF_ADDRESS = new Map<string, HostName>(HOST_NAMES.map((name) => [HOSTS[name], name]));

const DECODERS: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Starts listening on ports 80 and 443 of every host's address (the namespace must own them). */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { authorityDir, faults, plainHttp } = options;
  const contextOf = (name: string): SecureContext =>
    createSecureContext({
      cert: readFileSync(join(authorityDir, `${name}.pem`)),
      key: readFileSync(join(authorityDir, `${name}.key`)),
    });
  const contexts = new Map(HOST_NAMES.map((name) => [name, contextOf(name)]));
  const untrusted = contextOf(AUTHORITY_FILES.untrusted);

  const secure = createTlsServer({
    SNICallback: (name, done) => {
      const host = isHostName(name) ? name : 'github.com';
      done(null, faults.of(host)?.kind === 'untrusted' ? untrusted : contexts.get(host));
    },
  });
  secure.on('request', (request, response) => void answer(request, response, options));
  const plain = createServer((request, response) => {
    const host = hostOf(request);
    if (plainHttp.includes(host)) return void answer(request, response, options);
    response.writeHead(301, { location: `https://${host}${request.url ?? '/'}` }).end();
  });

  const listeners = HOST_NAMES.flatMap((host) => [
    createHostListener(host, 443, (socket) => secure.emit('connection', socket), faults),
    createHostListener(host, 80, (socket) => plain.emit('connection', socket), faults),
  ]);
  const applyFaults = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.apply()));
  };
  await applyFaults();
  return { applyFaults };
}

/** One address and port. `apply` listens, or stops listening, as the host's fault says. */
function createHostListener(
  host: HostName,
  port: number,
  accept: (socket: Duplex) => void,
  faults: Faults,
): { apply(): Promise<void> } {
  const open = new Set<Socket>();
  let server: Server | undefined;
  let applied = faults.of(host);

  const onConnection = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    const fault = faults.of(host);
    if (fault?.kind === 'reset') socket.resetAndDestroy();
    else if (fault?.kind === 'silent') socket.resume();
    else if (fault?.kind === 'slow') accept(slowed(socket, fault.bytesPerSecond));
    else accept(socket);
    if (fault?.kind === 'cut') cutAfter(socket, fault.afterBytes);
  };
  const stop = (): void => {
    server?.close();
    server = undefined;
    for (const socket of open) socket.destroy();
  };
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server = createListener(onConnection).once('error', reject);
      server.listen(port, HOSTS[host], resolve);
    });
  return {
    apply: async () => {
      const fault = faults.of(host);
      // A connection that is kept open from before would not see the new fault.
      if (fault !== applied) for (const socket of open) socket.destroy();
      applied = fault;
      if (fault?.kind === 'refused') stop();
      else if (!server) await listen();
    },
  };
}

/** Destroys the connection once about `bytes` have been written to it. */
function cutAfter(socket: Socket, bytes: number): void {
  const timer = setInterval(() => {
    if (socket.bytesWritten > bytes) socket.destroy();
  }, 10);
  socket.once('close', () => clearInterval(timer));
}

/** What stands between a server and a visitor whose line is slow: answers leave it in small pieces. */
function slowed(socket: Socket, bytesPerSecond: number): Duplex {
  const [line, server] = duplexPair();
  const piece = Math.max(1, Math.round(bytesPerSecond / 10));
  const send = async (): Promise<void> => {
    for await (const chunk of line as AsyncIterable<Buffer>)
      for (let at = 0; at < chunk.length; at += piece) {
        socket.write(chunk.subarray(at, at + piece));
        await pause(100);
      }
    socket.end();
  };
  socket.pipe(line);
  socket.once('close', () => line.destroy());
  send().catch(() => socket.destroy());
  return server;
}

/** The host that a request means: the one in its Host header, else the one whose address it came to. */
function hostOf(request: IncomingMessage): HostName {
  const named = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (isHostName(named)) return named;
  return HOST_OF_ADDRESS.get(request.socket.localAddress ?? '') ?? 'github.com';
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontOptions,
): Promise<void> {
  const { handlers, faults, gates, record, warn } = options;
  const at = new Date().toISOString();
  const host = hostOf(request);
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', `https://${host}`);
  let body = Buffer.alloc(0);
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : 0;
    const path = url.pathname + url.search;
    record({ at, host, method, path, headers: request.headers, body: body.toString('utf8'), status });
  });
  try {
    body = await bodyOf(request);
    await gates.pass(host, url.pathname);
    const exchange: Exchange = { host, method, url, headers: request.headers, body, response };
    const instead = faults.answerFor(host, url.pathname);
    if (instead) send(exchange, instead);
    else await handlers[host](exchange);
  } catch (error) {
    if (request.destroyed || response.destroyed) return;
    warn(`${method} https://${host}${url.pathname}: ${error instanceof Error ? error.stack : String(error)}`);
    if (response.headersSent) response.destroy();
    else send({ method, response }, text(500, `small internet: ${String(error)}\n`));
  }
}

/** Reads a request's body to its end and undoes its Content-Encoding. */
async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks);
  const decode = DECODERS[request.headers['content-encoding'] ?? ''];
  return decode && sent.length > 0 ? Buffer.from(await decode(sent)) : sent;
}
