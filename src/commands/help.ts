import { EXIT } from '../run/exit-code.ts';
import { wrapText } from '../text/wrap.ts';
import { type Call, type Command, optionText, type Shell, usageOf } from './command.ts';
import { ANSWER_OPTIONS, ANSWERS_FILE, COMMON } from './options.ts';
import { noCommand } from './parse.ts';

const WIDTH = 88;

/** `otto-install help [COMMAND]` */
export async function help({ operands }: Call, { commands, print }: Shell): Promise<number> {
  print(helpFor(operands.join(' '), commands));
  return EXIT.ok;
}

/** The help of a command, of those that begin with a word, or of the program. Throws {@link UsageError}. */
function helpFor(name: string, commands: readonly Command[]): string {
  if (name === '') return programHelp(commands);
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) return commandHelp(command);
  const family = commands.filter((one) => one.name.startsWith(`${name} `));
  if (family.length > 0) return familyHelp(family);
  throw noCommand(name, commands);
}

/** The whole help. It is also made into a file, from which the launcher answers `--help` without starting the program. */
export function programHelp(commands: readonly Command[]): string {
  return `otto-install installs and repairs an Otto on this server: Open WebUI, Hermes,
Claude, Paperclip, nginx and a certificate.

Usage
${row('otto-install', 'look, ask, show the plan, and install or repair')}
${commands
  .filter(({ name }) => name !== 'install')
  .map((command) => row(`otto-install ${usageOf(command)}`, command.summary))
  .join('\n')}
  Each has its own --help. otto-install asks for what you leave out.

Options
${[...COMMON, ANSWERS_FILE].map(optionRow).join('\n')}

Answers: as a flag, as OTTO_DOMAIN=…, or as "domain: …" in the file; in this order
${ANSWER_OPTIONS.map(optionRow).join('\n')}
  A secret is never an argument: name a file that holds it, or use the variable (OTTO_API_KEY).
  What you leave out: keys and the password are generated; the rest has a default or is asked for.

Examples
  otto-install
  otto-install check --json
  otto-install --yes --domain otto.example.com --email you@example.com
  otto-install --yes --answers answers.yaml     with 'domain: otto.example.com' and so on in it

As root start npx with:  cd / && npx -y otto-install
  In another user's folder, npx runs what that user put there.

Exit codes
${EXIT_CODES.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join('\n')}

Files
${FILES.map(([path, what]) => row(path, what)).join('\n')}
`;
}

/** What the exit codes mean everywhere. */
export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [EXIT.ok, 'healthy, or done'],
  [EXIT.notDone, 'findings remain, or it failed'],
  [EXIT.couldNotRun, 'wrong use, missing answers, or it could not run'],
  [EXIT.stopped, 'stopped by you'],
];

/** What otto-install writes about itself. */
export const FILES: readonly (readonly [string, string])[] = [
  ['/var/log/otto-install/', 'a log of each run, without secrets'],
  ['/var/lib/otto-install/', 'answers without secrets, and files as they were before'],
  ['/root/otto-admin-password.txt', "the first account's password, when it was generated"],
];

/** What there is under the first word of several commands: 'update --help'. */
export function familyHelp(family: readonly Command[]): string {
  const width = Math.max(...family.map(({ name }) => name.length)) + 14;
  return [
    ...family.map(({ name, summary }) => `${`otto-install ${name}`.padEnd(width)} ${summary}`),
    '',
    'Each has its own --help.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const { about, operands, options, takesAnswers, examples } = command;
  const exits = exitRows(command).map(([code, meaning]) => `${code} ${meaning}`);
  return [
    `otto-install ${usageOf(command)}`,
    '',
    ...about.map((paragraph) => `${wrapText(paragraph, WIDTH)}\n`),
    ...(operands === undefined ? [] : [row(operands.name, operands.what)]),
    ...options.map(optionRow),
    ...(takesAnswers ? ['  Answers (--domain …) work here, too: otto-install --help lists them.'] : []),
    ...(options.length === 0 && operands === undefined ? [] : ['']),
    ...examples.map((example) => `  ${example}`),
    '',
    wrapText(`Exit codes: ${exits.join('; ')}`, WIDTH),
    '',
  ].join('\n');
}

/** The exit codes of a command, each with what it means there. */
export function exitRows({ exits }: Command): readonly (readonly [number, string])[] {
  return (Object.keys(EXIT) as (keyof typeof EXIT)[]).flatMap((name) => {
    const meaning = exits[name];
    return meaning === undefined ? [] : [[EXIT[name], meaning] as const];
  });
}

function optionRow(option: Parameters<typeof optionText>[0]): string {
  return row(optionText(option), option.what);
}

function row(left: string, right: string): string {
  return `  ${left.padEnd(36)} ${right}`.trimEnd();
}
