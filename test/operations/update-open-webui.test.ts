import { expect, test } from 'vitest';
import { recordOf } from '../../src/engine/records/undo-record.ts';
import { patienceOf } from '../../src/operations/container-swap.ts';
import type { Given } from '../../src/operations/otto-operation.ts';
import { askDuplicates, settlementWords } from '../../src/operations/update-open-webui/duplicates.ts';
import {
  parseRelease,
  type UpdateChoice,
  type UpdateFacts,
} from '../../src/operations/update-open-webui/facts.ts';
import { updateOpenWebui } from '../../src/operations/update-open-webui/index.ts';
import { Secret } from '../../src/secret/secret.ts';
import { processOf } from '../../src/system/docker/created-with.ts';
import { parseAccounts } from '../../src/system/web-apps/open-webui-accounts.ts';
import { answersWith } from '../tasks/answers.ts';
import { container } from '../tasks/containers.ts';
import { differsLater } from './same-plan.ts';

const account = (id: string, email: string, role = 'user') => {
  return { id, email, name: `Name ${id}`, role, active: true, hasPassword: true, secondFactor: false };
};
const ann = account('a', 'ann@client.example', 'admin');
const bob = account('b', 'bob@client.example');
const BOB = account('c', 'BOB@client.example');
const accounts = (...all: readonly object[]) => parseAccounts(JSON.stringify({ problem: '', accounts: all }));

const names = {
  id: 'sha256:2',
  tags: [],
  digests: ['ghcr.io/o/o@sha256:2222222222222222'],
  env: {},
  process: processOf({}),
};
const news: UpdateFacts = {
  container: container({ env: { WEBUI_SECRET_KEY: 'a-key-that-signs-sessions' } }),
  creationSpec: {
    ownEnv: { WEBUI_SECRET_KEY: 'a-key-that-signs-sessions' },
    keyInside: new Secret('a-key-that-signs-sessions'),
    image: 'ghcr.io/open-webui/open-webui:main',
    digest: undefined,
  },
  envFile: undefined,
  config: { version: '0.8.12', onboarding: false, signUpOpen: false, loginForm: true },
  image: 'ghcr.io/open-webui/open-webui:main',
  imageId: 'sha256:2',
  namedId: 'sha256:1',
  imageNames: names,
  imageNamesNow: { ...names, digests: ['ghcr.io/o/o@sha256:1111111111111111'] },
  release: parseRelease(
    '{"version":"0.12.4","knowsDatabase":true,"migrations":32,"problem":"","databaseBytes":5000000}',
  ),
  accounts: accounts(ann, bob),
  freeBytes: 66_000_000_000,
  nowMs: Date.UTC(2026, 10, 22, 19, 55),
};
const choice: UpdateChoice = { image: news.image, patienceSeconds: 300, settlements: [], at: news.nowMs };
const alike = { ...news, accounts: accounts(ann, bob, BOB) };

const codes = (facts: UpdateFacts, chosen = choice) =>
  updateOpenWebui.refuses(facts, chosen, answersWith()).map(({ code }) => code);
const purposes = (facts: UpdateFacts, chosen = choice) =>
  updateOpenWebui.plan(facts, chosen, answersWith()).steps.map(({ do: action }) => action.purpose);

test('a release that is there to be had may be gone over to', () => {
  expect(codes(news)).toEqual([]);
});

test.each<[string, Partial<UpdateFacts>, string]>([
  ['no container', { container: undefined }, 'update-nothing-there'],
  [
    'Postgres',
    { container: container({ env: { DATABASE_URL: 'postgresql://x' } }) },
    'update-other-database',
  ],
  ['nobody has claimed it', { accounts: accounts() }, 'update-unclaimed'],
  [
    'nobody has claimed it, and its database is not read',
    {
      accounts: undefined,
      config: { version: '0.8.12', onboarding: true, signUpOpen: true, loginForm: true },
    },
    'update-unclaimed',
  ],
  ['silent', { config: undefined }, 'update-not-healthy'],
  ['not fetched', { imageId: undefined }, 'update-not-fetched'],
  ['unreadable', { release: undefined }, 'update-database-unreadable'],
  ['older', { release: parseRelease('{"knowsDatabase":false,"version":"0.6.43"}') }, 'update-is-a-downgrade'],
  ['duplicates that nobody was asked about', { accounts: alike.accounts }, 'update-addresses-alike'],
  ['a full disk', { freeBytes: 400_000_000 }, 'update-disk-full'],
])('%s: refused before anything is touched', (_, changes, code) => {
  expect(codes({ ...news, ...changes })).toEqual([code]);
});

test('the image that runs already: nothing to do, nothing to agree to, and it is said', () => {
  const same = { ...news, imageId: 'sha256:1' };
  expect([codes(same), purposes(same)]).toEqual([[], []]);
  expect(updateOpenWebui.consequence?.(same, choice)).toBeUndefined();
  expect(updateOpenWebui.summary?.(same, choice)).toEqual([expect.stringContaining('Nothing was done')]);
});

test('what changes is shown before it begins: both versions with their digests, room, migrations', () => {
  const words = `${updateOpenWebui.consequence?.(news, choice)} ${updateOpenWebui.estimate?.(news, choice)}`;
  for (const part of ['0.8.12 (sha256:1111', '0.12.4 (sha256:2222', '66 GB are free', '32 steps'])
    expect(words).toContain(part);
});

test('the database is copied while nobody writes to it, and put back before the old container starts', () => {
  const plan = updateOpenWebui.plan(news, choice, answersWith());
  const order = purposes(news);
  const at = (purpose: string) => order.findIndex((one) => one.startsWith(purpose));
  expect(at('Stop Open WebUI')).toBeLessThan(at('Back up the database'));
  expect(at('Back up the database')).toBeLessThan(at('Start Open WebUI in a new container'));
  expect(order.at(-1)).toBe('Wait until Open WebUI answers');
  const undone = plan.steps
    .toReversed()
    .flatMap(({ undo = [] }) => [undo].flat().map(({ purpose }) => purpose));
  expect(undone).toEqual([
    'Remove the new container',
    'Put the old container back',
    'Give the name to the image that had it',
    'Put the database back as it was',
    'Start Open WebUI as it was',
    'Wait until Open WebUI answers as before',
    'Let Open WebUI start with the machine',
  ]);
  const record = recordOf({ id: 'u', title: 'U' }, plan, { run: 'r', startedAt: 'now' });
  expect(JSON.stringify(record)).not.toContain('signs-sessions');
});

test('which image it is now is noted, once it is verified', () => {
  const { cleanupAfterSuccess = [] } = updateOpenWebui.plan(news, choice, answersWith());
  const notes = cleanupAfterSuccess.flatMap((action) =>
    action.kind === 'write-file' ? [String(action.content)] : [],
  );
  expect(notes.map((note) => JSON.parse(note))).toEqual([{ image: news.image, digest: names.digests[0] }]);
});

test('accounts are settled after the backup, and only where there is something to settle', () => {
  const settlements = [{ id: 'c', into: 'b' }];
  const order = purposes(alike, { ...choice, settlements });
  expect(order.indexOf('Rename or merge the accounts that differ only in case')).toBe(
    order.indexOf('Back up the database, and check the copy') + 1,
  );
  expect(codes(alike, { ...choice, settlements })).toEqual([]);
  expect(purposes(news)).not.toContain('Rename or merge the accounts that differ only in case');
});

const next = (facts: UpdateFacts, given: Given) => {
  const asked = updateOpenWebui.next(facts, given);
  return 'ask' in asked ? asked.ask.id : asked.choice;
};

test('what becomes of duplicates is asked once the image is there, and never decided silently', () => {
  expect(next(alike, {})).toBe('duplicates');
  expect(next(alike, { duplicates: 'nonsense' })).toBe('duplicates');
  expect(next(alike, { version: 'v0.12.5' })).toMatchObject({ settlements: [] });
  expect(next({ ...alike, imageId: 'sha256:1' }, {})).toMatchObject({ settlements: [] });
  expect(next(alike, { duplicates: 'merge', patience: '1' })).toEqual({
    ...choice,
    patienceSeconds: 60,
    settlements: [{ id: 'c', into: 'b' }],
  });
});

const groups = [
  [BOB, bob],
  [ann, account('d', 'Ann@client.example')],
];
const taken = ['ann@client.example', 'bob@client.example', 'Bob+2@client.example'];

test.each<[string, Given, unknown]>([
  ['nothing said yet', {}, 'duplicates'],
  [
    'all renamed: the one in small letters keeps its address, and no address is given twice',
    { duplicates: 'rename' },
    [
      { id: 'c', email: 'bob+3@client.example' },
      { id: 'd', email: 'ann+2@client.example' },
    ],
  ],
  [
    'all merged',
    { duplicates: 'merge' },
    [
      { id: 'c', into: 'b' },
      { id: 'd', into: 'a' },
    ],
  ],
  ['one by one', { duplicates: 'one-by-one' }, 'duplicates-1'],
  ['one by one, the second', { duplicates: 'one-by-one', 'duplicates-1': 'merge' }, 'duplicates-2'],
  [
    'one by one, an address typed',
    { duplicates: 'one-by-one', 'duplicates-1': 'merge', 'duplicates-2': 'typed' },
    'address-d',
  ],
  [
    'an address that another one has',
    {
      duplicates: 'one-by-one',
      'duplicates-1': 'merge',
      'duplicates-2': 'typed',
      'address-d': 'BOB@client.example',
    },
    'address-d',
  ],
  [
    'one by one, to the end',
    {
      duplicates: 'one-by-one',
      'duplicates-1': 'merge',
      'duplicates-2': 'typed',
      'address-d': 'ann@other.example',
    },
    [
      { id: 'c', into: 'b' },
      { id: 'd', email: 'ann@other.example' },
    ],
  ],
])('duplicates: %s', (_, given, expected) => {
  const asked = askDuplicates(groups, given, taken);
  expect('ask' in asked ? asked.ask.id : asked.settlements).toEqual(expected);
});

test('without duplicates nothing is asked', () => {
  expect(askDuplicates([], {}, taken)).toEqual({ settlements: [] });
});

test('what was chosen is said in words', () => {
  const words = settlementWords(groups, [
    { id: 'c', into: 'b' },
    { id: 'd', email: 'x@y.zz' },
  ]);
  expect(words).toBe(
    'BOB@client.example is merged into bob@client.example, Ann@client.example becomes x@y.zz',
  );
});

test.each([
  ['2', 120],
  ['0.5', 30],
  [undefined, 300],
  ['0', 300],
  ['soon', 300],
])('patience %s is %i seconds', (given, seconds) => {
  expect(patienceOf(given)).toBe(seconds);
});

test('comes to the plan that was agreed to, also when time has passed', async () => {
  const later = { ...news, nowMs: news.nowMs + 3_600_000, freeBytes: 60_000_000_000 };
  expect(await differsLater(updateOpenWebui, { facts: news, later, choice, answers: answersWith() })).toEqual(
    [],
  );
});

test('a fetch that fails half-way leaves the name with the image that it had, where that is known', () => {
  const back = (given: { version?: string }, facts = news) =>
    (updateOpenWebui.prepare?.(facts, given, answersWith()) ?? []).flatMap((one) =>
      'kind' in one || one.undo === undefined || !('kind' in one.undo) || one.undo.kind !== 'run'
        ? []
        : [one.undo.argv.join(' ')],
    );
  expect(back({})).toEqual([`docker tag sha256:1 ${news.image}`]);
  expect(back({ version: 'another' })).toEqual([]);
  expect(back({}, { ...news, namedId: undefined })).toEqual([]);
});
