import { parseArgs } from 'node:util';
import { flagOf, type OperationCall } from '../operation-flow/call.ts';
import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import type { OttoSeries } from '../operations/series.ts';
import { UsageError } from './command-line.ts';

/** The words of an operation, read. */
export interface OperationWords extends OperationCall {
  readonly help: boolean;
  readonly rehearse: boolean;
  /** Those of the words that mean the same for every command. */
  readonly common: readonly string[];
}

const COMMON = ['yes', 'json', 'plain', 'no-color', 'rehearse'] as const;

/** A command that words can be completed to. */
export interface Completion {
  readonly command: string;
  readonly title: string;
  readonly help: string;
}

/**
 * What the first word alone can be completed to: 'update' to 'update hermes', 'update all', …. Empty when the words are
 * whole already, or name nothing of the kind.
 */
export function completions(
  words: readonly string[],
  operations: readonly AnyOttoOperation[],
  series: readonly OttoSeries[],
): readonly Completion[] {
  const [first = '', second = '-'] = words;
  if (!second.startsWith('-')) return [];
  const family = [...series, ...operations].filter(({ command }) => command.split(' ')[0] === first);
  return family.some(({ command }) => command === first) ? [] : family;
}

/**
 * Reads the words after the program's name as an operation ('update open-webui --yes') or a series ('update all');
 * undefined when they name none. Throws {@link UsageError}.
 */
export function parseOperation(
  words: readonly string[],
  operations: readonly AnyOttoOperation[],
  allSeries: readonly OttoSeries[] = [],
): OperationWords | undefined {
  const first = words[0] ?? '';
  const family = [...allSeries, ...operations].filter(({ command }) => command.split(' ')[0] === first);
  if (family.length === 0) return undefined;
  const asked = family.find(({ command }) => command.split(' ').every((word, at) => words[at] === word));
  if (asked === undefined)
    throw new UsageError(`One of these is needed: ${family.map(({ command }) => command).join(', ')}.`);
  const rest = words.slice(asked.command.split(' ').length);
  if (!('operations' in asked)) return callOf(asked, rest);
  const [operation] = asked.operations;
  if (operation === undefined) return undefined;
  // What is asked about one of them is asked when its turn comes.
  return { ...callOf({ ...operation, flags: {}, secretFlags: [] }, rest), operation, series: asked };
}

function callOf(operation: AnyOttoOperation, rest: readonly string[]): OperationWords {
  const values = parsed(rest, operation);
  const named = (ids: readonly string[], suffix: string) =>
    Object.fromEntries(
      ids.flatMap((id) => {
        const value = values[`${flagOf(id).slice(2)}${suffix}`];
        return typeof value === 'string' ? [[id, value]] : [];
      }),
    );
  return {
    operation,
    help: values.help === true,
    yes: values.yes === true,
    json: values.json === true,
    rehearse: values.rehearse === true,
    common: COMMON.filter((name) => values[name] === true).map((name) => `--${name}`),
    flags: named(Object.keys(operation.flags), ''),
    secretFiles: named(operation.secretFlags ?? [], '-file'),
  };
}

function parsed(words: readonly string[], operation: AnyOttoOperation): Readonly<Record<string, unknown>> {
  const text = { type: 'string' as const };
  const own = Object.keys(operation.flags).map((id) => [flagOf(id).slice(2), text]);
  const secret = (operation.secretFlags ?? []).map((id) => [`${flagOf(id).slice(2)}-file`, text]);
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h' },
        ...Object.fromEntries(COMMON.map((name) => [name, { type: 'boolean' as const }])),
        yes: { type: 'boolean', short: 'y' },
        ...Object.fromEntries([...own, ...secret]),
      },
    });
    return values;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${said.split('. ')[0]?.replace(/\.$/, '') ?? said}.`);
  }
}

/** What there is under the first word of several commands: 'update --help'. */
export function familyHelp(family: readonly Completion[]): string {
  const width = Math.max(...family.map(({ command }) => command.length)) + 14;
  return [
    ...family.map(({ command, help }) => `${`otto-install ${command}`.padEnd(width)} ${help}`),
    '',
    'Each has a --help of its own.',
    '',
  ].join('\n');
}

/** The help of a series. */
export const seriesHelp = (series: OttoSeries): string => operationHelp({ ...series, flags: {} });

/** The help of one operation. */
export function operationHelp({
  command,
  title,
  why,
  flags,
  secretFlags = [],
}: Pick<AnyOttoOperation, 'command' | 'title' | 'why' | 'flags' | 'secretFlags'>): string {
  const rows = [
    ...Object.entries(flags).map(([id, value]) => `  ${flagOf(id)} ${value}`),
    ...secretFlags.map((id) =>
      `  ${flagOf(id)}-file FILE`.padEnd(30).concat('a file that holds it; - is standard input'),
    ),
    '  --yes                       ask nothing: what is missing is named, exit code 2',
    '  --json                      events as JSON, one per line',
  ];
  return [
    `otto-install ${command}`,
    '',
    `${title}. ${why}`,
    '',
    'What is not given here is asked in a terminal.',
    ...rows,
    '',
    'Exit codes: 0 done and verified; 1 not done: nothing was changed, or it was taken back, or the next start of',
    'otto-install takes it back first, and then that is said; 2 wrong use or could not run; 130 stopped',
    '',
  ].join('\n');
}
