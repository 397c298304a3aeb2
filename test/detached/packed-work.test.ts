import { describe, expect, test } from 'vitest';
import { packWork, unpackWork } from '../../src/detached/packed-work.ts';
import type { Work } from '../../src/detached/work.ts';
import { command } from '../../src/engine/contracts/command.ts';
import { beforehand } from '../../src/operation-flow/steps.ts';
import { operations } from '../../src/operations/index.ts';
import { Secret } from '../../src/secret/secret.ts';
import { answersWith } from '../tasks/answers.ts';

const answers = answersWith({ adminPassword: 'a-password-of-a-test' });
const through = (work: Work) => unpackWork(packWork(work)).work;

test('an installation with its scope and its secrets', () => {
  const work = through({
    kind: 'install',
    answers,
    only: { codes: ['docker-down'] },
    passwordGenerated: true,
  });
  expect(work).toMatchObject({ kind: 'install', only: { codes: ['docker-down'] }, passwordGenerated: true });
  expect(work.answers).toEqual(answers);
  expect(work.answers.adminPassword.reveal()).toBe('a-password-of-a-test');
});

test('what was cut off', () => {
  expect(through({ kind: 'operate', answers })).toEqual({ kind: 'operate', answers });
});

describe.each(operations.map((operation) => [operation.command, operation] as const))(
  '%s',
  (_, operation) => {
    test('is the very same operation there, with its choice', () => {
      const choice = {
        account: 'ann@example.com',
        password: new Secret('a-new-password-of-a-test'),
        many: [1],
      };
      const work = through({ kind: 'operate', answers, operation: { operation, choice } });
      if (work.kind !== 'operate' || work.operation === undefined) throw new Error('it is an operation');
      expect(work.operation.operation).toBe(operation);
      expect(work.operation.choice).toEqual(choice);
      const { password } = work.operation.choice as typeof choice;
      expect(password.reveal()).toBe('a-new-password-of-a-test');
    });
  },
);

test('what comes before an operation is on no list: its plan travels, secrets included', () => {
  const fetch = command(['git', 'fetch'], 'Fetch', { input: ['token=', new Secret('a-token-of-a-test')] });
  const first = beforehand(
    { id: 'update', title: 'Update' },
    { id: 'fetch', title: 'fetching', why: 'So.' },
    [fetch],
  );
  const work = through({ kind: 'operate', answers, operation: { operation: first, choice: undefined } });
  const there = work.kind === 'operate' ? work.operation?.operation : undefined;
  expect(there).toMatchObject({ id: 'update-fetch', title: 'Update: fetching', why: 'So.', verifies: [] });
  expect(there?.plan(undefined, undefined, answers)).toEqual({ steps: [{ do: fetch }] });
});

test('the environment of whoever asks', () => {
  const { environment } = unpackWork(
    packWork({ kind: 'operate', answers }, { https_proxy: 'http://10.0.0.1:3128' }),
  );
  expect(environment).toEqual({ https_proxy: 'http://10.0.0.1:3128' });
});

test('an operation that nobody knows here is refused', () => {
  const [operation] = operations;
  if (operation === undefined) throw new Error('there are operations');
  const text = packWork({ kind: 'operate', answers, operation: { operation, choice: {} } });
  expect(() => unpackWork(text.replaceAll(`"${operation.id}"`, '"of-a-later-release"'))).toThrow(
    /no operation/,
  );
});
