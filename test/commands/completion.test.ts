import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { bashCompletion } from '../../src/commands/completion/bash.ts';
import { fishCompletion } from '../../src/commands/completion/fish.ts';
import { completionModel } from '../../src/commands/completion/model.ts';
import { zshCompletion } from '../../src/commands/completion/zsh.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { Terminal } from '../droplet/terminal.ts';

/** The scripts in the shells that they are for: somebody types and presses Tab. */

const folder = mkdtempSync(join(tmpdir(), 'otto-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'answers.yaml'), '');

// The codes of `fix` are filled in when the program is built; two stand for them.
const commands = COMMANDS.map((command) =>
  command.name === 'fix' && command.operands !== undefined
    ? { ...command, operands: { ...command.operands, values: () => ['docker-down', 'port-‹port›-held'] } }
    : command,
);
const model = completionModel(commands);

/** Its name, what writes its script, how it is started bare, and what it has to be told first. */
type Shell = readonly [string, typeof bashCompletion, readonly string[], string];
const SHELLS: readonly Shell[] = [
  ['bash', bashCompletion, ['--norc', '--noprofile', '-i'], ''],
  ['zsh', zshCompletion, ['-f', '-i'], 'PROMPT="shell> "; autoload -U compinit && compinit -u -D; '],
  ['fish', fishCompletion, ['--no-config', '-i'], 'function fish_prompt; echo -n "shell> "; end; '],
];

/** The last line on the screen that has something in it. */
const lastLine = (screen: string): string => screen.trimEnd().split('\n').at(-1)?.trimEnd() ?? '';

/** The shell in a terminal, with its script. */
async function started([name, write, args, before]: Shell): Promise<Terminal> {
  const script = join(folder, `otto-install.${name}`);
  writeFileSync(script, write(model));
  const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', PS1: 'shell> ' };
  const terminal = new Terminal([name, ...args], { env, columns: 150 });
  onTestFinished(async () => {
    await terminal.close();
  });
  await terminal.waitFor((screen) => /[>#]$/.test(lastLine(screen)), 10_000);
  // A word of its own behind `clear`: an empty prompt was there before anything was typed, too.
  terminal.type(`${before}cd ${folder}; source ${script}; clear; echo sourced\r`);
  await terminal.waitFor((screen) => /^sourced\s+shell>$/.test(screen.trim()), 10_000);
  return terminal;
}

const installed = (name: string) => spawnSync(name, ['--version']).error === undefined;

describe.each(SHELLS.map((shell) => [shell[0], shell] as const))('%s', (name, shell) => {
  // CI has all three (.ci/packages); where one is not installed nothing can try it.
  it.skipIf(!installed(name))(
    `completes commands, options, values, codes, parts and files (skipped where ${name} is not installed)`,
    async () => {
      const terminal = await started(shell);
      for (const [typed, completed] of [
        ['lo', 'logs'],
        ['update pap', 'update paperclip'],
        ['logs her', 'logs hermes'],
        ['logs nginx --sea', 'logs nginx --search'],
        ['fix dock', 'fix docker-down'],
        ['restart --part op', 'restart --part open-webui'],
        ['--claude api', '--claude api-key'],
        ['plan --answers ans', 'plan --answers answers.yaml'],
        ['--yes --answers ans', '--yes --answers answers.yaml'],
      ]) {
        terminal.type(`otto-install ${typed}`);
        await terminal.press('tab');
        await terminal.waitFor((screen) => lastLine(screen) === `shell> otto-install ${completed}`, 10_000);
        await terminal.press('ctrl-u');
        await terminal.waitFor((screen) => lastLine(screen) === 'shell>', 10_000);
      }
    },
    60_000,
  );
});

it('offers no code that is only known on a machine', () => {
  expect(model.commands.find(({ name }) => name === 'fix')?.operands).toEqual(['docker-down']);
});
