import { describe, expect, test } from 'vitest';
import type { DiscoveryFacts } from '../../src/discovery/facts.ts';
import { lastImage, withoutOutdated } from '../../src/discovery/index.ts';
import { judgeDiscovery } from '../../src/discovery/judge.ts';
import {
  accountContacts,
  addressInLog,
  addressInSettings,
  branchOf,
  namesPassedOnTo,
  originUrl,
  unitUser,
} from '../../src/discovery/parse.ts';
import type { Host } from '../../src/host/host.ts';
import type { Server } from '../../src/system/nginx/nginx.ts';
import { parseAccounts } from '../../src/system/web-apps/open-webui-accounts.ts';
import { container } from '../tasks/containers.ts';

const server = (names: readonly string[], target: string): Server => ({
  file: '/etc/nginx/sites-enabled/otto',
  names,
  listens: [{ address: '', port: 80, ssl: false }],
  certificate: undefined,
  proxy: { target, webSockets: true, readTimeoutS: 300, bodyLimit: 0 },
  redirectsToHttps: false,
  fixedAnswers: {},
});

const admin = { id: '1', email: 'ann@client.example', name: 'Ann', role: 'admin', active: true };

/** As the runbook leaves it. */
const byHand: DiscoveryFacts = {
  dockerAnswers: true,
  openWebui: container({
    labels: {},
    mounts: [{ source: '/opt/cleo/open-webui', target: '/app/backend/data' }],
    published: [{ address: '127.0.0.1', hostPort: 8080, containerPort: 8080 }],
  }),
  openWebuiImage: 'ghcr.io/open-webui/open-webui:main',
  paperclip: undefined,
  servers: [server(['otto.client.example'], '127.0.0.1:8080')],
  certificates: ['otto.client.example'],
  contacts: ['ops@client.example'],
  authorities: ['https://acme-v02.api.letsencrypt.org/directory'],
  unitUser: 'cleo',
  homes: ['cleo'],
  hermes: {
    user: 'cleo',
    env: 'API_SERVER_KEY=the-key-of-this-otto-1\nAPI_SERVER_MODEL_ID=helper\nANTHROPIC_API_KEY=sk-ant-api03-secret-0\n',
    config: 'model:\n  default: "claude-opus-4-6"\n',
    git: '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://x:token-in-url@github.com/Nucleotto/hermes-agent.git\n[branch "main"]\n\tremote = origin\n',
    head: 'ref: refs/heads/main\n',
    originHead: 'ref: refs/remotes/origin/main\n',
    claudeSignIn: false,
    ghHosts: true,
  },
  accounts: { problem: '', count: 3, admins: [admin], others: [], alike: [] },
};
const judge = (changes: Partial<DiscoveryFacts>) => judgeDiscovery({ ...byHand, ...changes });

describe('an Otto that nobody told us about', () => {
  test('is known from what is on the machine, and shows no secret', () => {
    const { answers, found, unsure } = judge({});
    expect(answers).toEqual({
      domain: 'otto.client.example',
      user: 'cleo',
      email: 'ops@client.example',
      adminEmail: 'ann@client.example',
      adminName: 'Ann',
      claude: 'api-key',
      github: 'login',
      hermesRepository: 'Nucleotto/hermes-agent',
      model: 'claude-opus-4-6',
      modelName: 'helper',
      openWebuiImage: 'ghcr.io/open-webui/open-webui:main',
      paperclip: 'skip',
      acmeServer: 'https://acme-v02.api.letsencrypt.org/directory',
    });
    expect(unsure).toEqual([]);
    expect(JSON.stringify([answers, found])).not.toMatch(/the-key-of|secret-0|token-in-url/);
  });

  test('a bare machine has none', () => {
    const bare = judge({ openWebui: undefined, unitUser: undefined, homes: [], hermes: undefined });
    expect(bare).toEqual({ there: false, answers: {}, found: [], unsure: [] });
  });

  test.each<[string, Partial<DiscoveryFacts>, string, RegExp]>([
    [
      'two sites',
      { servers: [server(['a.example.com', 'b.example.com'], 'localhost:8080')] },
      'domain',
      /a\.example\.com, b\.example\.com/,
    ],
    ['two users', { unitUser: undefined, homes: ['ann', 'bob'] }, 'user', /ann or to bob/],
    ['a service of a user without a Hermes', { unitUser: 'bob', homes: ['ann'] }, 'user', /runs as bob/],
    ['root', { unitUser: 'root', homes: [] }, 'user', /as root/],
    [
      'a database that is none of SQLite',
      { accounts: { problem: 'another-database', count: 0, admins: [], others: [], alike: [] } },
      'adminEmail',
      /say who administers/,
    ],
    ['an address that is none', { contacts: ['nobody@here'] }, 'email', /cannot be used: nobody@here/],
  ])('%s: nothing is chosen silently', (_, facts, key, words) => {
    const { answers, unsure } = judge(facts);
    expect(answers).not.toHaveProperty(key);
    expect(unsure.map(({ text }) => text).join()).toMatch(words);
  });

  test.each<[string, Partial<DiscoveryFacts>, Record<string, string>]>([
    [
      'data elsewhere',
      { openWebui: container({ mounts: [{ source: '/srv/chats', target: '/app/backend/data' }] }) },
      { openWebuiData: '/srv/chats' },
    ],
    [
      'nginx that leads to the port where the container really is',
      {
        openWebui: container({ published: [{ address: '127.0.0.1', hostPort: 3001, containerPort: 8080 }] }),
        servers: [
          server(['moved.example.com'], '127.0.0.1:3001'),
          server(['other.example.com'], '127.0.0.1:9000'),
        ],
      },
      { domain: 'moved.example.com' },
    ],
    ['no site, but a certificate', { servers: [] }, { domain: 'otto.client.example' }],
    ['an address that certbot was never asked for', { contacts: [] }, { email: 'ann@client.example' }],
    [
      'Paperclip with data elsewhere',
      {
        paperclip: container({ image: 'paperclip:1', mounts: [{ source: '/srv/p', target: '/paperclip' }] }),
      },
      { paperclip: 'deploy', paperclipImage: 'paperclip:1', paperclipData: '/srv/p' },
    ],
    [
      'its key in a file of the unit, and not in .env',
      {
        hermes: {
          ...byHand.hermes,
          env: '',
          unitEnv: { ANTHROPIC_API_KEY: 'sk-ant-api03-secret-0', API_SERVER_MODEL_NAME: 'otto' },
        } as DiscoveryFacts['hermes'],
      },
      { claude: 'api-key', modelName: 'otto' },
    ],
    [
      'a sign-in and a key: the sign-in counts',
      { hermes: { ...byHand.hermes, claudeSignIn: true } as DiscoveryFacts['hermes'] },
      { claude: 'login' },
    ],
    [
      'another branch than the default one',
      { hermes: { ...byHand.hermes, head: 'ref: refs/heads/april\n' } as DiscoveryFacts['hermes'] },
      { hermesBranch: 'april' },
    ],
  ])('%s', (_, facts, answers) => {
    expect(judge(facts).answers).toMatchObject(answers);
  });

  test('no certificate and no address: the operator is asked for one', () => {
    expect(judge({ contacts: [], certificates: [] }).answers).not.toHaveProperty('email');
  });

  test('a stopped Docker says nothing about Paperclip', () => {
    const stopped = { dockerAnswers: false, openWebui: undefined, openWebuiImage: undefined };
    expect(judge(stopped).answers).not.toHaveProperty('paperclip');
  });
});

test('the image that the container really has outdoes the saved one', () => {
  const saved = { domain: 'otto.client.example', openWebuiImage: 'open-webui:old', paperclipImage: 'p:1' };
  expect(withoutOutdated(saved, judge({}))).toEqual({ domain: 'otto.client.example', paperclipImage: 'p:1' });
});

test('as what a container that is there was found outdoes what was saved; of one that is gone the saved one stays', () => {
  const saved = { openWebuiContainer: 'web', openWebuiPort: '3001', hermesHome: '/srv/hermes' };
  const bare = judge({ openWebui: undefined, unitUser: undefined, homes: [], hermes: undefined });
  expect(withoutOutdated(saved, bare)).toEqual(saved);
  const now = { ...bare, answers: { openWebuiContainer: 'open-webui', openWebuiPort: '8080' } };
  expect(withoutOutdated(saved, now)).toEqual({ hermesHome: '/srv/hermes' });
});

test.each([
  ['an update noted it last', { noted: 2, saved: 1 }, 'open-webui:0.12.4'],
  ['answers were saved since', { noted: 1, saved: 2 }, undefined],
  ['nothing was noted', { noted: undefined, saved: 1 }, undefined],
])('the image of a container that is gone, when %s', async (_, { noted, saved }, expected) => {
  const times: Record<string, number | undefined> = { 'paperclip-image.json': noted, 'answers.json': saved };
  const host = {
    stat: async (path: string) => {
      const modifiedMs = times[path.split('/').at(-1) ?? ''];
      return modifiedMs === undefined ? undefined : { modifiedMs };
    },
    readFile: async () => JSON.stringify({ image: 'open-webui:0.12.4', digest: 'open-webui@sha256:1' }),
  } as unknown as Host;
  expect(await lastImage(host, 'paperclip')).toBe(expected);
  // Each has its own.
  expect(await lastImage(host, 'open-webui')).toBeUndefined();
});

describe('what is read', () => {
  test('names that nginx passes on to a port; not patterns, not addresses', () => {
    const servers = [
      server(['otto.example.com', '_', '*.example.com', '203.0.113.10', '~^x'], '127.0.0.1:8080'),
      server(['other.example.com'], '10.0.0.5:8080'),
      server(['OTTO.example.com'], '[::1]:8080'),
    ];
    expect(namesPassedOnTo(servers, 8080)).toEqual(['otto.example.com']);
  });

  test.each([
    ['[Service]\nUser=cleo\n', 'cleo'],
    ['[Service]\nUser = ann \n', 'ann'],
    ['[Service]\nExecStart=/bin/true\n', 'root'],
  ])('the user of %j', (unit, name) => expect(unitUser([unit])).toBe(name));
  test('a drop-in has the last word', () => {
    expect(unitUser(['User=ann\n', '[Service]\nUser=bob\n'])).toBe('bob');
  });

  test('the remote called origin, and no other', () => {
    const config =
      '[remote "fork"]\n\turl = https://github.com/me/x\n[remote "origin"]\n\turl = git@github.com:o/n.git\n\tfetch = +x\n';
    expect(originUrl(config)).toBe('git@github.com:o/n.git');
    expect(originUrl('[remote "fork"]\n\turl = https://github.com/me/x\n')).toBeUndefined();
  });
  test('a detached HEAD is on no branch', () => {
    expect(branchOf('ref: refs/heads/feature/x\n')).toBe('feature/x');
    expect(branchOf('aca6c38568be9b9d8ed7e5ed69e56e0a16a9e4c2\n')).toBeUndefined();
  });

  test('the address in certbot’s account, log and settings', () => {
    expect(accountContacts('{"body": {"contact": ["mailto:ops@client.example"]}}')).toEqual([
      'ops@client.example',
    ]);
    expect(accountContacts('{"body": {}, "uri": "https://x"}')).toEqual([]);
    const log =
      "2026-04-08 19:43:19,634:DEBUG:certbot._internal.main:Arguments: ['--nginx', '-d', 'a.example', '-m', 'ops@client.example']\n2026-04-09:DEBUG:certbot._internal.main:Arguments: ['-q', 'renew']\n";
    expect(addressInLog(log)).toBe('ops@client.example');
    expect(addressInLog("Arguments: ['-q', '--no-random-sleep-on-renew']\n")).toBeUndefined();
    expect(addressInSettings('max-log-backups = 0\nemail = me@client.example\n')).toBe('me@client.example');
  });

  test('accounts; anything else than the script’s own words is nothing', () => {
    const printed = JSON.stringify({ problem: '', accounts: [admin, admin] });
    expect(parseAccounts(printed)).toMatchObject({
      count: 2,
      admins: [admin, admin],
      alike: [[admin, admin]],
    });
    expect(parseAccounts('Traceback (most recent call last):')).toBeUndefined();
  });
});
