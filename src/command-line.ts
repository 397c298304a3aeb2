import { Argument, Command, CommanderError } from 'commander';
import { ANSWER_SOURCES } from './answer-sources.ts';
import type { AnswersInput } from './answers.ts';

/** What was asked for on the command line. */
export interface Invocation {
  readonly command: 'install' | 'check' | 'plan' | 'help' | 'version';
  readonly yes: boolean;
  readonly json: boolean;
  readonly plain: boolean;
  readonly color: boolean;
  readonly rehearse: boolean;
  /** The answers file; '-' is stdin. */
  readonly answersFile?: string;
  /** Answers that are no secrets. */
  readonly flags: AnswersInput;
  /** Files that hold secrets: answer to path. */
  readonly secretFiles: Readonly<Record<string, string>>;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const COMMANDS = ['install', 'check', 'plan', 'help', 'version'] as const;

/** Reads the words after the program's name. Throws {@link UsageError}. */
export function parseCommandLine(words: readonly string[]): Invocation {
  const program = new Command('otto-install')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .addArgument(new Argument('[command]').choices(COMMANDS))
    .option('-h, --help')
    .option('-V, --version')
    .option('-y, --yes')
    .option('--answers <file>')
    .option('--json')
    .option('--plain')
    .option('--no-color')
    .option('--rehearse')
    .action(() => {});
  for (const { flag } of ANSWER_SOURCES) program.option(`${flag} <value>`);
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(error.message.replace(/^error: /, ''));
    throw error;
  }
  const options: Record<string, unknown> = program.opts();
  const command = COMMANDS.find((name) => name === program.processedArgs[0]) ?? 'install';
  if (options.help === true) return invocation('help', options);
  return invocation(options.version === true ? 'version' : command, options);
}

function invocation(command: Invocation['command'], options: Readonly<Record<string, unknown>>): Invocation {
  const given = ANSWER_SOURCES.flatMap((source) => {
    // '--api-key-file' becomes apiKeyFile.
    const value = options[source.secret ? `${source.key}File` : source.key];
    return typeof value === 'string' ? [{ ...source, given: value }] : [];
  });
  const pairs = (secret: boolean) =>
    Object.fromEntries(given.filter((one) => one.secret === secret).map((one) => [one.key, one.given]));
  return {
    command,
    yes: options.yes === true,
    json: options.json === true,
    plain: options.plain === true,
    color: options.color !== false,
    rehearse: options.rehearse === true,
    ...(typeof options.answers === 'string' ? { answersFile: options.answers } : {}),
    flags: pairs(false) as AnswersInput,
    secretFiles: pairs(true),
  };
}
