import { describe, expect, test } from 'vitest';
import { mask, reveal } from '../../src/engine/secret.ts';
import { type FirstAdminFacts, firstAdminTask } from '../../src/tasks/first-admin.ts';
import { answersWith } from './answers.ts';
import { steps, words } from './findings.ts';

const config = { version: '0.12.4', onboarding: false, signUpOpen: false, loginForm: true };
const ann = { id: 'a', email: 'ann@client.example', name: 'Ann', role: 'admin', active: true };
const bob = { id: 'b', email: 'bob@client.example', name: 'Bob', role: 'user', active: true };
const accounts = { problem: '', count: 2, admins: [ann], others: [bob], alike: [] };
const healthy: FirstAdminFacts = { config, there: true, accounts, image: 'sha256:1' };
const judge = (facts: Partial<FirstAdminFacts>) =>
  firstAdminTask.judge({ ...healthy, ...facts }, answersWith());

test('an administrator exists and the sign-up is closed: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

test.each<[string, Partial<FirstAdminFacts>]>([
  ['no account yet', { config: { ...config, onboarding: true, signUpOpen: true } }],
  ['no Open WebUI yet, as in a plan', { config: undefined, there: false }],
])('%s: it is made unasked, with the password on stdin', (_, facts) => {
  const findings = judge(facts);
  expect(words(findings)).toEqual(['missing no-administrator']);
  const [action] = findings[0]?.fixes[0]?.actions ?? [];
  const input = action?.kind === 'run' ? (action.input ?? '') : '';
  expect(steps(findings)).toEqual(['curl --silent --show-error --config -']);
  expect(reveal(input)).toContain('correct horse battery');
  expect(mask(input)).not.toContain('correct horse battery');
});

test('while it starts it is not known whether there is an account, so none is made', () => {
  const findings = judge({ config: undefined });
  expect(words(findings)).toEqual(['missing accounts-not-known']);
  expect(findings[0]?.fixes).toEqual([]);
  expect(findings[0]?.watch).toBeDefined();
});

test('a sign-up that somebody opened again is closed in the database', () => {
  const findings = judge({ config: { ...config, signUpOpen: true } });
  expect(words(findings)).toEqual(['risk sign-up-open (asks)']);
  expect(steps(findings)).toEqual(['docker exec -i open-webui python3 -I -']);
});

test('a release that holds its settings in memory is stopped for it', () => {
  const findings = judge({ config: { ...config, version: '0.8.12', signUpOpen: true } });
  expect(words(findings)).toEqual(['risk sign-up-open (asks)']);
  expect(findings[0]?.fixes[0]?.consequence).toContain('away for about half a minute');
  expect(steps(findings).map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
    'docker stop',
    'docker rm',
    'docker run',
    'docker start',
  ]);
});

/** What the fix would change, as the program is told. */
function changes(facts: Partial<FirstAdminFacts>, fix = 0): unknown {
  const action = judge(facts)[0]?.fixes[fix]?.actions[0];
  const input = action?.kind === 'run' ? reveal(action.input ?? '') : '';
  const literal = /^CHANGES = json\.loads\((".*")\)$/m.exec(input)?.[1] ?? '""';
  return JSON.parse(JSON.parse(literal));
}

describe('no administrator who can sign in', () => {
  const none = {
    accounts: { ...accounts, admins: [], others: [bob, { ...bob, id: 'c', email: 'Admin@client.example' }] },
  };

  test('the account of the answers is the one that is recommended, then the oldest', () => {
    expect(words(judge(none))).toEqual(['broken administrator-missing (asks)']);
    expect(changes(none)).toEqual([{ id: 'c', role: 'admin' }]);
    expect(changes(none, 1)).toEqual([{ id: 'b', role: 'admin' }]);
  });

  test('one that was locked comes first', () => {
    const locked = { accounts: { ...accounts, admins: [{ ...ann, active: false }] } };
    expect(words(judge(locked))).toEqual(['broken administrator-missing (asks)']);
    expect(changes(locked)).toEqual([{ id: 'a', active: true }]);
  });

  test.each([['none'], ['another-database'], ['unreadable']])('%s: nothing is said', (problem) => {
    expect(judge({ accounts: { problem, count: 0, admins: [], others: [], alike: [] } })).toEqual([]);
  });
});

test('addresses that differ only in case: the one in small letters keeps its own', () => {
  const Bob = { ...bob, id: 'x', email: 'Bob@Client.example' };
  const twice = { accounts: { ...accounts, count: 3, alike: [[Bob, bob]] } };
  const findings = judge(twice);
  expect(words(findings)).toEqual(['risk accounts-differ-in-case (asks)']);
  expect(findings[0]?.saw).toContain('Bob@Client.example and bob@client.example');
  expect(changes(twice)).toEqual([{ id: 'x', email: 'bob+2@client.example' }]);
});
