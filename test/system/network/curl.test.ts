import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../../src/secret/secret.ts';
import { CURL, curlInput, secretJson } from '../../../src/system/network/curl.ts';

const seen: { url: string | undefined; cookie: string | undefined; body: string }[] = [];
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      seen.push({ url: request.url, cookie: request.headers.cookie, body });
      response
        .setHeader('set-cookie', 'session=abc')
        .writeHead(request.url === '/refused' ? 422 : 200)
        .end('secret body');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function run(input: string): Promise<{ code: number; stdout: string }> {
  const [program, ...args] = CURL;
  return new Promise((resolve) => {
    const child = execFile(program, args, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
    child.stdin?.end(input);
  });
}

test('curl itself reads it: JSON with awkward characters arrives whole, cookies go on to the next request', async () => {
  seen.length = 0;
  const password = new Secret('a"b\\c $d\'e\u00e9');
  const input = curlInput([
    { url: `${base}/refused`, json: secretJson({ password }), anyStatus: true },
    { url: `${base}/next`, json: '{}' },
  ]);
  expect(await run(reveal(input))).toEqual({ code: 0, stdout: '422\n200\n' });
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ password: 'a"b\\c $d\'e\u00e9' });
  expect(seen[1]).toMatchObject({ url: '/next', cookie: 'session=abc', body: '{}' });
});

test('a refusal is a failure unless it may be one', async () => {
  const { code } = await run(reveal(curlInput([{ url: `${base}/refused`, json: '{}' }])));
  expect(code).toBe(22);
});

test('what is shown holds no secret, in no quoting', () => {
  const input = curlInput([
    { url: 'http://x', json: secretJson({ password: new Secret('open"sesame\\now') }) },
  ]);
  expect(mask(input)).not.toContain('sesame');
  expect(mask(input)).toContain('••••');
});
