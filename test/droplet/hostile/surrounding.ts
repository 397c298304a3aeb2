import type { FaultContext } from '../faults/fault.ts';

/**
 * Something around otto-install that works against it while it is at work on a healthy Otto: a disk that takes nothing, a program
 * that hangs, a network that lies. It is not to be repaired, but to be survived: told in clear words, nothing damaged, and once it
 * is over, one command makes everything right.
 */
export interface Surrounding {
  /** Stable, unique, begins with its group: 'disk-state-full'. */
  readonly name: string;
  readonly group: 'disk' | 'memory' | 'programs' | 'network' | 'clock';
  /** As one would tell a colleague. */
  readonly title: string;
  /** Makes it so. */
  begin(context: FaultContext): Promise<void>;
  /** What is done meanwhile: the words behind `otto-install`. */
  readonly during: string;
  /** At the hosting provider's console, where ssh itself does not work in such a place. */
  readonly atConsole?: boolean;
  /** How that may end; with 1 when absent. */
  readonly exitCodes?: readonly number[];
  /** Each of them has to be told. */
  readonly says: readonly RegExp[];
  /** Seconds that it may take, on a machine that has nothing else to do; 60 when absent. */
  readonly seconds?: number;
  /** It is over. */
  end(context: FaultContext): Promise<void>;
  /** What makes everything right then: the words behind `otto-install`. Nothing has to be done when absent. */
  readonly wayOn?: string;
}
