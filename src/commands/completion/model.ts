import { type Command, isPath, type Option, valuesOf } from '../command.ts';
import { ANSWER_OPTIONS, ANSWERS_FILE, COMMON } from '../options.ts';

/** What a shell must know to complete the program's words. */
export interface CompletionModel {
  /** The first words, each once, with what it does. */
  readonly first: readonly Word[];
  /** Those that need a second word: 'update'. */
  readonly families: readonly { readonly word: string; readonly second: readonly Word[] }[];
  readonly commands: readonly CompletedCommand[];
}

export interface Word {
  readonly word: string;
  readonly what: string;
}

export interface CompletedCommand {
  /** 'update hermes'; '' is no command at all, which installs. */
  readonly name: string;
  readonly options: readonly CompletedOption[];
  /** What may stand there besides options. */
  readonly operands: readonly string[];
}

export interface CompletedOption {
  readonly name: string;
  readonly short?: string;
  readonly what: string;
  /** What follows it: nothing, a path, one of a few values, or words that nobody can guess. */
  readonly value: 'none' | 'path' | 'free' | readonly string[];
}

export function completionModel(commands: readonly Command[]): CompletionModel {
  const families = [
    ...new Set(commands.filter(({ name }) => name.includes(' ')).map(({ name }) => firstWord(name))),
  ];
  const first = commands
    .filter(({ name }) => !name.includes(' '))
    .map(({ name, summary }) => ({ word: name, what: summary }));
  const install = commands.find(({ name }) => name === 'install');
  return {
    first: [...first, ...families.map((word) => ({ word, what: familyText(word, commands) }))],
    families: families.map((word) => ({
      word,
      second: commands
        .filter(({ name }) => name.startsWith(`${word} `))
        .map(({ name, summary }) => ({ word: name.slice(word.length + 1), what: summary })),
    })),
    commands: [
      ...(install === undefined ? [] : [{ ...completed(install), name: '' }]),
      ...commands.map(completed),
    ],
  };
}

const firstWord = (name: string): string => name.split(' ')[0] ?? name;

const familyText = (word: string, commands: readonly Command[]): string =>
  commands
    .filter(({ name }) => name.startsWith(`${word} `))
    .map(({ name }) => name.slice(word.length + 1))
    .join(', ');

function completed({ name, options, takesAnswers, operands }: Command): CompletedCommand {
  const all = [...options, ...COMMON, ...(takesAnswers ? [ANSWERS_FILE, ...ANSWER_OPTIONS] : [])];
  return {
    name,
    options: all
      .filter((one, at) => all.findIndex((other) => other.name === one.name) === at)
      .map(completedOption),
    // What stands as ‹…› is only known on a machine, and cannot be typed like that.
    operands: (operands?.values() ?? []).filter((value) => /^[\w-]+$/.test(value)),
  };
}

function completedOption(option: Option): CompletedOption {
  const { name, short, what, value } = option;
  const values = valuesOf(option);
  return {
    name,
    short,
    what,
    value: value === undefined ? 'none' : isPath(option) ? 'path' : values.length > 0 ? values : 'free',
  };
}
