import { describe, expect, test } from 'vitest';
import { reveal } from '../../src/secret/secret.ts';
import { servers } from '../../src/system/nginx/nginx.ts';
import { parseConfiguration } from '../../src/system/nginx/nginx-syntax.ts';
import { passesVisitorsOn } from '../../src/tasks/nginx-site/answer.ts';
import { isClosed, writeSite } from '../../src/tasks/nginx-site/template.ts';
import { openSiteTask } from '../../src/tasks/open-site/index.ts';
import { FakeHost } from '../engine/fake-host.ts';
import { answersWith } from './answers.ts';
import { healthySite, OTTO } from './nginx-site/sites.ts';

const written = (closed: boolean) =>
  reveal(
    writeSite(OTTO, { domain: 'otto.client.example', token: 'abc', ipv6: true, hashBucketSet: false, closed })
      .content,
  );
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
const siteWith = (content: string) => {
  const ours = parsed(content);
  return { ...healthySite, content, servers: ours, closed: isClosed(ours), unread: false };
};
const judge = (content: string, changes: Partial<ReturnType<typeof siteWith>> = {}) =>
  openSiteTask.judge({ ...siteWith(content), ...changes }, answersWith());
/** What certbot makes of a site. */
const secured = (content: string) =>
  content.replace(
    /^ {4}listen .*$/m,
    '    listen 443 ssl; # managed by Certbot\n    ssl_certificate /x.pem;',
  );

describe('a new site', () => {
  test('answers 503 before anything is passed on, and nothing to its own proof', () => {
    const [server] = parsed(written(true));
    expect(server?.refuses).toMatch(/^503 /);
    expect(server?.fixedAnswers).toEqual({ '/.well-known/otto-install': 'abc' });
    expect(written(true).indexOf('return 503')).toBeLessThan(written(true).indexOf('proxy_pass'));
  });

  test.each([
    ['as it was written', (text: string) => text, 'ours'],
    ['with what certbot added', secured, 'edited-by-hand'],
  ] as const)('is opened unasked, %s, and nothing else of it changes', (_, edited, origin) => {
    const [finding] = judge(edited(written(true)), { origin });
    expect(finding).toMatchObject({ code: 'nginx-site-closed', severity: 'missing' });
    const [fix] = finding?.fixes ?? [];
    expect(fix).toMatchObject({ id: 'open-site' });
    expect(fix?.consequence).toBeUndefined();
    const [action] = fix?.actions ?? [];
    expect(action?.kind === 'write-file' && reveal(action.content)).toBe(edited(written(false)));
    expect(fix?.actions.at(-1)).toMatchObject({ argv: ['systemctl', 'reload', 'nginx.service'] });
  });

  test('lines that somebody moved about: the file is written again, with consent', () => {
    const moved = written(true).replace('text/plain;\n        return 503', 'text/html;\n        return 503');
    const [finding] = judge(moved, { origin: 'edited-by-hand' });
    expect(finding?.code).toBe('nginx-site-closed');
    expect(finding?.fixes.map(({ id }) => id)).toEqual(['rewrite-site']);
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
});

test('an open site: nothing to do, also one that somebody closed with words of their own', () => {
  expect(judge(written(false))).toEqual([]);
  const theirs = written(false).replace('proxy_pass', 'return 503 "Back at noon.";\n        proxy_pass');
  expect(parsed(theirs)[0]?.refuses).toBe('503 Back at noon.');
  expect(judge(theirs)).toEqual([]);
});

test('no site yet: a plan says that there will be something to do', () => {
  const nothing = openSiteTask.judge(
    { ...healthySite, servers: [], answer: 'none', unread: false },
    answersWith(),
  );
  expect(nothing).toMatchObject([{ code: 'nginx-site-closed', fixes: [] }]);
});

test('Open WebUI away is waited for', () => {
  expect(judge(written(false), { answer: 'upstream-down' })).toMatchObject([
    { code: 'nginx-upstream-down', fixes: [], watch: { everyMs: 2_000 } },
  ]);
});

test('its file is open and nginx has not read it, as after a run that was cut off between the two: reloaded', () => {
  const [finding] = judge(written(false), { answer: 'upstream-down', unread: true });
  expect(finding?.code).toBe('nginx-site-closed');
  expect(finding?.fixes[0]?.consequence).toBeUndefined();
  expect(finding?.fixes[0]?.actions.at(-1)).toMatchObject({ argv: ['systemctl', 'reload', 'nginx.service'] });
});

test('Open WebUI does not answer behind it: that is waited for', () => {
  expect(judge(written(false), { answer: 'upstream-down' })[0]?.code).toBe('nginx-upstream-down');
});

describe('what a visitor gets after a reload', () => {
  const open = parsed(secured(written(false)));
  /** The answers of nginx, one after the other; the last one stays. */
  const asking = async (...statuses: number[]) => {
    const asked: string[] = [];
    class Answering extends FakeHost {
      override async fetch(url?: string) {
        asked.push(url ?? '');
        const status = statuses.length > 1 ? (statuses.shift() ?? 0) : (statuses[0] ?? 0);
        return { ok: true, status, headers: {}, body: '', durationMs: 1 } as const;
      }
    }
    return { passes: await passesVisitorsOn(new Answering(), 'otto.client.example', open), asked };
  };

  test('nginx passes on at once', async () => {
    expect(await asking(200)).toEqual({ passes: true, asked: ['https://otto.client.example:443/health'] });
  });

  test('workers of before the reload still refuse: they are given a second', async () => {
    expect(await asking(503, 503, 200)).toMatchObject({ passes: true });
  });

  test('nobody is passed on, for longer than a reload takes', async () => {
    const { passes, asked } = await asking(502);
    expect(passes).toBe(false);
    expect(asked).toHaveLength(6);
  });
});
