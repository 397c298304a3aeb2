import { CommanderError, Command as Parser, Option as ParserOption } from 'commander';
import type { AnswersInput } from '../answers/schema.ts';
import { ANSWER_SOURCES } from '../answers/sources.ts';
import { type Call, type Command, type Option, UsageError } from './command.ts';
import { ANSWER_OPTIONS, ANSWERS_FILE, COMMON } from './options.ts';

/** What the words after the program's name ask for. */
export type Asked =
  | { readonly kind: 'run'; readonly call: Call }
  | { readonly kind: 'version' }
  /** Of one command, or of all. */
  | { readonly kind: 'help'; readonly command?: Command }
  /** The first word of several commands stands alone: 'update'. */
  | {
      readonly kind: 'open';
      readonly word: string;
      readonly family: readonly Command[];
      readonly help: boolean;
    };

/** Options before a command are parsed as options of the default command. */
const DEFAULT = 'install';

/** Reads the words after the program's name. Throws {@link UsageError}. */
export function parseWords(words: readonly string[], commands: readonly Command[]): Asked {
  let asked: Asked | undefined;
  const root = parserOf('otto-install', [...COMMON, ANSWERS_FILE, ...ANSWER_OPTIONS], words);
  const families = new Map<string, Parser>();
  const familyOf = (word: string): Parser => {
    const known = families.get(word);
    if (known !== undefined) return known;
    const family = commands.filter(({ name }) => name.startsWith(`${word} `));
    const parser = parserOf(word, COMMON, words).action(() => {
      if (parser.args.length > 0)
        throw new UsageError(`Add one of these: ${family.map(({ name }) => name).join(', ')}.`);
      asked = { kind: 'open', word, family, help: given(parser, root).has('help') };
    });
    families.set(word, parser);
    root.addCommand(parser);
    return parser;
  };
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    const parser = parserOf(second ?? first, optionsOf(command), words);
    parser.action(() => {
      asked = askedOf(command, parser, root);
    });
    if (second === undefined) root.addCommand(parser, { isDefault: command.name === DEFAULT });
    else familyOf(first).addCommand(parser);
  }
  try {
    root.parse([...words], { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError ? new UsageError(problemText(error, commands)) : error;
  }
  if (asked === undefined) throw new UsageError('otto-install does not understand this.');
  return asked;
}

/** All that a command takes; its own come first where they have the name of a common one: `update hermes --version`. */
function optionsOf({ options, takesAnswers }: Command): readonly Option[] {
  const all = [...options, ...COMMON, ...(takesAnswers ? [ANSWERS_FILE, ...ANSWER_OPTIONS] : [])];
  return all.filter(({ name }, at) => all.findIndex((other) => other.name === name) === at);
}

/** A parser that prints nothing, ends nothing, and leaves what is too much to us, who know better words for it. */
function parserOf(name: string, options: readonly Option[], words: readonly string[]): Parser {
  const parser = new Parser(name)
    .enablePositionalOptions()
    .allowExcessArguments()
    .helpOption(false)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const option of options) parser.addOption(parserOption(option, words));
  return parser;
}

function parserOption({ name, short, value, problem }: Option, words: readonly string[]): ParserOption {
  const dashes = `${short === undefined ? '' : `-${short}, `}--${name}`;
  if (value === undefined) return new ParserOption(dashes);
  return new ParserOption(`${dashes} <value>`).argParser((given: string) => {
    // A value that was forgotten must not swallow the option behind it.
    if (/^-./.test(given) && !words.includes(`--${name}=${given}`))
      throw new UsageError(
        `--${name} needs a value: ${value}. One that begins with a dash: --${name}=${given}`,
      );
    const wrong = problem?.(given);
    if (wrong !== undefined) throw new UsageError(wrong);
    return given;
  });
}

/** The values that were typed for a parser, and for those above it, by the option's name; '' for a switch. */
function given(parser: Parser, ...above: readonly Parser[]): ReadonlyMap<string, string> {
  return new Map(
    [...above, parser].flatMap((one) =>
      one.options
        .filter((option) => one.getOptionValueSource(option.attributeName()) === 'cli')
        .map((option) => {
          const value: unknown = one.getOptionValue(option.attributeName());
          return [option.long?.slice(2) ?? '', typeof value === 'string' ? value : ''] as const;
        }),
    ),
  );
}

function askedOf(command: Command, parser: Parser, root: Parser): Asked {
  const own = given(parser);
  const before = given(root, ...(parser.parent === null || parser.parent === root ? [] : [parser.parent]));
  const isOn = (name: string) => before.has(name) || own.get(name) === '';
  const first = root.args[0] ?? '';
  const [word = ''] = parser.args;
  if (command.name === DEFAULT && word !== '' && first !== DEFAULT)
    throw new UsageError(`There is no command "${word}".`);
  if (isOn('help'))
    return { kind: 'help', ...(command.name === DEFAULT && first !== DEFAULT ? {} : { command }) };
  if (command.operands === undefined && word !== '')
    throw new UsageError(`"${parser.args.join(' ')}" is too much after "${command.name}".`);
  if (isOn('version')) return { kind: 'version' };
  const answers = new Map([...before, ...(command.takesAnswers ? own : [])]);
  const pairs = (secret: boolean) =>
    Object.fromEntries(
      ANSWER_SOURCES.flatMap((source) => {
        const value = answers.get(source.flag.slice(2));
        return value === undefined || source.secret !== secret ? [] : [[source.key, value]];
      }),
    );
  const answersFile = answers.get(ANSWERS_FILE.name);
  const call: Call = {
    command,
    operands: [...new Set(parser.args)],
    values: new Map(
      command.options.flatMap(({ name }) => {
        const value = own.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    yes: isOn('yes'),
    json: isOn('json'),
    plain: isOn('plain'),
    color: !isOn('no-color'),
    rehearse: isOn('rehearse'),
    answersFile,
    flags: pairs(false) as AnswersInput,
    secretFiles: pairs(true),
  };
  return { kind: 'run', call };
}

/** What the parser found wrong, in our words; never the value of an option, which may be a secret in the wrong place. */
function problemText({ code, message }: CommanderError, commands: readonly Command[]): string {
  const [, dashes = '', typed = ''] = /option '(-{0,2})([^\s=',]*)/.exec(message) ?? [];
  // Behind one letter its value may stand at once.
  const option = dashes === '-' ? typed.slice(0, 1) : typed;
  const name = /--([\w-]+)/.exec(message)?.[1] ?? option;
  if (code === 'commander.optionMissingArgument') return `--${name} needs a value.`;
  if (code !== 'commander.unknownOption') return message.replace(/^error: /, '');
  const owners = commands.filter(({ options }) =>
    options.some((one) => one.name === option || one.short === option),
  );
  if (owners.length > 0)
    return `${dashed(option)} belongs to ${owners.map((owner) => `"${owner.name}"`).join(', ')}.`;
  if (ANSWER_OPTIONS.some((one) => one.name === `${option}-file`))
    return `There is no option --${option}: a secret is never an argument. --${option}-file FILE names a file that holds it.`;
  const near = /\(Did you mean (?:one of )?([^?]*)\?\)/.exec(message)?.[1];
  return `There is no option ${dashed(option)}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

const dashed = (name: string): string => `${name.length === 1 ? '-' : '--'}${name}`;
