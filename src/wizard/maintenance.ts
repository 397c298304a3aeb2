import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import type { OttoSeries } from '../operations/series.ts';

/** What can be asked of an Otto under one word of the home: an operation, or several of a kind. */
export interface MaintenanceEntry {
  /** The first word of the commands: 'update', 'reset-password'. */
  readonly id: string;
  /** 'Update …' */
  readonly label: string;
  /** One line that says more. */
  readonly help: string;
  readonly choices: readonly Operable[];
}

/** One operation, or several one after the other. */
export type Operable = AnyOttoOperation | OttoSeries;

/** The operations that it consists of, in order. */
export function operationsOf(operable: Operable): readonly AnyOttoOperation[] {
  return 'operations' in operable ? operable.operations : [operable];
}

/**
 * Pure. What the home offers, in the order of the operations; those whose commands begin with the same word together. In a
 * rehearsal what cannot be rehearsed says so before it is opened.
 */
export function maintenanceEntries(
  operations: readonly AnyOttoOperation[],
  series: readonly OttoSeries[],
  rehearsal = false,
): readonly MaintenanceEntry[] {
  const entries = entriesOf([...operations, ...series]);
  return rehearsal ? entries.map(inRehearsal) : entries;
}

const isRehearsed = (one: Operable): boolean =>
  operationsOf(one).every(({ notRehearsed }) => notRehearsed !== true);

function inRehearsal(entry: MaintenanceEntry): MaintenanceEntry {
  const choices = entry.choices.map((one) =>
    isRehearsed(one)
      ? one
      : { ...one, title: `${one.title}${NOT_REHEARSED}`, help: `${NOT_REHEARSED_HELP}: ${one.help}` },
  );
  if (entry.choices.some(isRehearsed)) return { ...entry, choices };
  return {
    ...entry,
    label: `${entry.label}${NOT_REHEARSED}`,
    help: `${NOT_REHEARSED_HELP}: ${entry.help}`,
    choices,
  };
}

const NOT_REHEARSED = ' (on a droplet only)';
const NOT_REHEARSED_HELP = 'cannot be rehearsed, the server in memory is too simple for it';

function entriesOf(all: readonly Operable[]): readonly MaintenanceEntry[] {
  const words = [...new Set(all.map(firstWord))];
  return words.map((id) => {
    const choices = all.filter((one) => firstWord(one) === id);
    const [only] = choices;
    if (choices.length === 1 && only !== undefined)
      return { id, label: labelOf(only), help: only.help, choices };
    const label = `${id.charAt(0).toUpperCase()}${id.slice(1)} …`;
    return { id, label, help: choices.map(({ title }) => title).join(', '), choices };
  });
}

/** What removes everything comes last. */
export const isLast = ({ id }: MaintenanceEntry): boolean => id === 'uninstall';

const firstWord = ({ command }: Operable): string => command.split(' ')[0] ?? command;

const labelOf = (one: Operable): string => ('entry' in one ? one.entry : undefined) ?? one.title;
