import { expect, test } from 'vitest';
import { mask, reveal } from '../../src/engine/secret.ts';
import { type FirstAdminFacts, firstAdminTask } from '../../src/tasks/first-admin.ts';
import { answersWith } from './answers.ts';
import { steps, words } from './findings.ts';

const config = { version: '0.12.4', onboarding: false, signUpOpen: false, loginForm: true };
const judge = (facts: Partial<FirstAdminFacts>) =>
  firstAdminTask.judge({ config, there: true, ...facts }, answersWith());

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

test.each([
  ['0.12.4', ['risk sign-up-open (asks)'], ['docker exec -i open-webui python3 -I -']],
  ['0.8.12', ['risk sign-up-open'], []],
])('a sign-up that somebody opened again, release %s', (version, codes, actions) => {
  const findings = judge({ config: { ...config, version, signUpOpen: true } });
  expect(words(findings)).toEqual(codes);
  expect(steps(findings)).toEqual(actions);
});
