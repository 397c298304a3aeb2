/** For the tests of the stand-ins: asks a handler over a real connection on loopback, without TLS and names. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Handler } from './exchange.ts';
import type { HostName } from './names.ts';

/** Asks for a path: method, headers and body as for fetch. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Serves `handler` as `host` until the test is finished; returns what asks it. */
export async function asking(host: HostName, handler: Handler): Promise<Ask> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const url = new URL(request.url ?? '/', `https://${host}`);
    const { method = 'GET', headers } = request;
    await handler({ host, method, url, headers, body, response });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
}
