import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswersFileError, parseAnswers } from '../../src/answers/file.ts';
import { addressInLog, originUrl } from '../../src/discovery/parse.ts';
import { visible } from '../../src/host/lines.ts';
import * as formats from '../../src/logs/formats.ts';
import { redactLog } from '../../src/logs/redact-log.ts';
import { parseSince } from '../../src/logs/since.ts';
import type { Zone } from '../../src/logs/zone.ts';
import { parseArchive } from '../../src/operations/restore/archive.ts';
import { redactUntrusted } from '../../src/secret/masking.ts';
import { redact } from '../../src/secret/secret.ts';
import { anonymous, withoutChats } from '../../src/support/anonymous.ts';
import { maskedEnv } from '../../src/support/settings.ts';
import { visibleText } from '../../src/text/visible.ts';
import { hostile } from '../hostile.ts';
import { thorough } from '../thorough.ts';
import { took } from '../took.ts';

/**
 * Whatever a program, a file or the network says, a parser comes to an end, soon, and does not throw. All of src/system is
 * looked through, so that a new parser is in here by itself.
 */

type Parser = (text: string) => unknown;
type Exported = (...words: never[]) => unknown;

/** What needs more than a text, or takes it elsewhere. */
const ADAPTED: Readonly<Record<string, (exported: Exported, text: string) => unknown>> = {
  findMistake: (f, text) =>
    call(f, `unknown directive "x" in /x:1`, [{ path: '/x', content: text }]) ?? call(f, text, []),
  isInNetwork: (f, text) => call(f, text, text),
  isSameProgram: (f, text) => call(f, text, text),
  mayBeSecret: (f, text) => call(f, text, text),
  memoryOf: (f, text) => call(f, text, 'docker'),
  repairMistake: (f, text) => call(f, text, text, { file: '/x', line: 1 }),
  parseChatReply: (f, text) => call(f, 200, text),
  parseConfiguration: (f, text) => call(f, [{ path: '/x', content: text }], '/x'),
  parseFile: (f, text) => call(f, { path: '/x', content: text }),
  parseProcess: (f, text) => call(f, 1, text),
  // Without the state of a unit these throw: systemd.test.ts, systemd-show.test.ts.
  parseService: (f, text) => call(f, `LoadState=loaded\n${text}\nLoadState=loaded`),
  readUnit: (f, text) => call(f, 'a.service', `LoadState=loaded\n${text}\nLoadState=loaded`),
  parseUnits: (f, text) => call(f, `LoadState=loaded\nActiveState=${text}`, ['a.service']),
  readCredentials: (f, text) => call(f, text, 0),
  readEnv: (f, text) => call(f, [[text, text]]),
  withoutUnspoken: (f, text) => call(f, [text]),
  readEnvFile: (f, text) => [call(f, text, 'dotenv'), call(f, text, 'docker')],
};

/** Names of what reads text that is not ours. */
const READS = /^(?:parse|read|find|repair|count|memory|is|last|may|sso|upgrade|unit|github|without)[A-Z]/;

/** What is called so and is given no text of others. */
const NOT_OURS: ReadonlySet<string> = new Set([
  ...[
    'githubUrl',
    'isAdmin',
    'isAnswer',
    'isDebianFamily',
    'isHermesGateway',
    'isInstalled',
    'isOpenToOthers',
  ],
  ...['isThere', 'readConnection', 'readDialogue', 'repairPackages', 'withoutSettings'],
]);

const call = (exported: Exported, ...words: readonly unknown[]) =>
  (exported as (...all: readonly unknown[]) => unknown)(...words);

async function parsersOfSystem(): Promise<Readonly<Record<string, Parser>>> {
  const folder = new URL('../../src/system/', import.meta.url);
  const found: Record<string, Parser> = {};
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const module = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== 'function' || !READS.test(name) || NOT_OURS.has(name)) continue;
      const exported = value as Exported;
      const adapted = ADAPTED[name];
      if (adapted === undefined && exported.length > 1)
        throw new Error(`say in ADAPTED how ${name} is called`);
      found[name] =
        adapted === undefined ? (text) => call(exported, text) : (text) => adapted(exported, text);
    }
  }
  return found;
}

const zone = { at: () => 0 } as unknown as Zone;
const OTHERS: Readonly<Record<string, Parser>> = {
  addressInLog,
  anonymous: (text) => anonymous(text, new Set()),
  dockerTime: formats.dockerTime,
  hermesFile: formats.hermesFile(zone),
  journalRecord: formats.journalRecord,
  'journalRecord of a message': (text) =>
    formats.journalRecord(JSON.stringify({ __REALTIME_TIMESTAMP: '1', MESSAGE: text })),
  maskedEnv,
  nginxAccess: formats.nginxAccess,
  nginxError: formats.nginxError(zone),
  openWebuiLine: formats.openWebuiLine,
  'openWebuiLine with its time': (text) => formats.openWebuiLine(`2026-11-30T08:00:00Z ${text}`),
  originUrl,
  'paperclipLine with its time': (text) => formats.paperclipLine(`2026-11-30T08:00:00Z ${text}`),
  parseAnswers: (text) => {
    try {
      return parseAnswers(text, 'x');
    } catch (error) {
      if (error instanceof AnswersFileError) return undefined;
      throw error;
    }
  },
  parseArchive: (text) => parseArchive(text, text),
  parseSince: (text) => parseSince(text, 0),
  redact,
  redactLog,
  redactUntrusted,
  runLine: formats.runLine,
  visible,
  visibleText,
  withoutChats,
};

const PARSERS = Object.entries({ ...(await parsersOfSystem()), ...OTHERS });

/** Pieces of what the parsers look for, so that they come further than their first look. */
const PIECES: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ':',
    ';',
    ',',
    '=',
    '#',
    '\\',
    '\n',
    '\n\n',
    ' ',
    '\t',
    '|',
    '>',
    '&a',
    '*a',
  ],
  ...[
    'null',
    '{}',
    '[]',
    '[{}]',
    '[null]',
    '{"Config":null}',
    '[{"Config":{"Env":[1]}}]',
    '{"choices":[null]}',
  ],
  ...['{"claudeAiOauth":{"expiresAt":"x"}}', '{"users":[null]}', '{"data":[{"id":1}]}', '1', '-1', '1e999'],
  ...[
    'server {',
    'listen',
    'server_name',
    'include',
    '${x',
    '/etc/nginx/nginx.conf',
    ' in /x:1',
    'A=',
    'export ',
  ],
  ...['-A INPUT', '-j ACCEPT', ':INPUT DROP [0:0]', '*filter', 'COMMIT', '### tuple ###', 'root:x:0:0:', '%'],
  ...[
    '# branch.oid ',
    '1 .M ',
    '2 R. ',
    'u UU ',
    'LISTEN 0 1 0.0.0.0:80',
    'inet 1.2.3.4/',
    'users:(("x",pid=1',
  ],
  ...[
    '-----BEGIN CERTIFICATE-----',
    '-----END CERTIFICATE-----',
    '[project]',
    'dependencies = [',
    '2026-11-30',
  ],
  ...[
    'https://',
    'user:pass@',
    'a@b.c',
    '1.2.3.4',
    '2001:db8::1',
    'API_KEY=',
    '"token": "',
    'msg=',
    'cookie: ',
  ],
  ...[
    'LoadState=',
    'ExecMainStatus=',
    'Environment=',
    '# configuration file /x:',
    'kB',
    'MemTotal:',
    '\u001b[',
  ],
];

const text = () =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...PIECES),
        hostile({ maxLength: 3 }),
        fc.string({ unit: 'binary', maxLength: 8 }),
      ),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join(''));

test('there are parsers to try', () => {
  expect(PARSERS.length).toBeGreaterThan(90);
});

describe.each(PARSERS)('%s', (_, parse) => {
  test('takes any text, and any bytes as text', () => {
    const seen = (source: string) => void parse(source);
    fc.assert(fc.property(text(), seen), { numRuns: 60 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => seen(Buffer.from(bytes).toString('utf8'))),
      { numRuns: 30 },
    );
  });
});

/** A text that is long in one way, of which a pattern that looks twice looks for ever; as long as a line can be (src/host/lines.ts). */
const LONG = 16_000;
const REPEATED = [
  ...[
    'a',
    ' ',
    '\n',
    '\t',
    '"',
    "'",
    '\\',
    '\\"',
    '{',
    '[',
    '(',
    '=',
    ':',
    '/',
    '-',
    '.',
    '0',
    '#',
    ';',
    'a ',
    'a=',
    'a.',
  ],
  ...[
    'a: ',
    '- ',
    '\n ',
    '\n\n',
    '"a',
    "'a",
    '1.',
    'ab:',
    'a@',
    '//',
    'x:x@',
    'KEY=',
    'key ',
    '"key":"',
    'A="b" ',
    '_',
  ],
  ...[
    'server {',
    'include *;',
    '[a](',
    'eyJ',
    'http://a:',
    'inet 1',
    ' in /x',
    '## ',
    '-A a ',
    'a\n',
    'E=1\n',
  ],
];

/** Far more than what a straight look takes on a busy machine, far less than what one at every pair of places takes. */
const SOON_MS = 400;
/** The library of YAML is slow with what is none, and straight all the same. */
const YAML_MS = 2_500;
const OF_YAML = new Set(['readYaml', 'repairYaml', 'parseAnswers']);

test.each(PARSERS)('%s is done soon with a long text', (name, parse) => {
  const soon = OF_YAML.has(name) ? YAML_MS : SOON_MS;
  // Reading as YAML what is none takes long, and all of them go through the same library.
  const repeated = OF_YAML.has(name) && !thorough ? REPEATED.filter((_, index) => index % 4 === 0) : REPEATED;
  const slow = repeated.flatMap((piece) => {
    const source = `${piece.repeat(LONG / piece.length)}x`;
    // The machine may have been busy with something else.
    const isSlow = () => took(() => parse(source)) > soon;
    return isSlow() && isSlow() && isSlow() ? [JSON.stringify(piece)] : [];
  });
  expect(slow).toEqual([]);
});
