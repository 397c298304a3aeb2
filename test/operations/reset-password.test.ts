import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { passwordProblem } from '../../src/answers/schema.ts';
import { recordOf } from '../../src/engine/records/undo-record.ts';
import type { ResetChoice, ResetFacts } from '../../src/operations/reset-password/facts.ts';
import { resetPassword } from '../../src/operations/reset-password/index.ts';
import { refusesReset } from '../../src/operations/reset-password/judge.ts';
import { planReset } from '../../src/operations/reset-password/plan.ts';
import { judgeSignIn } from '../../src/operations/reset-password/prove.ts';
import { mask, reveal, Secret } from '../../src/secret/secret.ts';
import { pythonJson } from '../../src/system/python/python-literal.ts';
import { parseAccounts } from '../../src/system/web-apps/open-webui-accounts.ts';
import { answersWith } from '../tasks/answers.ts';
import { container } from '../tasks/containers.ts';
import { differsLater } from './same-plan.ts';

const openWebui = container();
const inPostgres = { ...openWebui, env: { DATABASE_URL: 'postgresql://db/otto' } };
const inOtherFile = { ...openWebui, env: { DATABASE_URL: 'sqlite:////app/backend/data/other.db' } };

const ADMIN = {
  id: 'a1',
  email: 'admin@client.example',
  name: 'Admin',
  role: 'admin',
  lastActive: 1_795_376_516,
  hasPassword: true,
  active: true,
  secondFactor: false,
};
const BOB = { ...ADMIN, id: 'b1', email: 'bob@client.example', role: 'user', lastActive: 0 };

const printed = (found: object) => parseAccounts(JSON.stringify({ problem: '', ...found }));

const healthy: ResetFacts = {
  container: openWebui,
  creationSpec: { ownEnv: {}, keyInside: undefined, image: openWebui.image, digest: undefined },
  envFile: 'WEBUI_SECRET_KEY=the-key-that-signed-until-now\n',
  said: '',
  accounts: printed({ accounts: [BOB, ADMIN], sessionStamp: true }),
  config: { version: '0.12.4', onboarding: false, signUpOpen: false, loginForm: true },
  nowMs: Date.UTC(2026, 10, 22, 19, 55),
};

const choice: ResetChoice = {
  accountId: 'a1',
  password: new Secret('a "quoted" päss\\word'),
  generated: false,
  activate: true,
  promote: false,
  endSessions: true,
  dropSecondFactor: false,
  newSessionKey: undefined,
  at: Date.UTC(2026, 10, 22, 19, 55),
};

const codes = (facts: ResetFacts, chosen = choice) =>
  refusesReset(facts, chosen, passwordProblem).map(({ code }) => code);

test('nothing is refused when all is well', () => {
  expect(codes(healthy)).toEqual([]);
});

test.each([
  ['another database', { ...healthy, container: inPostgres, accounts: undefined }, 'reset-other-database'],
  ['another file', { ...healthy, container: inOtherFile, accounts: undefined }, 'reset-other-database'],
  ['no container', { ...healthy, container: undefined, accounts: undefined }, 'reset-no-container'],
  ['no file', { ...healthy, accounts: printed({ problem: 'none' }) }, 'reset-database-none'],
  ['locked', { ...healthy, accounts: printed({ problem: 'locked' }) }, 'reset-database-locked'],
  ['unreadable', { ...healthy, accounts: printed({ problem: 'unreadable' }) }, 'reset-database-unreadable'],
  [
    'elsewhere',
    { ...healthy, accounts: printed({ problem: 'another-database' }) },
    'reset-database-another-database',
  ],
  ['corrupt', { ...healthy, accounts: printed({ problem: 'corrupt' }) }, 'reset-database-corrupt'],
  [
    'no database',
    { ...healthy, accounts: printed({ problem: 'not-a-database' }) },
    'reset-database-not-a-database',
  ],
  [
    'another program',
    { ...healthy, accounts: printed({ problem: 'not-open-webui' }) },
    'reset-database-not-open-webui',
  ],
  ['Docker is down', { ...healthy, accounts: undefined, said: 'Cannot connect' }, 'reset-database-no-answer'],
  ['gone', { ...healthy, accounts: printed({ accounts: [BOB] }) }, 'reset-account-gone'],
  [
    'signs in elsewhere',
    { ...healthy, accounts: printed({ accounts: [{ ...ADMIN, hasPassword: false }] }) },
    'reset-no-password-of-its-own',
  ],
  ['silent', { ...healthy, config: undefined }, 'reset-open-webui-silent'],
])('%s is refused, with what to do', (_, facts, code) => {
  const [finding, ...more] = refusesReset(facts, choice, passwordProblem);
  expect([finding?.code, more]).toEqual([code, []]);
  expect(finding?.reason.length).toBeGreaterThan(30);
});

test('accounts that could only be read the second time: nobody was chosen', () => {
  expect(codes(healthy, { ...choice, accountId: '' })).toEqual(['reset-accounts-were-unreadable']);
});

test('a password that Open WebUI would cut or refuse is refused before anything is changed', () => {
  expect(codes(healthy, { ...choice, password: new Secret('ä'.repeat(37)) })).toEqual([
    'reset-password-unfit',
  ]);
});

test('the password travels on stdin alone, and what takes it back holds none', () => {
  const plan = planReset(healthy, choice, answersWith());
  const [step] = plan.steps;
  if (step?.do.kind !== 'run' || step.undo === undefined) throw new Error('no step');
  const { password } = choice;
  expect(JSON.stringify(step.do.argv)).not.toContain(password.reveal());
  expect(mask(step.do.input ?? '')).not.toContain('quoted');
  const record = recordOf({ id: 'reset-password', title: 'Reset' }, plan, { run: 'r', startedAt: 'now' });
  expect(JSON.stringify(record)).not.toContain('quoted');
  expect(JSON.stringify(record.undo)).toContain('otto-install-backups/webui-20261122-195500.db');
});

test('a new key for all sessions takes a new container, whose way back holds neither key', () => {
  const fresh = new Secret('a-fresh-key-for-all-sessions');
  const plan = planReset(healthy, { ...choice, newSessionKey: fresh }, answersWith());
  const purposes = plan.steps.map(({ do: action }) => action.purpose);
  expect(purposes[0]).toBe('Set the new password, after a backup');
  expect(purposes).toContain('Stop Open WebUI');
  expect(purposes.at(-1)).toBe('Wait until Open WebUI answers');
  const record = recordOf({ id: 'reset-password', title: 'Reset' }, plan, { run: 'r', startedAt: 'now' });
  expect(JSON.stringify(record)).not.toMatch(/fresh-key|signed-until-now/);
  // The copy of the file with the old key goes either way.
  for (const cleared of [record.cleanupAfterSuccess, record.cleanupAfterUndo ?? []])
    expect(JSON.stringify(cleared)).toContain('open-webui.env.before-reset');
});

test('Python reads every value back as it was', () => {
  const value = {
    text: 'a "b" \\ \n é €',
    yes: true,
    nothing: null,
    number: 1,
    secret: new Secret('"\\\'$x 😀'),
  };
  const program = `import json\nprint(json.dumps(json.loads(${reveal(pythonJson(value))})))`;
  const { stdout } = spawnSync('python3', ['-I', '-'], { input: program, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual({ ...value, secret: value.secret.reveal() });
});

test.each([
  ['let in', 200, { token: 't' }, false, []],
  ['asked for the second factor', 200, { next_step: 'mfa' }, false, []],
  ['deactivated, and meant to stay so', 400, {}, true, []],
  ['not let in', 400, { detail: 'wrong' }, false, ['reset-not-proved']],
  ['no passwords at all', 403, {}, false, ['reset-not-proved']],
  ['its page in place of an answer', 200, {}, false, ['reset-not-proved']],
])('a sign-in that is %s', (_, status, body, deactivated, expected) => {
  const found = judgeSignIn({ status, body: JSON.stringify(body) }, deactivated);
  expect(found.map(({ code }) => code)).toEqual(expected);
});

test('no answer proves nothing', () => {
  expect(judgeSignIn(undefined, true).map(({ code }) => code)).toEqual(['reset-not-proved']);
});

test('comes to the plan that was agreed to, also when time has passed', async () => {
  const later = { ...healthy, nowMs: healthy.nowMs + 3_600_000 };
  expect(
    await differsLater(resetPassword, { facts: healthy, later, choice, answers: answersWith() }),
  ).toEqual([]);
});
