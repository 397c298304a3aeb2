import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/engine/contracts/action.ts';
import type { ExecResult, Host } from '../../src/host/host.ts';
import { giveBack, removeFolders } from '../../src/system/accounts/folder-programs.ts';
import { setAside } from '../../src/tasks/claude/actions.ts';
import {
  forgetSetAside,
  installModulesAction,
  reinstallAction,
} from '../../src/tasks/hermes-code/actions.ts';
import { firstForeign } from '../../src/tasks/still-foreign.ts';
import { answersWith } from './answers.ts';

/** What stands in a folder of the deploy user is called whatever that user likes. None of it becomes an option of a command. */

const HOME = '/home/cleo/.hermes';
const odd = fc.oneof(
  fc.constantFrom(
    '-rf',
    '--',
    '--reference=/etc/shadow',
    '-T',
    '-',
    '\n',
    '\u001b[2J',
    '\u202e',
    '*',
    '$(id)',
    '\ud800',
  ),
  fc.string({ unit: 'binary' }),
  fc.string().map((name) => `-${name}`),
);

/** The words of a command that can be options: those before '--', or all that do not begin with a slash. */
const options = ({ argv }: Command) => {
  const end = argv.indexOf('--');
  return end < 0 ? argv.slice(1).filter((word) => !word.startsWith('/')) : argv.slice(1, end);
};

describe('a name in a folder does not become an option', () => {
  test.each<[string, (name: string) => Command, readonly string[]]>([
    ['rm', (name) => forgetSetAside(answersWith(), [`${HOME}/${name}`])[0] as Command, ['-rf']],
    ['mv', (name) => setAside('cleo', `${HOME}/${name}`, `${HOME}/x`, ''), ['--backup=numbered', '-T']],
    [
      'give-back',
      (name) => giveBack('cleo:cleo', [`${HOME}/${name}`], ''),
      ['-I', '-', 'give-back', 'cleo:cleo', 'below'],
    ],
    ['remove', (name) => removeFolders([`${HOME}/${name}`], ''), ['-I', '-', 'remove']],
  ])('%s', (_, command, expected) => {
    fc.assert(
      fc.property(odd, (name) => {
        expect(options(command(name))).toEqual(expected);
      }),
    );
  });

  test('pip, for names that a package gives itself', () => {
    fc.assert(
      fc.property(odd, (name) => {
        for (const command of [
          reinstallAction(answersWith(), [name]),
          installModulesAction(answersWith(), [name]),
        ]) {
          expect(command).toMatchObject({ user: 'cleo', argv: expect.arrayContaining(['--', name]) });
          expect((command as Command).argv.at(-2)).toBe('--');
        }
      }),
    );
  });
});

describe('the first file of another user', () => {
  const host = (owner: string | undefined) =>
    ({ stat: async () => (owner === undefined ? undefined : { owner }) }) as unknown as Host;
  const said = (stdout: string) => ({ stdout }) as ExecResult;

  test('is named as it is called, with all its newlines', async () => {
    const asked: string[] = [];
    const watching = {
      stat: async (path: string) => {
        asked.push(path);
        return { owner: 'root' };
      },
    } as unknown as Host;
    for (const name of ['a\n', '\n', ' ', '-rf'])
      await firstForeign(watching, said(`${HOME}/${name}\0`), 'cleo');
    expect(asked).toEqual(['a\n', '\n', ' ', '-rf'].map((name) => `${HOME}/${name}`));
  });

  test('one that is gone, or has become the user’s meanwhile, is none; one whose name is no text is one', async () => {
    expect(await firstForeign(host(undefined), said(`${HOME}/x\0`), 'cleo')).toBeUndefined();
    expect(await firstForeign(host('cleo'), said(`${HOME}/x\0`), 'cleo')).toBeUndefined();
    expect(await firstForeign(host('root'), said(''), 'cleo')).toBeUndefined();
    expect(await firstForeign(host(undefined), said(`${HOME}/\ufffd\0`), 'cleo')).toBe(`${HOME}/\ufffd`);
  });
});
