import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import type { FetchResult } from '../../../src/host/host.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { servers } from '../../../src/system/nginx/nginx.ts';
import { parseConfiguration } from '../../../src/system/nginx/nginx-syntax.ts';
import { judgeAnswer } from '../../../src/tasks/nginx-site/answer.ts';
import { nginxSiteTask } from '../../../src/tasks/nginx-site/index.ts';
import { writeSite } from '../../../src/tasks/nginx-site/template.ts';
import { answersWith } from '../answers.ts';
import { healthySite, OTTO, plainServer, RUNNING, securedServers } from './sites.ts';

const judge = (changes: Partial<typeof healthySite>) =>
  nginxSiteTask.judge({ ...healthySite, ...changes }, answersWith());
const commands = (finding: Finding | undefined) =>
  (finding?.fixes[0]?.actions ?? []).map((action) =>
    action.kind === 'write-file' ? `write ${action.path}` : action.argv.join(' '),
  );

/** The site's file. */
const values = { domain: 'otto.client.example', token: 'abc', ipv6: true, hashBucketSet: false };
const text = (changes: Partial<typeof values> = {}) =>
  reveal(writeSite(OTTO, { ...values, ...changes }).content);
const parsed = (content: string) =>
  servers(
    parseConfiguration(
      [
        { path: '/etc/nginx/nginx.conf', content: 'http { include sites-enabled/*; }' },
        { path: OTTO, content },
      ],
      '/etc/nginx/nginx.conf',
    ),
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

describe('a site that leads elsewhere', () => {
  const there = (behind: typeof healthySite.behind, changes: Partial<typeof healthySite> = {}) => {
    const content = text().replace(':8080', ':3001');
    return judge({ servers: parsed(content), origin: 'ours', content, behind, ...changes });
  };

  test('where nothing answers: corrected as before', () => {
    expect(there('nothing')[0]).toMatchObject({ code: 'nginx-site-other-port' });
    expect(there('nothing')[0]?.fixes[0]?.consequence).toBeUndefined();
  });

  test('where something answers: somebody uses that, and is asked, whoever wrote the site', () => {
    const [finding] = there('something');
    expect(finding?.fixes[0]?.consequence).toContain('no longer get what answers at 127.0.0.1:3001');
    expect(finding?.fixes[0]?.actions[0]?.effects).toContainEqual(
      expect.objectContaining({ does: 'leads-elsewhere' }),
    );
  });

  test('where an Open WebUI answers: never rewritten', () => {
    expect(there('open-webui')).toMatchObject([
      { code: 'nginx-site-another-open-webui', severity: 'blocked', fixes: [] },
    ]);
  });

  test('where this Otto’s Open WebUI was found: nothing to do', () => {
    const content = text().replace(':8080', ':3001');
    const answers = answersWith({ openWebuiContainer: 'web', openWebuiPort: '3001' });
    expect(nginxSiteTask.judge({ ...healthySite, servers: parsed(content), content }, answers)).toEqual([]);
  });
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

  test('ours, untouched and without https: rewritten unasked', () => {
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

  test('its lines are changed, and nothing else, when its text is known', () => {
    const secured = securedServers.map((server) => ({ ...server, proxy: server.proxy && wrong.proxy }));
    const [plain] = parsed(text());
    const content = text()
      .replace(/^.*(http_upgrade|Connection "upgrade").*\n/gm, '')
      .replace('100m', '33m');
    const [finding] = judge({ servers: plain ? secured : [], origin: 'edited-by-hand', content });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding)).toEqual([`write ${OTTO}`, 'nginx -t', 'systemctl reload nginx.service']);
    const [action] = finding?.fixes[0]?.actions ?? [];
    const edited = action?.kind === 'write-file' ? reveal(action.content) : '';
    expect(edited).toContain('client_max_body_size 33m;');
    expect(parsed(edited)[0]?.proxy?.webSockets).toBe(true);
    expect(action).toMatchObject({ proof: { argv: ['nginx', '-t'] } });
  });

  test("somebody else's file is changed only with consent", () => {
    const content = text()
      .replace(/^# Otto.*\n/, '')
      .replace(':8080', ':3001');
    const servers = parsed(content);
    const [finding] = judge({ servers, origin: 'not-ours', content });
    expect(finding?.code).toBe('nginx-site-other-port');
    expect(finding?.fixes[0]?.consequence).toContain('Somebody else');
  });

  test('all that is wrong with it is fixed at once: two fixes of one file would undo each other', () => {
    const content = text().replace(':8080', ':3001').replace('client_max_body_size 100m;', '');
    const findings = judge({ servers: parsed(content), origin: 'ours', content });
    expect(findings.map(({ code }) => code)).toEqual(['nginx-site-other-port', 'nginx-site-small-uploads']);
    expect(findings[0]?.fixes[0]).toEqual(findings[1]?.fixes[0]);
  });

  test.each<[string, Partial<typeof healthySite>, string]>([
    [
      '1 MB',
      { servers: [{ ...plainServer, proxy: { ...wrong.proxy, webSockets: true, bodyLimit: 1024 ** 2 } }] },
      'nginx-site-small-uploads',
    ],
    [
      'an address of its own before ours',
      {
        inFront: [
          { file: '/etc/nginx/sites-enabled/default', address: '203.0.113.10', port: 80, ssl: false },
        ],
      },
      'nginx-other-site-in-front',
    ],
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

describe('two files with our name', () => {
  const other = '/etc/nginx/sites-enabled/000-old';
  const old = { ...plainServer, file: other, proxy: undefined };
  const files = [{ path: other, link: false, nameTaken: false }, ...healthySite.files];

  test('the one that is not of Otto is taken out and kept, with consent', () => {
    const [finding] = judge({ servers: [old, plainServer], files });
    expect(finding?.fixes[0]?.consequence).toContain('/etc/nginx/sites-available/000-old');
    expect(commands(finding)).toEqual([
      `mv --no-clobber -- ${other} /etc/nginx/sites-available/000-old`,
      'nginx -t',
      'systemctl reload nginx.service',
    ]);
  });

  test('it has other names, too, or neither is of Otto: left to the operator', () => {
    const namesBeside = { [other]: ['shop.example'] };
    expect(judge({ servers: [old, plainServer], files, namesBeside })[0]?.fixes).toEqual([]);
    expect(judge({ servers: [old, { ...plainServer, proxy: undefined }], files })[0]?.fixes).toEqual([]);
  });
});

test('a site that is only not enabled gets its link', () => {
  const available = '/etc/nginx/sites-available/otto';
  const [finding] = judge({ servers: [], available, answer: 'none' });
  expect(finding?.code).toBe('nginx-site-not-enabled');
  expect(commands(finding)[0]).toBe(`ln -s -- ${available} ${OTTO}`);
});

test('a site that is lost while its certificate is there gets https back at once', () => {
  const [finding] = judge({ servers: [], lineage: 'otto.client.example', answer: 'none' });
  expect(commands(finding).at(-1)).toBe(
    'certbot install --nginx --cert-name otto.client.example --non-interactive',
  );
});

describe('nginx itself', () => {
  const stopped = { ...RUNNING, active: 'inactive', sub: 'dead' };

  test('a mistake in any file holds every change back', () => {
    const [finding, ...more] = judge({
      complaint: 'unknown directive "lsten" in /etc/nginx/sites-enabled/zz:1',
      servers: [],
    });
    expect(finding).toMatchObject({ code: 'nginx-configuration-broken', severity: 'blocked', fixes: [] });
    expect(finding?.evidence).toContain('zz:1');
    expect(more).toEqual([]);
  });

  const SHOP = '/etc/nginx/sites-enabled/shop';
  const complaint = `unknown directive "lsten" in ${SHOP}:1`;
  const culprit = (path: string, link: boolean) => ({
    file: { path, link, nameTaken: false },
    line: 1,
    ours: false,
  });

  test("somebody else's site is never edited: its link, or the file, is taken out with consent", () => {
    const [linked] = judge({ complaint, culprit: culprit(SHOP, true) });
    expect(linked).toMatchObject({ code: 'nginx-configuration-broken', severity: 'broken' });
    expect(linked?.fixes[0]?.consequence).toBeDefined();
    expect(commands(linked)).toEqual([`rm -- ${SHOP}`, 'nginx -t', 'systemctl reload nginx.service']);
    const [file] = judge({ complaint, culprit: culprit(SHOP, false), unit: stopped });
    expect(commands(file)[0]).toBe(`mv --no-clobber -- ${SHOP} /etc/nginx/sites-available/shop`);
    expect(commands(file).at(-1)).toBe('systemctl enable --now nginx.service');
  });

  test('nginx.conf is for a person', () => {
    const [finding] = judge({ complaint, culprit: culprit('/etc/nginx/nginx.conf', false) });
    expect(finding).toMatchObject({ severity: 'blocked', fixes: [] });
  });

  test('a slip of the hand in our own site is fixed with consent, and proved', () => {
    const content = text().replace('proxy_http_version 1.1;', 'proxy_http_version 1.1');
    const [finding] = judge({
      complaint: `invalid number of arguments in "proxy_http_version" directive in ${OTTO}:17`,
      culprit: { file: { path: OTTO, link: false, nameTaken: false }, line: 17, ours: true },
      servers: parsed(content),
      content,
    });
    expect(finding?.code).toBe('nginx-site-syntax');
    expect(finding?.fixes[0]?.consequence).toContain('semicolon');
    expect(finding?.fixes[0]?.actions[0]).toMatchObject({
      content: text(),
      proof: { argv: ['nginx', '-t'] },
    });
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
    expect(judge({ unit: { ...stopped, active: 'failed' }, journal, answer: 'none' })[0]?.evidence).toContain(
      'bind() to 0.0.0.0:80 failed',
    );
  });
});

describe('the file', () => {
  test('is what the look calls healthy', () => {
    const read = parsed(text());
    expect(read).toMatchObject([
      {
        names: ['otto.client.example'],
        listens: [
          { address: '', port: 80 },
          { address: '[::]', port: 80 },
        ],
        fixedAnswers: { '/.well-known/otto-install': 'abc' },
      },
    ]);
    expect(judge({ servers: read })).toEqual([]);
  });

  test('without IPv6 it does not listen on it', () => {
    expect(parsed(text({ ipv6: false }))[0]?.listens).toHaveLength(1);
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

describe('sites in other shapes', () => {
  const MAIN = '/etc/nginx/nginx.conf';
  const main = 'http { include conf.d/*; include sites-enabled/*; }';
  const PROXY = '/etc/nginx/snippets/proxy.conf';
  const headers =
    'proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $otto_connection;\nproxy_read_timeout 1800;\n';
  const maps =
    'map $http_upgrade $otto_connection { default upgrade; }\nmap $host $page { default up; }\nupstream up { server 127.0.0.1:PORT; }\n';
  const site = (pass: string, more = '') =>
    `server { listen 80; server_name otto.client.example; client_max_body_size 100m; location / { include snippets/proxy.conf; proxy_pass ${pass}; ${more} } }`;
  const look = (port: string, content: string, included = headers, beside = '') => {
    const files = [
      { path: MAIN, content: main },
      { path: '/etc/nginx/conf.d/maps.conf', content: maps.replace('PORT', port) + beside },
      { path: OTTO, content },
      { path: PROXY, content: included },
    ];
    const ours = servers(parseConfiguration(files, MAIN)).filter(({ names }) =>
      names.includes('otto.client.example'),
    );
    return judge({ servers: ours, content, origin: 'not-ours', configuration: { files, modes: {} } });
  };

  test('upstream, map and include lead to Otto: nothing to do', () => {
    expect(look('8080', site('http://up'))).toEqual([]);
    expect(look('8080', site('http://$page'))).toEqual([]);
  });

  test('an upstream on another port: the line that leads there is changed', () => {
    const [finding] = look('3001', site('http://up'));
    expect(finding).toMatchObject({ code: 'nginx-site-other-port' });
    expect(commands(finding)[0]).toBe(`write ${OTTO}`);
  });

  test('headers that an included file lacks are added where that is possible', () => {
    const [finding] = look('8080', site('http://up'), 'proxy_http_version 1.1;\nproxy_read_timeout 1800;\n');
    expect(finding).toMatchObject({ code: 'nginx-site-no-websocket' });
    expect(finding?.fixes[0]).toMatchObject({ id: 'change-lines' });
  });

  test('an included file that other sites share is left alone, and the lines are told', () => {
    const beside =
      'server { listen 80; server_name shop.client.example; location / { include snippets/proxy.conf; } }';
    const [finding] = look('8080', site('http://up'), headers.replace('1800', '30'), beside);
    expect(finding).toMatchObject({ code: 'nginx-site-impatient' });
    expect(finding?.fixes.map(({ id }) => id)).not.toContain('change-lines');
    expect(finding?.reason).toContain('`proxy_read_timeout 1800;`');
  });

  test('who may come in: a choice, told and left; a password of nginx’s own cannot be', () => {
    const [narrowed, ...more] = look('8080', site('http://up', 'allow 203.0.113.0/24; deny all;'));
    expect(narrowed).toMatchObject({ code: 'nginx-site-narrowed', severity: 'risk', fixes: [] });
    expect(more).toEqual([]);
    const [asks] = look(
      '8080',
      site('http://up', 'auth_basic "Otto"; auth_basic_user_file /etc/nginx/people;'),
    );
    expect(asks).toMatchObject({ code: 'nginx-site-asks-for-password', severity: 'broken' });
    expect(asks?.fixes[0]?.consequence).toContain('asks nobody');
    expect(look('8080', site('http://up', 'auth_basic off;'))).toEqual([]);
  });
});

test('healthy is what can be reloaded: the pid file names the nginx that serves', () => {
  const unit = { ...RUNNING, mainPid: 42 };
  const path = '/run/nginx.pid';
  expect(judge({ unit, pidFile: { path, pid: 42 } })).toEqual([]);
  for (const pid of [undefined, 41]) {
    const [finding] = judge({ unit, pidFile: { path, pid } });
    expect(finding).toMatchObject({ code: 'nginx-cannot-be-reloaded', severity: 'broken' });
    expect(commands(finding)[0]).toBe('write /run/nginx.pid');
  }
});
