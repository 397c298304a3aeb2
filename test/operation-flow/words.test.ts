import { expect, test } from 'vitest';
import { UsageError } from '../../src/commands/command-line.ts';
import { helpText } from '../../src/commands/help.ts';
import { operationHelp, parseOperation } from '../../src/commands/operation-words.ts';
import { flagOf } from '../../src/operation-flow/call.ts';
import { operations } from '../../src/operations/index.ts';
import { resetPassword } from '../../src/operations/reset-password/index.ts';

const parse = (line: string) => parseOperation(line.split(' '), operations);

test('words that name no operation are left to the other commands', () => {
  expect(parse('check --json')).toBeUndefined();
  expect(parseOperation([], operations)).toBeUndefined();
});

test('the help of the program names them all', () => {
  const help = helpText();
  for (const { command } of operations) {
    const [word = '', part = ''] = command.split(' ');
    expect(help).toMatch(new RegExp(`otto-install ${word}\\b`));
    expect(help).toContain(part);
  }
});

test('flags are the answers to its questions, secrets come from files', () => {
  const call = parse(
    'reset-password --account a@b.cc --end-sessions yes --password-file /root/p --yes --json',
  );
  expect(call).toMatchObject({
    operation: resetPassword,
    flags: { account: 'a@b.cc', endSessions: 'yes' },
    secretFiles: { password: '/root/p' },
    common: ['--yes', '--json'],
  });
});

test.each(['reset-password --password geheim', 'reset-password extra', 'reset-password --nonsense'])(
  '%s is refused',
  (line) => {
    expect(() => parse(line)).toThrow(UsageError);
  },
);

test('its help names every flag, and none that takes a secret as its value', () => {
  const help = operationHelp(resetPassword);
  for (const id of Object.keys(resetPassword.flags)) expect(help).toContain(flagOf(id));
  expect(help).toContain('--password-file FILE');
  expect(help).not.toMatch(/--password [A-Z]/);
});
