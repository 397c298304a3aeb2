import { expect, test } from 'vitest';
import { mask, Secret } from '../../../src/secret/secret.ts';
import { curlInput } from '../../../src/system/network/curl.ts';
import { claimRequests, parsePaperclipHealth } from '../../../src/system/web-apps/paperclip-api.ts';

test.each([
  [
    'claimed',
    '{"status":"ok","deploymentMode":"authenticated","deploymentExposure":"private","commit":null,"bootstrapStatus":"ready"}',
    { status: 'ok', unclaimed: false, error: '' },
  ],
  [
    'not claimed',
    '{"status":"ok","deploymentMode":"authenticated","bootstrapStatus":"bootstrap_pending"}',
    { status: 'ok', unclaimed: true, error: '' },
  ],
  [
    'starting',
    '{"status":"starting","deploymentMode":"authenticated"}',
    { status: 'starting', unclaimed: false, error: '' },
  ],
  [
    'without its database',
    '{"status":"unhealthy","deploymentMode":"authenticated","error":"database_unreachable"}',
    { status: 'unhealthy', unclaimed: false, error: 'database_unreachable' },
  ],
  ['the page, which answers 200 everywhere', '<!doctype html><title>Paperclip</title>', undefined],
  ['another program with a status', '{"status":"ok"}', undefined],
])('%s', (_, body, expected) => {
  expect(parsePaperclipHealth(body)).toEqual(expected);
});

test('signing up may fail because it was done before; claiming may not', () => {
  const account = { name: 'Admin', email: 'a@b.example', password: new Secret('a long password') };
  const requests = claimRequests('http://127.0.0.1:3000', account);
  expect(requests.map(({ url, anyStatus }) => [url.slice(21), anyStatus === true])).toEqual([
    ['/api/auth/sign-up/email', true],
    ['/api/auth/sign-in/email', false],
    ['/api/bootstrap/claim', false],
  ]);
  expect(requests.every(({ headers }) => headers?.Origin === 'http://127.0.0.1:3000')).toBe(true);
  expect(mask(curlInput(requests))).not.toContain('a long password');
});
