import { parseArgs } from 'node:util';
import type { AnswersInput } from '../answers/schema.ts';
import { ANSWER_SOURCES } from '../answers/sources.ts';

/** What was asked for on the command line. */
export interface Invocation {
  readonly command: (typeof COMMANDS)[number];
  /** What `fix` is to mend; empty: all that needs no consent. */
  readonly codes: readonly string[];
  /** check: looks again and again. */
  readonly watch: boolean;
  /** check --watch: the pause between two looks. */
  readonly everySeconds: number;
  /** check: names every check instead of looking. */
  readonly list: boolean;
  /** logs: which of them; empty: all. */
  readonly sources: readonly string[];
  /** logs: goes on with what comes. */
  readonly follow: boolean;
  /** logs: only lines with this text in them; '' for all. */
  readonly search: string;
  /** logs: only errors. */
  readonly errors: boolean;
  /** logs: as it was typed. */
  readonly since?: string;
  /** logs: how many. */
  readonly lines?: number;
  /** support: where the file goes. */
  readonly to?: string;
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

const COMMANDS = ['install', 'check', 'fix', 'plan', 'logs', 'status', 'support', 'help', 'version'] as const;

/** Options that only one command has. */
const BELONGS: Readonly<Record<string, Invocation['command']>> = {
  watch: 'check',
  every: 'check',
  list: 'check',
  follow: 'logs',
  search: 'logs',
  errors: 'logs',
  since: 'logs',
  lines: 'logs',
  to: 'support',
};

/** Reads the words after the program's name. Throws {@link UsageError}. */
export function parseCommandLine(words: readonly string[]): Invocation {
  const { values, positionals } = parsed(words);
  const [word = 'install', ...more] = positionals;
  const command = COMMANDS.find((name) => name === word);
  if (command === undefined) throw new UsageError(`There is no command "${word}".`);
  if (more.length > 0 && command !== 'fix' && command !== 'logs')
    throw new UsageError(`"${more.join(' ')}" is too much after "${word}".`);
  for (const [name, owner] of Object.entries(BELONGS))
    if (values[name] !== undefined && command !== owner)
      throw new UsageError(`--${name} belongs to "${owner}".`);
  if (values.help === true) return invocation('help', [], values);
  return invocation(values.version === true ? 'version' : command, [...new Set(more)], values);
}

type Values = Readonly<Record<string, unknown>>;

function parsed(words: readonly string[]): { values: Values; positionals: readonly string[] } {
  const named = ANSWER_SOURCES.map(({ flag }) => [flag.slice(2), { type: 'string' as const }]);
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
        watch: { type: 'boolean' },
        every: { type: 'string' },
        list: { type: 'boolean' },
        follow: { type: 'boolean', short: 'f' },
        search: { type: 'string' },
        errors: { type: 'boolean' },
        since: { type: 'string' },
        lines: { type: 'string', short: 'n' },
        to: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        answers: { type: 'string' },
        json: { type: 'boolean' },
        plain: { type: 'boolean' },
        'no-color': { type: 'boolean' },
        rehearse: { type: 'boolean' },
        ...Object.fromEntries(named),
      },
    });
  } catch (error) {
    // Only the first sentence: the second one explains how positionals could begin with a dash.
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${said.split('. ')[0]?.replace(/\.$/, '') ?? said}.`);
  }
}

function invocation(command: Invocation['command'], words: readonly string[], values: Values): Invocation {
  const given = ANSWER_SOURCES.flatMap((source) => {
    const value = values[source.flag.slice(2)];
    return typeof value === 'string' ? [{ ...source, given: value }] : [];
  });
  const pairs = (secret: boolean) =>
    Object.fromEntries(given.filter((one) => one.secret === secret).map((one) => [one.key, one.given]));
  return {
    command,
    codes: command === 'fix' ? words : [],
    sources: command === 'logs' ? words : [],
    watch: values.watch === true || values.every !== undefined,
    everySeconds: secondsOf(values.every),
    list: values.list === true,
    follow: values.follow === true,
    search: typeof values.search === 'string' ? values.search : '',
    errors: values.errors === true,
    ...(typeof values.since === 'string' ? { since: values.since } : {}),
    ...(values.lines === undefined ? {} : { lines: linesOf(values.lines) }),
    ...(typeof values.to === 'string' ? { to: values.to } : {}),
    yes: values.yes === true,
    json: values.json === true,
    plain: values.plain === true,
    color: values['no-color'] !== true,
    rehearse: values.rehearse === true,
    ...(typeof values.answers === 'string' ? { answersFile: values.answers } : {}),
    flags: pairs(false) as AnswersInput,
    secretFiles: pairs(true),
  };
}

/** Throws {@link UsageError} for what is no number of lines. */
function linesOf(value: unknown): number {
  if (typeof value !== 'string' || !/^\d{1,6}$/.test(value))
    throw new UsageError('--lines takes a number of lines.');
  return Number(value);
}

const DEFAULT_PAUSE_SECONDS = 30;

/** Throws {@link UsageError} for what is no number of seconds. */
function secondsOf(value: unknown): number {
  if (value === undefined) return DEFAULT_PAUSE_SECONDS;
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || seconds < 1 || seconds > 86_400)
    throw new UsageError('--every takes a number of seconds, at least 1.');
  return seconds;
}
