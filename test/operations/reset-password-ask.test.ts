import { expect, test } from 'vitest';
import { Secret } from '../../src/engine/secret.ts';
import type { Given } from '../../src/operations/otto-operation.ts';
import type { Account } from '../../src/operations/reset-password/accounts.ts';
import { askReset, describe } from '../../src/operations/reset-password/ask.ts';
import type { ResetFacts } from '../../src/operations/reset-password.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

const admin: Account = {
  id: 'a1',
  email: 'Admin@client.example',
  name: 'Admin',
  role: 'admin',
  lastActiveMs: NOW - 3 * 86_400_000,
  hasPassword: true,
  active: true,
  secondFactor: false,
};

function facts(accounts: readonly Account[], sessionStamp = true): ResetFacts {
  return {
    image: 'image',
    otherDatabase: false,
    accounts: { ok: true, accounts, sessionStamp },
    config: undefined,
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
    activate: false,
    promote: false,
    endSessions: true,
    dropSecondFactor: false,
  });
});

test('an account is found by its address in any case; a password that is given is the typed one', () => {
  const given = { account: 'admin@CLIENT.example', password: typed };
  expect(next(facts([admin], false), given)).toMatchObject({ accountId: 'a1', password: typed });
  expect(
    next(facts([admin], false), { account: 'a1', how: 'generated', generatedPassword: generated }),
  ).toMatchObject({
    password: generated,
  });
});

test('addresses that differ only in case have to be given exactly', () => {
  const other = { ...admin, id: 'a2', email: 'admin@client.example' };
  const two = facts([admin, other], false);
  expect(next(two, { account: 'ADMIN@client.example', password: typed })).toBe('account');
  expect(next(two, { account: 'admin@client.example', password: typed })).toMatchObject({ accountId: 'a2' });
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
  expect(asked).toEqual(expected);
});

test('an account in a line', () => {
  expect(describe(admin, NOW)).toBe('Admin · admin · last active 3 days ago');
  expect(describe({ ...admin, lastActiveMs: undefined, active: false, hasPassword: false }, NOW)).toBe(
    'Admin · admin · never signed in · deactivated · signs in elsewhere',
  );
});
