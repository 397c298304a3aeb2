import { expect, it } from 'vitest';
import { didYouMean } from '../../src/commands/did-you-mean.ts';
import { parseWords } from '../../src/commands/parse.ts';
import { COMMANDS } from '../../src/commands/table.ts';

it.each([
  ['chek', ' Did you mean check?'],
  ['restrat', ' Did you mean restart?'],
  ['upgrade', ''],
  ['backpu', ' Did you mean backup?'],
  ['x', ''],
])('%s', (typed, meant) => {
  expect(didYouMean(typed, ['check', 'restart', 'restore', 'backup', 'update'])).toBe(meant);
});

it('is said of a command, and of a command that help is asked for', () => {
  expect(() => parseWords(['chek'], COMMANDS)).toThrow('There is no command "chek". Did you mean check?');
});

it('a rehearsal may be of a certain server; the word behind it stays a command', () => {
  const call = (words: readonly string[]) => {
    const asked = parseWords(words, COMMANDS);
    return asked.kind === 'run' ? [asked.call.command.name, asked.call.rehearse, asked.call.rehearseAs] : [];
  };
  expect(call(['--rehearse=fault:nginx-down,docker0-rule-missing', 'check'])).toEqual([
    'check',
    true,
    'fault:nginx-down,docker0-rule-missing',
  ]);
  expect(call(['--rehearse', 'check'])).toEqual(['check', true, undefined]);
});
