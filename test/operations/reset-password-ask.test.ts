import { expect, test } from 'vitest';
import type { Given } from '../../src/operations/otto-operation.ts';
import { askReset, describe } from '../../src/operations/reset-password/ask.ts';
import type { ResetFacts } from '../../src/operations/reset-password/facts.ts';
import { Secret } from '../../src/secret/secret.ts';
import { type AccountInFull, parseAccounts } from '../../src/system/web-apps/open-webui-accounts.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

const admin: AccountInFull = {
  id: 'a1',
  email: 'Admin@client.example',
  name: 'Admin',
  role: 'admin',
  lastActiveMs: NOW - 3 * 86_400_000,
  hasPassword: true,
  active: true,
  secondFactor: false,
};

function facts(accounts: readonly AccountInFull[], sessionStamp = true): ResetFacts {
  const printed = parseAccounts(JSON.stringify({ problem: '', accounts, sessionStamp }));
  return {
    container: undefined,
    creationSpec: undefined,
    envFile: undefined,
    said: '',
    accounts: printed && { ...printed, all: accounts },
    config: { version: '0.8.12', onboarding: false, signUpOpen: false, loginForm: true },
    nowMs: NOW,
  };
}

const typed = new Secret('a-new-password-1');
const generated = new Secret('a-generated-password');

/** Which question comes next, or the choice. */
function next(of: ResetFacts, given: Given) {
  const asked = askReset(of, given);
  return 'ask' in asked ? asked.ask.id : asked.choice;
}

test('one question after the other, and nothing is asked that makes no difference', () => {
  const otto = facts([admin]);
  expect(next(otto, {})).toBe('account');
  expect(next(otto, { account: 'a1' })).toBe('how');
  expect(next(otto, { account: 'a1', how: 'typed' })).toBe('password');
  expect(next(otto, { account: 'a1', how: 'typed', password: typed })).toBe('endSessions');
  expect(next(otto, { account: 'a1', how: 'typed', password: typed, endSessions: 'yes' })).toEqual({
    accountId: 'a1',
    password: typed,
    generated: false,
    activate: false,
    promote: false,
    endSessions: true,
    dropSecondFactor: false,
    newSessionKey: undefined,
    at: otto.nowMs,
  });
});

test('administrators are offered first', () => {
  const asked = askReset(facts([{ ...admin, id: 'b1', role: 'user' }, admin]), {});
  const options = 'ask' in asked && asked.ask.kind === 'choose' ? asked.ask.options : [];
  expect(options.map(({ value }) => value)).toEqual(['a1', 'b1']);
});

test('a release that cannot end the sessions of one account ends all, with a new key, and only when that is asked for', () => {
  const otto = facts([admin], false);
  const given = { account: 'a1', password: typed, generatedKey: generated };
  const asked = askReset(otto, given);
  const first = 'ask' in asked && asked.ask.kind === 'choose' ? asked.ask.options[0]?.value : '';
  expect(first).toBe('no');
  expect(next(otto, { ...given, endSessions: 'yes' })).toMatchObject({ newSessionKey: generated });
  expect(next(otto, { ...given, endSessions: 'no' })).toMatchObject({ newSessionKey: undefined });
  const stamps = { ...given, endSessions: 'yes' };
  expect(next(facts([admin]), stamps)).toMatchObject({ endSessions: true, newSessionKey: undefined });
});

test('an account is found by its address in any case; a password that is given is the typed one', () => {
  const given = { account: 'admin@CLIENT.example', password: typed };
  expect(next(facts([admin]), { ...given, endSessions: 'no' })).toMatchObject({
    accountId: 'a1',
    password: typed,
  });
  expect(
    next(facts([admin]), {
      account: 'a1',
      how: 'generated',
      endSessions: 'no',
      generatedPassword: generated,
    }),
  ).toMatchObject({
    password: generated,
    generated: true,
  });
});

test('addresses that differ only in case have to be given exactly', () => {
  const other = { ...admin, id: 'a2', email: 'admin@client.example' };
  const two = facts([admin, other]);
  expect(next(two, { account: 'ADMIN@client.example', password: typed })).toBe('account');
  expect(next(two, { account: 'admin@client.example', password: typed, endSessions: 'no' })).toMatchObject({
    accountId: 'a2',
  });
});

test.each([
  ['a deactivated account', { active: false }, ['activate']],
  ['a second factor', { secondFactor: true }, ['dropSecondFactor']],
  ['no administrator left', { role: 'user' }, ['promote']],
  ['a deactivated administrator, the only one', { active: false, role: 'admin' }, ['activate']],
  ['nothing of the kind', {}, []],
] as const)('%s', (_, changes, expected) => {
  const otto = facts([{ ...admin, ...changes }], false);
  let given: Given = { account: 'a1', password: typed };
  const asked: string[] = [];
  for (let step = next(otto, given); typeof step === 'string'; step = next(otto, given)) {
    asked.push(step);
    given = { ...given, [step]: 'yes' };
  }
  expect(asked).toEqual([...expected, 'endSessions']);
});

test('an account in a line', () => {
  expect(describe(admin, NOW)).toBe('Admin · admin · last active 3 days ago');
  expect(describe({ ...admin, lastActiveMs: undefined, active: false, hasPassword: false }, NOW)).toBe(
    'Admin · admin · never signed in · deactivated · signs in elsewhere',
  );
});
