import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../src/host/http.ts';
import { LocalHost } from '../../src/host/local.ts';
import { Secret, secretText } from '../../src/secret/secret.ts';

const host = new LocalHost();
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('an answer', () => {
  test('comes with its status, headers and body; a redirect is not followed', async () => {
    const port = await listen(
      createServer((_request, response) => response.writeHead(302, { location: '/x' }).end('moved')),
    );
    expect(await host.fetch(`http://127.0.0.1:${port}/`)).toMatchObject({
      ok: true,
      status: 302,
      headers: { location: '/x' },
      body: 'moved',
    });
  });

  test('is to what was sent: method, headers and body with their secrets, length stated', async () => {
    let seen: unknown;
    const port = await listen(
      createServer((request, response) => {
        let body = '';
        request.on('data', (part) => {
          body += part;
        });
        request.on('end', () => {
          const { authorization, 'content-length': length } = request.headers;
          seen = { method: request.method, authorization, length, body };
          response.end();
        });
      }),
    );
    const key = new Secret('the-bearer-key');
    await host.fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { Authorization: secretText`Bearer ${key}` },
      body: secretText`{"k":"${key}"}`,
    });
    expect(seen).toEqual({
      method: 'POST',
      authorization: 'Bearer the-bearer-key',
      length: '22',
      body: '{"k":"the-bearer-key"}',
    });
  });

  test('can be had from another address than the name leads to', async () => {
    const port = await listen(
      createServer((request, response) => response.end(`asked for ${request.headers.host}`)),
    );
    expect(
      await host.fetch(`http://otto.example.invalid:${port}/`, { connectTo: '127.0.0.1' }),
    ).toMatchObject({ ok: true, body: `asked for otto.example.invalid:${port}` });
  });
});

describe('no answer', () => {
  test('because nothing listens', async () => {
    expect(await host.fetch('http://127.0.0.1:1/')).toMatchObject({ ok: false, failure: 'refused' });
  });

  test('because the name leads nowhere', async () => {
    expect(await host.fetch('http://no-such-name.invalid/')).toMatchObject({ ok: false, failure: 'dns' });
  });

  test('because it takes too long', async () => {
    const port = await listen(createServer((_request, response) => response.write('begun, never ended')));
    const result = await host.fetch(`http://127.0.0.1:${port}/`, { timeoutMs: 100 });
    expect(result).toMatchObject({
      ok: false,
      failure: 'timeout',
      detail: 'no complete answer within 0.1 s',
    });
  });

  test('because the connection was cut', async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()));
    expect(await host.fetch(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: false, failure: 'reset' });
  });

  test('because the other side does not speak TLS', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n')));
    expect(await host.fetch(`https://127.0.0.1:${port}/`)).toMatchObject({ ok: false, failure: 'tls' });
  });

  test('because it is no address at all', async () => {
    expect(await host.fetch('otto')).toMatchObject({ ok: false, failure: 'other' });
  });
});

test.each([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timeout'],
  ['ECONNRESET', 'reset'],
  ['EHOSTUNREACH', 'other'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
])('%s is %s, alone or among several addresses', (code, failure) => {
  const error = Object.assign(new Error('x'), { code });
  expect(failureOf(error)).toBe(failure);
  expect(failureOf(new AggregateError([error]))).toBe(failure);
});
