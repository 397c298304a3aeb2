import { type Call, type Command, UsageError } from '../src/commands/command.ts';
import { parseWords } from '../src/commands/parse.ts';
import { COMMANDS } from '../src/commands/table.ts';

/** What these words ask for, as a command gets it. Throws UsageError. */
export function callOf(words: readonly string[] | string): Call {
  const list = typeof words === 'string' ? words.split(' ') : words;
  const asked = parseWords(list, COMMANDS);
  if (asked.kind !== 'run')
    throw new UsageError(`${list.join(' ')} is ${asked.kind}, not a command to be run`);
  return asked.call;
}

/** A command of the table. */
export function commandNamed(name: string): Command {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return command;
}
