import { describe, expect, it, test } from 'vitest';
import { optionText } from '../../src/commands/command.ts';
import { commandHelp, programHelp } from '../../src/commands/help.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { operations, series } from '../../src/operations/index.ts';
import { callOf } from '../calls.ts';

test('each name is there once, and each operation and series is a command', () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { command } of [...operations, ...series]) expect(names).toContain(command);
});

test('the help of the program names every command, on lines of a terminal', () => {
  const help = programHelp(COMMANDS);
  for (const { name } of COMMANDS.filter((command) => command.name !== 'install'))
    expect(help).toMatch(new RegExp(`^ {2}otto-install ${name}\\b`, 'm'));
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(112);
});

describe.each(COMMANDS.map((command) => [command.name, command] as const))('%s', (_, command) => {
  it('explains all that it takes, on one screen', () => {
    const help = commandHelp(command);
    for (const option of command.options) expect(help).toContain(`  ${optionText(option)} `);
    for (const about of command.about) expect(help.replaceAll('\n', ' ')).toContain(about);
    expect(help).toContain('Exit codes: 0 ');
    expect(help.split('\n').length).toBeLessThanOrEqual(30);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('has examples that can be typed', () => {
    for (const example of command.examples) {
      const words = (example.split(/ [|>] /)[0]?.match(/'[^']*'|\S+/g) ?? []).map((word) =>
        word.replaceAll("'", ''),
      );
      expect(words[0]).toBe('otto-install');
      expect(callOf(words.slice(1)).command.name).toBe(command.name);
    }
  });

  it('takes no secret as a value', () => {
    const secret = command.options.filter(({ name }) => /password|key|passphrase|token/.test(name));
    for (const { name } of secret) expect(name).toMatch(/-file$/);
  });
});
