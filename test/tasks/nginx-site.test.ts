import { describe, expect, test } from 'vitest';
import { reveal } from '../../src/engine/secret.ts';
import type { Finding } from '../../src/engine/task.ts';
import type { FetchResult } from '../../src/host/host.ts';
import { servers } from '../../src/system/nginx.ts';
import { parseConfiguration } from '../../src/system/nginx-syntax.ts';
import { judgeAnswer } from '../../src/tasks/nginx-site/look.ts';
import { writeSite } from '../../src/tasks/nginx-site/template.ts';
import { nginxSiteTask } from '../../src/tasks/nginx-site.ts';
import { answersWith } from './answers.ts';
import { healthySite, OTTO, plainServer, RUNNING, securedServers } from './sites.ts';

const judge = (changes: Partial<typeof healthySite>) =>
  nginxSiteTask.judge({ ...healthySite, ...changes }, answersWith());
const commands = (finding: Finding | undefined) =>
  (finding?.fixes[0]?.actions ?? []).map((action) =>
    action.kind === 'write-file' ? `write ${action.path}` : action.argv.join(' '),
  );

test('plain, secured, or written by somebody else: nothing to do', () => {
  expect(judge({})).toEqual([]);
  expect(judge({ servers: securedServers, origin: 'edited-by-hand' })).toEqual([]);
  expect(
    judge({
      servers: [{ ...plainServer, fixedAnswers: {}, file: '/etc/nginx/conf.d/webui.conf' }],
      origin: 'not-ours',
    }),
  ).toEqual([]);
});

test('no site: written, tested, reloaded', () => {
  const [finding] = judge({ servers: [], origin: 'absent', answer: 'none' });
  expect(finding).toMatchObject({ code: 'nginx-site-missing', severity: 'missing' });
  expect(commands(finding)).toEqual([`write ${OTTO}`, 'nginx -t', 'systemctl reload nginx.service']);
  expect(finding?.fixes[0]?.consequence).toBeUndefined();
});

test("beside another name's site, not in its place", () => {
  const [finding] = judge({ servers: [], newPath: `${OTTO}-otto.client.example`, answer: 'none' });
  expect(commands(finding)[0]).toBe(`write ${OTTO}-otto.client.example`);
});

describe('a site that is wrong', () => {
  const wrong = {
    ...plainServer,
    proxy: { target: '127.0.0.1:8080', webSockets: false, readTimeoutS: 1800, bodyLimit: 100 * 1024 ** 2 },
  };

  test('ours, untouched and without https: written anew unasked', () => {
    const [finding] = judge({ servers: [wrong], origin: 'ours' });
    expect(finding?.code).toBe('nginx-site-no-websocket');
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  test.each(['not-ours', 'edited-by-hand'] as const)('%s: only with consent', (origin) => {
    expect(judge({ servers: [wrong], origin })[0]?.fixes[0]?.consequence).toContain('kept');
  });

  test('with https of certbot: it is put back right after, and asked about before', () => {
    const secured = securedServers.map((server) => ({ ...server, proxy: server.proxy && wrong.proxy }));
    const [finding] = judge({ servers: secured, origin: 'edited-by-hand' });
    expect(commands(finding).at(-1)).toBe(
      'certbot install --nginx --cert-name otto.client.example --non-interactive',
    );
    expect(finding?.fixes[0]?.consequence).toContain('https');
  });

  test('in a file with other names: left to the operator', () => {
    expect(judge({ servers: [wrong], otherNames: ['shop.example'] })[0]?.fixes).toEqual([]);
  });

  test.each<[string, Partial<typeof healthySite>, string]>([
    [
      'another port',
      {
        servers: [{ ...plainServer, proxy: { ...wrong.proxy, webSockets: true, target: '127.0.0.1:3001' } }],
      },
      'nginx-site-other-port',
    ],
    ['a plain page', { servers: [{ ...plainServer, proxy: undefined }] }, 'nginx-site-passes-nothing-on'],
    [
      '60 s',
      { servers: [{ ...plainServer, proxy: { ...wrong.proxy, webSockets: true, readTimeoutS: 60 } }] },
      'nginx-site-impatient',
    ],
    [
      'two files',
      { servers: [plainServer, { ...plainServer, file: '/etc/nginx/conf.d/old.conf' }] },
      'nginx-site-twice',
    ],
    ['not reloaded', { answer: 'other' }, 'nginx-not-reloaded'],
    ['Open WebUI away', { answer: 'upstream-down' }, 'nginx-upstream-down'],
  ])('%s', (_, changes, code) => {
    expect(judge(changes).map((finding) => finding.code)).toEqual([code]);
  });
});

describe('nginx itself', () => {
  const stopped = { ...RUNNING, active: 'inactive', sub: 'dead' };

  test('a mistake in any file holds every change back', () => {
    const [finding, ...more] = judge({
      complaint: 'unknown directive "lsten" in /etc/nginx/sites-enabled/zz:1',
      servers: [],
    });
    expect(finding).toMatchObject({ code: 'nginx-configuration-broken', severity: 'blocked', fixes: [] });
    expect(finding?.saw).toContain('zz:1');
    expect(more).toEqual([]);
  });

  const gone =
    'cannot load certificate "/etc/letsencrypt/live/otto.client.example/fullchain.pem": that file cannot be read';
  test('a certificate that is gone is the business of the task Certificate, while nginx runs', () => {
    expect(judge({ complaint: gone, servers: securedServers, answer: 'other' })).toEqual([]);
  });

  test('a certificate that is gone and nginx down: http first, with consent', () => {
    const [finding] = judge({ complaint: gone, servers: securedServers, unit: stopped, answer: 'none' });
    expect(finding?.code).toBe('nginx-down-certificate-gone');
    expect(finding?.fixes[0]?.consequence).toBeDefined();
    expect(commands(finding)[0]).toBe(`write ${OTTO}`);
  });

  test.each<[string, Partial<typeof healthySite>, string, boolean]>([
    ['stopped', { unit: stopped, answer: 'none' }, 'nginx-down', false],
    [
      'started outside its unit',
      { unit: stopped, strayMaster: 2869, answer: 'none' },
      'nginx-outside-its-service',
      true,
    ],
    ['masked', { unit: { ...stopped, load: 'masked' }, answer: 'none' }, 'nginx-masked', true],
    ['not after a reboot', { unit: { ...RUNNING, file: 'disabled' } }, 'nginx-not-enabled', false],
  ])('%s', (_, changes, code, asks) => {
    const findings = judge(changes);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]?.fixes[0]?.consequence !== undefined).toBe(asks);
  });

  test('why it does not start is told', () => {
    const journal = 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)';
    expect(judge({ unit: { ...stopped, active: 'failed' }, journal, answer: 'none' })[0]?.saw).toContain(
      'bind() to 0.0.0.0:80 failed',
    );
  });
});

describe('the file', () => {
  const values = { domain: 'otto.client.example', token: 'abc', ipv6: true, hashBucketSet: false };
  const text = (changes: Partial<typeof values> = {}) =>
    reveal(writeSite(OTTO, { ...values, ...changes }).content);
  const parse = (content: string) =>
    servers(
      parseConfiguration(
        [
          { path: '/etc/nginx/nginx.conf', content: 'http { include sites-enabled/*; }' },
          { path: OTTO, content },
        ],
        '/etc/nginx/nginx.conf',
      ),
    );

  test('is what the look calls healthy', () => {
    const parsed = parse(text());
    expect(parsed).toMatchObject([
      {
        names: ['otto.client.example'],
        listens: [
          { address: '', port: 80 },
          { address: '[::]', port: 80 },
        ],
        fixedAnswers: { '/.well-known/otto-install': 'abc' },
      },
    ]);
    expect(judge({ servers: parsed })).toEqual([]);
  });

  test('without IPv6 it does not listen on it', () => {
    expect(parse(text({ ipv6: false }))[0]?.listens).toHaveLength(1);
  });

  test("a long name gets a bigger table, once: nginx refuses the directive's second one", () => {
    const domain = `${'long-'.repeat(9)}name.client.example`;
    expect(text({ domain })).toContain('server_names_hash_bucket_size 128;');
    expect(text({ domain, hashBucketSet: true })).not.toContain('server_names_hash_bucket_size');
    expect(text()).not.toContain('server_names_hash_bucket_size');
  });

  test('has no map: two of the same name would be refused', () => {
    expect(text()).not.toMatch(/^\s*map\s/m);
  });
});

describe('who answers', () => {
  const answer = (status: number, body = '', headers: Record<string, string> = {}): FetchResult => ({
    ok: true,
    status,
    headers,
    body,
    durationMs: 1,
  });
  test.each<[string, FetchResult, string]>([
    ['our token', answer(200, 'abc'), 'ours'],
    ["Open WebUI's health", answer(200, '{"status":true}'), 'ours'],
    ['the way to https', answer(301, '', { location: 'https://otto.client.example/' }), 'ours'],
    ['the way to another site', answer(301, '', { location: 'https://shop.example/' }), 'other'],
    ["nginx's welcome page", answer(200, '<h1>Welcome to nginx!</h1>'), 'other'],
    ['not found', answer(404), 'other'],
    ['Open WebUI is away', answer(502), 'upstream-down'],
    ['nothing', { ok: false, failure: 'refused', detail: '', durationMs: 1 }, 'none'],
  ])('%s', (_, result, expected) => {
    expect(judgeAnswer(result, 'otto.client.example', 'abc')).toBe(expected);
  });
});
