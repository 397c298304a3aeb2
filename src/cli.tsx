import { AnswersFileError } from './answers/file.ts';
import { type Shell, UsageError } from './commands/command.ts';
import { commandHelp, familyHelp, programHelp } from './commands/help.ts';
import { completed } from './commands/open-words.ts';
import { parseWords } from './commands/parse.ts';
import { COMMANDS } from './commands/table.ts';
import { settle } from './host/surroundings.ts';
import { CannotRun, Ended, EXIT } from './run/exit-code.ts';
import { redact } from './secret/secret.ts';
import { ownVersion } from './system/own-version.ts';
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
  const asked = parseWords(words, COMMANDS);
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

/** What nobody caught. Node would print it raw. */
function unexpected(error: unknown): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  warn(`otto-install ended unexpectedly: ${redact(what)}`);
}

// Whoever reads our output may stop reading (`| head`), and a connection may break. What has started continues anyway.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// A library's warning may hold the text that it is about; Node would print it as it is.
process.removeAllListeners('warning').on('warning', ({ message }) => warn(message));
process.on('uncaughtException', (error) => {
  unexpected(error);
  process.exit(EXIT.couldNotRun);
});

settle();
try {
  process.exitCode = await dispatch(process.argv.slice(2));
} catch (error) {
  if (error instanceof InputEnded) process.exitCode = EXIT.stopped;
  else if (error instanceof Ended) process.exitCode = error.exitCode;
  else if (error instanceof UsageError) warn(`${error.message}\nMore: otto-install --help`);
  else if (error instanceof CannotRun || error instanceof AnswersFileError) warn(error.message);
  else unexpected(error);
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
