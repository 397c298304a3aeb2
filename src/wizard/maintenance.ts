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

/** Pure. What the home offers, in the order of the operations; those whose commands begin with the same word together. */
export function maintenanceEntries(
  operations: readonly AnyOttoOperation[],
  series: readonly OttoSeries[],
): readonly MaintenanceEntry[] {
  const all: readonly Operable[] = [...operations, ...series];
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
