import type { AnswersInput } from '../answers/schema.ts';
import type { EXIT } from '../run/exit-code.ts';
import type { Printer } from '../terminal/printer.ts';

/** An option, as it is typed, explained and completed. */
export interface Option {
  /** Without its dashes: 'since'. */
  readonly name: string;
  /** Its one letter. */
  readonly short?: string;
  /** What its value is called, 'TIME'; 'a|b' when these are all that there are. Without it the option is a switch. */
  readonly value?: string;
  /** A phrase without a full stop. */
  readonly what: string;
  /** What is wrong with a value, as a sentence; undefined when it can be used. */
  readonly problem?: (value: string) => string | undefined;
}

/** Arguments that a command takes: the codes of `fix`. */
interface Operands {
  /** 'CODE' */
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  /** Whether there may be several. */
  readonly many?: true;
  /** What can be typed there, for the completion of a shell. */
  readonly values: () => readonly string[];
}

/** One command: all that help, man page, documentation, completion and parser know of it. */
export interface Command {
  /** One word or two: 'check', 'update hermes'. */
  readonly name: string;
  /** What it does, for a list of commands: a phrase without a full stop. */
  readonly summary: string;
  /** The same in full, a paragraph each. */
  readonly about: readonly string[];
  readonly operands?: Operands;
  /** Those that its help explains. What is common to all commands is accepted everywhere. */
  readonly options: readonly Option[];
  /** Whether Otto's answers may be given with it, as options or as a file. */
  readonly takesAnswers: boolean;
  /** Whole lines that can be typed. */
  readonly examples: readonly string[];
  /** What the exit codes say of this command; those that are not here cannot happen. */
  readonly exits: ExitMeanings;
  /** Resolves to the exit code. What carries it out is loaded only then. */
  readonly run: (call: Call, shell: Shell) => Promise<number>;
}

/** What an exit code means, by its name. */
type ExitMeanings = { readonly [K in keyof typeof EXIT]?: string };

/** What was typed. */
export interface Call {
  readonly command: Command;
  readonly operands: readonly string[];
  /** The values of the command's own options by name; '' for a switch that is on. */
  readonly values: ReadonlyMap<string, string>;
  readonly yes: boolean;
  readonly json: boolean;
  readonly plain: boolean;
  readonly color: boolean;
  readonly rehearse: boolean;
  /** The answers file; '-' is stdin. */
  readonly answersFile?: string;
  /** Answers that are not secrets. */
  readonly flags: AnswersInput;
  /** Files that hold secrets: answer to path. */
  readonly secretFiles: Readonly<Record<string, string>>;
}

/** Where a command stands: what it writes to, and the table that it is in. */
export interface Shell extends Printer {
  readonly version: string;
  readonly commands: readonly Command[];
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 'fix [CODE …]': how a command is typed. */
export function usageOf({ name, operands }: Pick<Command, 'name' | 'operands'>): string {
  return operands === undefined ? name : `${name} [${operands.name}${operands.many === true ? ' …' : ''}]`;
}

/** All values that an option can have, when there are only a few. */
export function valuesOf({ value = '' }: Option): readonly string[] {
  return /^[a-z-]+(\|[a-z-]+)+$/.test(value) ? value.split('|') : [];
}

/** Whether the value of an option is the path of a file or a folder. */
export function isPath({ value = '' }: Option): boolean {
  return /^(FILE|FOLDER)/.test(value);
}

/** '--since TIME', '--follow, -f' */
export function optionText({ name, short, value }: Option): string {
  return `--${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`;
}
