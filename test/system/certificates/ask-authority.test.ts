import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { reveal } from '../../../src/secret/secret.ts';
import { askAuthority } from '../../../src/system/certificates/certbot.ts';
import { findRefusal } from '../../../src/system/certificates/refusals.ts';

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The address of a server of this machine that answers everything so. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/directory`;
}

/** How the question ends: 'answers', or the reason that an operator reads. */
async function asked(address: string): Promise<string> {
  const { argv, input, knownFailures = [] } = askAuthority(address);
  const [program, ...words] = argv;
  const { exitCode, all } = await execa(program, words, {
    all: true,
    reject: false,
    input: input === undefined ? '' : reveal(input),
  });
  if (exitCode === 0) return 'answers';
  return knownFailures.find(({ pattern }) => new RegExp(pattern).test(all))?.reason ?? `unexplained: ${all}`;
}

test('a directory answers; a page, an error and a port that nobody listens on have their reasons', async () => {
  expect(await asked(await answering(200, '{"newNonce": "https://ca.example/nonce"}'))).toBe('answers');
  expect(await asked(await answering(200, '<html>Please sign in</html>'))).toMatch(/a web page/);
  expect(await asked(await answering(503, 'down'))).toMatch(/could not be reached/);
  const gone = await answering(200, '');
  for (const server of servers.splice(0)) server.close();
  expect(await asked(gone)).toMatch(/could not be reached/);
});

test.each([
  "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='acme-v02.api.letsencrypt.org', port=443): Read timed out. (read timeout=45)",
  "requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
  "requests.exceptions.SSLError: HTTPSConnectionPool(host='acme-v02.api.letsencrypt.org', port=443): Max retries exceeded with url: /directory (Caused by SSLError(SSLEOFError(8, 'EOF occurred in violation of protocol')))",
])('an authority that is silent, or resets, is away: %s', (line) => {
  expect(findRefusal(`2026-12-01 09:06:56,123:ERROR:certbot._internal.log:${line}`)?.kind).toBe(
    'authority-away',
  );
});
