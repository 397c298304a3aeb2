import { expect, test } from 'vitest';
import { operationCall } from '../../src/commands/operation.ts';
import { resetPassword } from '../../src/operations/reset-password/index.ts';
import { updateAll } from '../../src/operations/update-all.ts';
import { callOf } from '../calls.ts';

test('options are the answers to the questions of an operation, secrets come from files', () => {
  const words = 'reset-password --account a@b.cc --end-sessions yes --password-file /root/p --yes --json';
  expect(operationCall(resetPassword, callOf(words))).toEqual({
    operation: resetPassword,
    yes: true,
    json: true,
    flags: { account: 'a@b.cc', endSessions: 'yes' },
    secretFiles: { password: '/root/p' },
  });
});

test('a series begins with its first operation, and asks nothing itself', () => {
  expect(operationCall(updateAll, callOf('update all --yes --plain'))).toEqual({
    operation: updateAll.operations[0],
    series: updateAll,
    yes: true,
    json: false,
    flags: {},
    secretFiles: {},
  });
});
