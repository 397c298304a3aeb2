import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { asInUse } from '../../src/answers/generated-secrets.ts';
import { answersProblemText, resolveAnswers } from '../../src/answers/resolve.ts';
import { type AnswerKey, type Answers, AnswersSchema } from '../../src/answers/schema.ts';
import type { Action } from '../../src/engine/contracts/action.ts';
import { reveal, Secret, type SecretText } from '../../src/secret/secret.ts';
import { addUser } from '../../src/system/accounts/users.ts';
import { obtainCertificate, rehearseCertificate } from '../../src/system/certificates/certbot.ts';
import { dockerRun } from '../../src/system/docker/creation-spec.ts';
import { pullImage } from '../../src/system/docker/image-pull.ts';
import { parseDotenv } from '../../src/system/formats/dotenv-lines.ts';
import { repositoryArgv } from '../../src/system/git/gh.ts';
import { cloneArgv } from '../../src/system/git/git.ts';
import { type Directive, parseFile } from '../../src/system/nginx/nginx-syntax.ts';
import { template } from '../../src/system/templates.ts';
import { writeUnit } from '../../src/tasks/hermes-service/actions.ts';
import { writeSite } from '../../src/tasks/nginx-site/template.ts';
import { forbiddenIn, hostile } from '../hostile.ts';
import { plainEnv } from '../plain-env.ts';
import { answersWith } from '../tasks/answers.ts';
import { took } from '../took.ts';

/** What the schema accepts is what every reader reads: the same value, and nothing beside it. */

const SHAPE = AnswersSchema.shape;
const problemOf = (key: AnswerKey, value: unknown): string | undefined =>
  SHAPE[key].safeParse(value).error?.issues[0]?.message;

/** Signs that one reader or another would take for its own. */
const SIGNS = [
  ...'"\'`\\#$%&;:=,.-_~/@+{}[]()<>|*?!^ \t\n\r\0',
  '\u001b',
  '\u202e',
  'é',
  '世',
  '-',
  '--',
  '..',
  '//',
  '$' + '{x}',
];

/** Good values of each kind, and parts that they are made of, so that what is tried is often nearly right. */
const GOOD: Partial<Record<AnswerKey, readonly string[]>> = {
  domain: ['otto.example.com', 'a.b', 'xn--bcher-kva.example', 'Otto.Example.COM'],
  user: ['cleo', 'a', 'a_b-c', 'otto1'],
  email: ['you@example.com', 'o+x@example.co.uk', "o'brien@example.com"],
  adminEmail: ['you@example.com', 'jörg@example.com'],
  adminName: ['Ada', 'Ada Lovelace', '世界', 'O\'Neill "X"'],
  hermesRepository: ['Nucleotto/hermes-agent', 'a/b', 'a-b/c.d_e'],
  hermesBranch: ['main', 'feature/x', 'v1.0.0', 'user@host', 'a=b'],
  model: ['claude-opus-4-6', 'anthropic/claude', 'claude[1m]', 'a:b'],
  modelName: ['otto', 'Otto-1.5', 'über', 'a:b/c'],
  openWebuiImage: [
    'ghcr.io/open-webui/open-webui:main',
    'localhost:5000/a_b/c--d:v1.0',
    `a@sha256:${'0'.repeat(64)}`,
  ],
  openWebuiData: ['/opt/cleo/open-webui', '/data', '/srv/a b', '/mnt/x.y', '/var/lib/docker/volumes/a/_data'],
  acmeServer: ['https://acme-v02.api.letsencrypt.org/directory', 'https://ca.local:14000/dir'],
};

/** Any text that the schema takes, found by changing good ones a little and by chance. */
function accepted(key: AnswerKey): fc.Arbitrary<string> {
  const good = fc.constantFrom(...(GOOD[key] ?? ['x']));
  const piece = fc.oneof(
    fc.constantFrom(...SIGNS),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
    fc.string({ unit: 'binary-ascii', maxLength: 3 }),
    good,
  );
  const changed = fc
    .tuple(good, piece, fc.nat(40), fc.nat(3))
    .map(([text, more, at, gone]) => text.slice(0, at) + more + text.slice(at + gone));
  return fc.oneof(changed, good, piece).filter((text) => problemOf(key, text) === undefined);
}

const RUNS = { numRuns: 60 };
const holds = (key: AnswerKey, property: (value: string, answers: Answers) => void) =>
  fc.assert(
    fc.property(accepted(key), (given) => {
      const answers = answersWith({ [key]: given });
      property(String(answers[key]), answers);
    }),
    RUNS,
  );

const text = (content: SecretText) => reveal(content);
const names = (directives: readonly Directive[]): unknown =>
  directives.map(({ name, block }) => [name, block && names(block)]);

/** The words of a command that hold the value: one, and it is no option. */
function standsIn(argv: readonly string[], value: string, like: readonly string[] = argv) {
  expect(argv.length).toBe(like.length);
  const words = argv.filter((word) => word.includes(value));
  expect(words.length).toBeGreaterThan(0);
  for (const word of words) expect(word === value && word.startsWith('-')).toBe(false);
}
const argvOf = (action: Action): readonly string[] => (action.kind === 'write-file' ? [] : action.argv);

function openWebuiEnv(values: Partial<Record<'secretKey' | 'apiKey' | 'domain' | 'modelName', string>>) {
  const { secretKey = 's', apiKey = 'k', domain = 'd.example', modelName = 'otto' } = values;
  const secrets = { secretKey: new Secret(secretKey), apiKey: new Secret(apiKey) };
  return text(
    template('open-webui.env', { ...secrets, domain, modelName, bridge: '172.17.0.1', hermesPort: '8642' }),
  );
}

function hermesEnv(values: Partial<Record<'key' | 'modelName', string>>) {
  const { key = 'k', modelName = 'otto' } = values;
  return text(template('hermes.env', { port: '8642', key: new Secret(key), modelName, claudeComment: 'x' }));
}

/** The file reads as it would with any other value: the same names, as many lines, and the value itself. */
function readAsEnv(content: string, plain: string, expected: Readonly<Record<string, string>>) {
  expect(content.split(/[\r\n]/).length).toBe(plain.split(/[\r\n]/).length);
  const read = plainEnv(content);
  expect(Object.keys(read)).toEqual(Object.keys(plainEnv(plain)));
  expect(read).toMatchObject(expected);
}
function readAsDotenv(content: string, plain: string, expected: Readonly<Record<string, string>>) {
  const lines = parseDotenv(content);
  expect(lines.map(({ name }) => name)).toEqual(parseDotenv(plain).map(({ name }) => name));
  for (const [name, value] of Object.entries(expected)) expect(plainEnv(content, 'dotenv')[name]).toBe(value);
}

describe('through its template and back', () => {
  test('the name of the model: both env files', () =>
    holds('modelName', (value) => {
      readAsEnv(openWebuiEnv({ modelName: value }), openWebuiEnv({}), { DEFAULT_MODELS: value });
      readAsDotenv(hermesEnv({ modelName: value }), hermesEnv({}), { API_SERVER_MODEL_NAME: value });
    }));

  test('the key between Open WebUI and Hermes: both env files', () => {
    const key = fc
      .tuple(
        fc.string({ minLength: 15, maxLength: 40, unit: 'binary-ascii' }),
        fc.constantFrom(...SIGNS),
        fc.nat(20),
      )
      .map(
        ([word, sign, at]) =>
          word.replace(/[^\w.~+/=-]/g, 'x').slice(0, at) + sign + word.replace(/[^\w.-]/g, 'y'),
      )
      .filter((word) => problemOf('apiKey', word) === undefined);
    fc.assert(
      fc.property(key, (value) => {
        expect(value.startsWith('-')).toBe(false);
        readAsEnv(openWebuiEnv({ apiKey: value }), openWebuiEnv({}), { OPENAI_API_KEY: value });
        readAsDotenv(hermesEnv({ key: value }), hermesEnv({}), { API_SERVER_KEY: value });
      }),
      RUNS,
    );
  });

  test.each(['webuiSecretKey', 'paperclipSecret'] as const)(
    '%s, new or in use already: its env file',
    (key) => {
      const word = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.string({ minLength: 16 }),
        hostile(),
      );
      fc.assert(
        fc.property(word, fc.boolean(), (value, inUse) => {
          const secret = inUse ? asInUse(new Secret(value)) : value;
          if (problemOf(key, secret) !== undefined) return;
          if (key === 'webuiSecretKey')
            readAsEnv(openWebuiEnv({ secretKey: value }), openWebuiEnv({}), { WEBUI_SECRET_KEY: value });
          const file = (one: string) =>
            text(
              template('paperclip.env', { secret: new Secret(one), signUp: 'A=b', uid: '990', gid: '990' }),
            );
          readAsEnv(file(value), file('s'), { BETTER_AUTH_SECRET: value });
        }),
        { numRuns: 300 },
      );
    },
  );

  test('the model: YAML', () =>
    holds('model', (value) => {
      const read = (model: string) =>
        parse(text(template('hermes-config.yaml', { model, configVersion: 'v: 1' })));
      expect(read(value)).toEqual({ ...read('x'), model: { default: value, provider: 'anthropic' } });
    }));

  test('the host name: nginx and an env file', () =>
    holds('domain', (value) => {
      const read = (domain: string) => {
        const write = writeSite('/x', { domain, token: 't', ipv6: true, hashBucketSet: true });
        return parseFile({ path: '/x', content: text(write.content) });
      };
      const site = read(value);
      expect(names(site)).toEqual(names(read('a.b')));
      expect(site[0]?.block?.find(({ name }) => name === 'server_name')?.args).toEqual([value]);
      readAsEnv(openWebuiEnv({ domain: value }), openWebuiEnv({}), { WEBUI_URL: `https://${value}` });
    }));

  test('the user: a unit, and words of commands', () =>
    holds('user', (value, answers) => {
      const read = (one: Answers) => {
        const unit = writeUnit(one);
        return unit.kind === 'write-file' ? text(unit.content).split(/\r?\n/) : [];
      };
      const lines = read(answers);
      const setting = (line: string) => line.replace(/=.*/, '');
      expect(lines.map(setting)).toEqual(read(answersWith()).map(setting));
      expect(lines).toContain(`User=${value}`);
      // What systemd would replace, split or unquote.
      expect(value).not.toMatch(/[%$\s"'\\]/);
      standsIn(addUser(value, false), value);
    }));
});

describe('in the words of a command', () => {
  const spec = { name: 'n', publish: ['127.0.0.1:1:1'], envFile: '/e', labels: {}, restart: 'always' };
  test('an image', () =>
    holds('openWebuiImage', (value) => {
      const plain = dockerRun({ ...spec, image: 'x', volumes: ['/a:/b'] });
      const argv = dockerRun({ ...spec, image: value, volumes: ['/a:/b'] });
      standsIn(argv, value, plain);
      expect(argv.filter((word) => word === value && word.startsWith('-'))).toEqual([]);
      for (const action of pullImage(value, 'x'))
        for (const word of argvOf(action)) expect(word).not.toMatch(/^-.*\0/);
    }));

  test('a folder: one source of a volume', () =>
    holds('openWebuiData', (value) => {
      const volume = `${value}:/app`;
      expect(volume.split(':')).toEqual([value, '/app']);
      standsIn(dockerRun({ ...spec, image: 'x', volumes: [volume] }), value);
      expect(value).toMatch(/^\/[^/]/);
      expect(value).not.toMatch(/\/\.{1,2}(\/|$)|\/\/|\/$|^\/(etc|usr|proc|dev|boot|sys|run)(\/|$)/);
    }));

  test('a repository and a branch, also for git itself', () => {
    holds('hermesRepository', (value) => {
      standsIn(cloneArgv(value, undefined, '/x'), value);
      standsIn(repositoryArgv(value), value);
      expect(new URL(`https://github.com/${value}.git`).pathname).toBe(`/${value}.git`);
    });
    const branches = new Set<string>();
    holds('hermesBranch', (value) => {
      branches.add(value);
      standsIn(cloneArgv('a/b', value, '/x'), value);
    });
    for (const branch of branches) execFileSync('git', ['check-ref-format', '--branch', branch]);
  });

  test.each(['email', 'acmeServer', 'domain'] as const)('%s, for certbot', (key) =>
    holds(key, (value, { domain, email, acmeServer: server }) => {
      for (const make of [obtainCertificate, rehearseCertificate]) {
        const plain = argvOf(make({ domain: 'a.b', email: 'a@b.cd', server: 'https://x' }));
        standsIn(argvOf(make({ domain, email, server })), value, plain);
      }
    }),
  );
});

describe('what no reader can bear', () => {
  const TEXTS = (Object.keys(SHAPE) as AnswerKey[]).filter((key) => key !== 'unattended');

  test.each(TEXTS)('%s has no character that cannot be seen, and its refusal shows none', (key) => {
    const around = fc.tuple(fc.constantFrom(...(GOOD[key] ?? ['0123456789abcdef-x'])), hostile(), fc.nat(20));
    fc.assert(
      fc.property(around, fc.boolean(), ([good, bad, at], inUse) => {
        const value = good.slice(0, at) + bad + good.slice(at);
        const wrapped = inUse && value.length > 5 ? asInUse(new Secret(value)) : value;
        const problem = problemOf(key, wrapped);
        if (forbiddenIn(value.replace(/^[ \t]+|[ \t]+$/g, '')).length > 0 || value.includes('\n'))
          expect(problem).toEqual(expect.any(String));
        expect(forbiddenIn(problem ?? '')).toEqual([]);
        const all = resolveAnswers({ file: { [key]: value } }, { unattended: true });
        if (!all.ok) expect(forbiddenIn(answersProblemText(all).replaceAll(value, ''))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[AnswerKey, readonly string[]]>([
    ['domain', ['-a.example.com', 'a..b', 'a_b.c', 'a b.c', 'a.b;', 'a.b\n', '*.example.com', '']],
    [
      'user',
      ['root', 'daemon', 'www-data', 'nobody', 'postgres', 'systemd-x', '-a', 'A', 'a b', '../x', '0'],
    ],
    [
      'email',
      [
        '-x@a.bc',
        '"a b"@c.de',
        'a@b',
        'a@@b.cd',
        'a@b.cd\n',
        'jörg@a.bc',
        'a..b@c.de',
        `${'a'.repeat(65)}@b.cd`,
      ],
    ],
    ['adminName', ['', '-x', 'a\u001b[2J', 'a\nb', 'a\u202eb', 'x'.repeat(101)]],
    ['adminPassword', ['short', 'with\0nul-in-it', 'with\nline-break', 'with\u001bescape', 'ä'.repeat(37)]],
    [
      'apiKey',
      ['-0123456789abcdef', '0123456789abcde#f', '0123456789 abcdef', 'short', 'a;0123456789abcdef'],
    ],
    [
      'webuiSecretKey',
      ['short', 'a\n0123456789abcdef', '0123456789 abcdef', '#0123456789abcdef', '"0123456789abcdef"'],
    ],
    ['paperclipSecret', ['', 'a\u001b0123456789abcdef', "0123456789'abcdef"]],
    ['anthropicApiKey', ['sk-ant-', 'sk-ant-a b0123456789', 'sk-ant-0123456789\n']],
    ['githubToken', ['-x', 'a b', 'a\n', "a'b"]],
    [
      'hermesRepository',
      ['../..', 'a/..', './b', '-a/b', 'a/-b', 'a/b/c', 'a/.b', 'a', 'a/b.git', 'a/b..c', 'a /b'],
    ],
    [
      'hermesBranch',
      [
        '-x',
        'a..b',
        'a/',
        '/a',
        'a//b',
        'a.lock',
        '.a',
        'a/.b',
        'a b',
        'a~1',
        'a^',
        'a:b',
        '@{u}',
        'a?',
        '@',
      ],
    ],
    ['model', ['-x', 'a"b', 'a\\b', 'a b', 'a\nb', 'a: b', '']],
    ['modelName', ['-x', 'a b', 'a,b', 'a#b', 'a=b', "a'b", 'a$b', 'a`b']],
    [
      'openWebuiImage',
      ['--privileged', '-v', 'a/B', 'a b', 'a:', 'a::b', 'a/../b', 'a/b@sha256:x', 'https://x/y', 'a:b:c:d'],
    ],
    ['paperclipImage', ['--privileged', '--network=host', 'x'.repeat(300)]],
    [
      'openWebuiData',
      [
        ...[
          '/',
          '/etc',
          '/etc/x',
          '/usr/local',
          '/var',
          '/var/lib',
          '/var/lib/dpkg',
          '/home',
          '/home/cleo',
          '/root',
          '/boot',
        ],
        ...[
          '/proc/1',
          '/dev/shm',
          '/opt',
          '/srv',
          '/mnt',
          '/run/x',
          '/tmp/x',
          '/root/.ssh',
          '/home/cleo/.hermes/x',
        ],
        ...[
          'relative',
          '/a/../etc',
          '/a//b',
          '/a/',
          '/a/.',
          '/a:b',
          '/a,b',
          '/a b',
          '/a/-b',
          '/var/lib/docker',
          '/var/log/x',
        ],
      ],
    ],
    [
      'acmeServer',
      [
        'http://x/dir',
        'https://u:p@x/',
        'https://x/?a',
        'https://x/ y',
        '-x',
        'ftp://x',
        'https://x/#a',
        'https://',
      ],
    ],
    ['claude', ['free', '']],
  ])('%s', (key, values) => {
    for (const value of values) expect([value, problemOf(key, value)]).toEqual([value, expect.any(String)]);
  });

  test.each<[AnswerKey, readonly string[]]>([
    ...(Object.entries(GOOD) as [AnswerKey, readonly string[]][]).map(
      ([key, values]): [AnswerKey, readonly string[]] => [
        key,
        values.filter((value) => value !== '/srv/a b'),
      ],
    ),
    [
      'openWebuiData',
      [
        '/root/open-webui',
        '/home/cleo/data',
        '/var/lib/open-webui',
        '/var/www/x',
        '/storage/a/b',
        '/volume1',
      ],
    ],
    ['adminPassword', ['-starts with a hyphen', 'with "quotes" & spaces', 'пароль-пароль']],
  ])('but %s can be what people have', (key, values) => {
    for (const value of values) expect([value, problemOf(key, value)]).toEqual([value, undefined]);
  });

  test('folders that lie in each other are refused where somebody gives them, and left where they are found', () => {
    const known = { domain: 'otto.example.com', email: 'a@example.com' };
    const resolved = (answers: object, where: 'file' | 'discovered') =>
      resolveAnswers({ file: known, [where]: { ...known, ...answers } }, { unattended: true });
    const nested = { openWebuiData: '/srv/otto', paperclipData: '/srv/otto/paperclip' };
    expect(resolved(nested, 'file')).toMatchObject({ ok: false, invalid: [{ key: 'paperclipData' }] });
    expect(resolved({ openWebuiData: '/opt/cleo' }, 'file')).toMatchObject({ ok: false });
    expect(resolved(nested, 'discovered').ok).toBe(true);
  });

  test('a secret that is in use already may be odd, as long as its file can hold it', () => {
    for (const [value, fits] of [
      ['signs', true],
      ['"quoted" # and blank', true],
      ['-hyphen', true],
      ['two\nlines', false],
      ['esc\u001bape', false],
    ] as const)
      expect([value, problemOf('webuiSecretKey', asInUse(new Secret(value))) === undefined]).toEqual([
        value,
        fits,
      ]);
    expect(() => openWebuiEnv({ secretKey: 'two\nlines' })).toThrow('more than one line');
  });

  test('is refused soon, however long it is', () => {
    for (const key of TEXTS)
      for (const piece of ['a', ' ', '.', 'a.', '-', '/a', 'a/', '@', 'a@', '0']) {
        const value = `x${piece.repeat(1_000_000 / piece.length)}x`;
        expect(
          took(() => problemOf(key, value)),
          `${key} ${piece}`,
        ).toBeLessThan(2_000);
      }
  });
});
