import { expect, test } from 'vitest';
import { recordOf } from '../../src/engine/records/undo-record.ts';
import type { RotateFacts } from '../../src/operations/rotate-key/facts.ts';
import { rotateKey } from '../../src/operations/rotate-key/index.ts';
import { mask, reveal, Secret } from '../../src/secret/secret.ts';
import { answersWith } from '../tasks/answers.ts';
import { container, NOW } from '../tasks/containers.ts';
import { differsLater } from './same-plan.ts';

const OLD = 'the-old-key-0123456789abcdef';
const FRESH = 'the-fresh-key-0123456789abcdef';
const facts: RotateFacts = {
  env: { text: `API_SERVER_KEY=${OLD}\nMINE=1\n`, mode: 0o600, owner: 'cleo:cleo', modifiedMs: NOW },
  key: new Secret(OLD),
  container: container({ env: { OPENAI_API_KEY: OLD } }),
  creationSpec: {
    ownEnv: { OPENAI_API_KEY: OLD },
    keyInside: undefined,
    image: 'ghcr.io/open-webui/open-webui:main',
    digest: undefined,
  },
  envFile: `OPENAI_API_KEY=${OLD}\nWEBUI_SECRET_KEY=the-key-of-the-sessions\n`,
  nowMs: NOW,
};
const choice = { key: new Secret(FRESH), at: NOW };
const codes = (changes: Partial<RotateFacts>) =>
  rotateKey.refuses({ ...facts, ...changes }, choice, answersWith()).map(({ code }) => code);
const plan = (changes: Partial<RotateFacts> = {}) =>
  rotateKey.plan({ ...facts, ...changes }, choice, answersWith());
const purposes = (changes: Partial<RotateFacts> = {}) =>
  plan(changes).steps.map(({ do: action }) => action.purpose);

test('a key that is in use can be changed', () => {
  expect(codes({})).toEqual([]);
});

test.each<[string, Partial<RotateFacts>, string]>([
  ['no key', { key: undefined }, 'rotate-no-key'],
  ['no container', { container: undefined }, 'rotate-no-container'],
  ['a key that the unit sets, kept from the agent', { setBy: '/etc/hermes/keys.env' }, 'rotate-key-of-unit'],
  [
    'Postgres',
    { container: container({ env: { DATABASE_URL: 'postgresql://x' } }) },
    'rotate-other-database',
  ],
])('%s: refused before anything is touched', (_, changes, code) => {
  expect(codes(changes)).toEqual([code]);
});

test('both sides change while both are stopped', () => {
  const order = purposes();
  const at = (purpose: string) => {
    expect(order).toContain(purpose);
    return order.indexOf(purpose);
  };
  const stopped = Math.max(at('Stop Open WebUI'), at('Stop Hermes'));
  const started = Math.min(at('Start Hermes'), at('Start Open WebUI in a new container'));
  for (const change of [
    'Give Hermes the new key',
    "Keep Open WebUI's settings and keys where only root can read them",
    'Give Open WebUI the new key, everywhere its settings hold the old one',
  ]) {
    expect(at(change)).toBeGreaterThan(stopped);
    expect(at(change)).toBeLessThan(started);
  }
});

test('neither key is in what is kept on the disk, in argv or in what is shown', () => {
  const record = recordOf({ id: 'r', title: 'R' }, plan(), { run: 'r', startedAt: 'now' });
  expect(JSON.stringify(record)).not.toMatch(/old-key|fresh-key|of-the-sessions/);
  for (const { do: action } of plan().steps) {
    const content =
      action.kind === 'write-file' ? action.content : action.kind === 'run' ? (action.input ?? '') : '';
    expect(mask(content)).not.toMatch(/old-key|fresh-key|of-the-sessions/);
    if (action.kind === 'run') expect(action.argv.join(' ')).not.toMatch(/old-key|fresh-key/);
  }
});

test('the new key takes the place of the old one, and what else stands there stays', () => {
  const written = plan().steps.flatMap(({ do: action }) =>
    action.kind === 'write-file' ? [[action.path, reveal(action.content)]] : [],
  );
  expect(Object.fromEntries(written)).toEqual({
    '/home/cleo/.hermes/.env': `API_SERVER_KEY=${FRESH}\nMINE=1\n`,
    '/opt/cleo/open-webui.env': `OPENAI_API_KEY=${FRESH}\nWEBUI_SECRET_KEY=the-key-of-the-sessions\n`,
  });
});

test('where there was no env file there is none again once it is rolled back', () => {
  const undo = plan({ envFile: undefined }).steps.flatMap(({ undo: back = [] }) =>
    [back].flat().map((action) => (action.kind === 'run' ? action.argv.join(' ') : '')),
  );
  expect(undo).toContain('rm -f -- /opt/cleo/open-webui.env');
});

test('copies that hold the old key go, however it ends', () => {
  const gone = [
    'rm -f -- /home/cleo/.hermes/.env.before-rotation',
    'rm -f -- /opt/cleo/open-webui.env.before-rotation',
    'python3 -I - remove /opt/cleo/open-webui/otto-install-backups/before-rotation-20261122-120000.db',
  ];
  const { cleanupAfterSuccess = [], cleanupAfterUndo = [] } = plan();
  for (const actions of [cleanupAfterSuccess, cleanupAfterUndo]) {
    const argv = actions.map((action) => (action.kind === 'run' ? action.argv.join(' ') : ''));
    expect(argv).toEqual(expect.arrayContaining(gone));
  }
});

test('a key is generated, or typed', () => {
  const ask = (given: Parameters<typeof rotateKey.next>[1]) => {
    const asked = rotateKey.next(facts, given);
    return 'ask' in asked ? asked.ask.id : reveal(asked.choice.key);
  };
  const generatedKey = new Secret(FRESH);
  expect(ask({ generatedKey })).toBe('how');
  expect(ask({ generatedKey, how: 'generated' })).toBe(FRESH);
  expect(ask({ generatedKey, how: 'typed' })).toBe('apiKey');
  expect(ask({ generatedKey, apiKey: new Secret('typed-key-0123456789') })).toBe('typed-key-0123456789');
});

test('comes to the plan that was agreed to, also when time has passed', async () => {
  const later = { ...facts, nowMs: NOW + 3_600_000 };
  expect(await differsLater(rotateKey, { facts: facts, later, choice, answers: answersWith() })).toEqual([]);
});
