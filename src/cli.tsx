import { AnswersFileError } from './answers/file.ts';
import { type Shell, UsageError } from './commands/command.ts';
import { commandHelp, familyHelp, programHelp } from './commands/help.ts';
import { keepCrash } from './commands/keep-crash.ts';
import { completed } from './commands/open-words.ts';
import { parseWords } from './commands/parse.ts';
import { COMMANDS, RUN_DETACHED } from './commands/table.ts';
import { settle } from './host/surroundings.ts';
import { CannotRun, Ended, EXIT } from './run/exit-code.ts';
import { ownVersion } from './system/own-version.ts';
import { crashText, stackOf } from './terminal/crash.ts';
import { InputEnded } from './terminal/line-reader.ts';
import { printer } from './terminal/printer.ts';

const shell: Shell = {
  ...printer(process.stdout, process.stderr, process.env),
  version: ownVersion(),
  commands: COMMANDS,
};
const { print, warn } = shell;

/** From the words after the program's name to a command of the table, and its exit code. */
async function dispatch(words: readonly string[]): Promise<number> {
  const asked = parseWords(words, [...COMMANDS, RUN_DETACHED]);
  switch (asked.kind) {
    case 'run':
      return asked.call.command.run(asked.call, shell);
    case 'open':
      return asked.help ? said(familyHelp(asked.family)) : dispatch(await completed(words, asked, shell));
    case 'help':
      return said(asked.command === undefined ? programHelp(COMMANDS) : commandHelp(asked.command));
    case 'version':
      return said(`${shell.version}\n`);
  }
}

function said(text: string): number {
  print(text);
  return EXIT.ok;
}

/** The command that was typed, for its help; empty where there is none. */
function commandIn([first = '', second = '']: readonly string[]): string {
  const typed = [`${first} ${second}`, first].find((words) => COMMANDS.some(({ name }) => name === words));
  return typed === undefined ? '' : `${typed} `;
}

/** What nobody caught: words here, and the stack in the log. Node would print it raw. */
async function unexpected(error: unknown): Promise<void> {
  const log = process.argv.some((word) => word.startsWith('--rehearse')) ? undefined : await keepCrash(error);
  warn(`otto-install made a mistake and had to end: ${crashText(error)}`);
  warn('What was done is kept: start it again, and it continues from there.');
  warn(log === undefined ? stackOf(error) : `The details are in ${log}; otto-install support collects them.`);
}

// Whoever reads our output may stop reading (`| head`), and a connection may break. What has started continues anyway.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// A library's warning may hold the text that it is about; Node would print it as it is.
process.removeAllListeners('warning').on('warning', ({ message }) => warn(message));
process.on('uncaughtException', (error) => {
  void unexpected(error).finally(() => process.exit(EXIT.couldNotRun));
});

settle();
try {
  process.exitCode = await dispatch(process.argv.slice(2));
} catch (error) {
  if (error instanceof InputEnded) process.exitCode = EXIT.stopped;
  else if (error instanceof Ended) process.exitCode = error.exitCode;
  else if (error instanceof UsageError)
    warn(`${error.message}\nMore: otto-install ${commandIn(process.argv.slice(2))}--help`);
  else if (error instanceof CannotRun || error instanceof AnswersFileError) warn(error.message);
  else await unexpected(error);
  process.exitCode ??= EXIT.couldNotRun;
}
await leave();

/**
 * Ends the process once everything is printed. A look that nobody waits for any more (its need turned out unhealthy) may
 * hang in a firewall for a minute; nothing at work changes the machine by now.
 */
async function leave(): Promise<void> {
  const flushed = [process.stdout, process.stderr].map((stream) => {
    return new Promise<void>((resolve) => stream.write('', () => resolve()));
  });
  setTimeout(() => process.exit(), 2_000).unref();
  await Promise.all(flushed);
  process.exit();
}
