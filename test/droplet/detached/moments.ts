import { chance, shuffled } from '../runner/faults/chance.ts';
import type { FaultsWanted } from '../runner/scenario.ts';
import { INSTALLING, type Moment, PULL } from '../script/gates.ts';

/** At the update the image is pulled; what holds a restore is no gate. */
export const UPDATE: Moment = { name: 'update', gate: PULL };
const RESTORE: Moment = { name: 'restore' };

/** What was asked for: a sample, by the seed, or all. */
export interface Chosen {
  readonly installing: readonly Moment[];
  readonly update: boolean;
  readonly restore: boolean;
}

/** Throws on a name that is none. */
export function chosen({ only, sample, seed }: Pick<FaultsWanted, 'only' | 'sample' | 'seed'>): Chosen {
  const all = [...INSTALLING, UPDATE, RESTORE];
  const unknown = only?.filter((name) => !all.some((moment) => moment.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `there is no moment '${unknown.join("', '")}'; there are: ${all.map(({ name }) => name).join(', ')}`,
    );
  const named = all.filter(({ name }) => only === undefined || only.includes(name));
  const drawn = shuffled(named, chance(seed)).slice(0, sample ?? named.length);
  return {
    installing: INSTALLING.filter((moment) => drawn.includes(moment)),
    update: drawn.includes(UPDATE),
    restore: drawn.includes(RESTORE),
  };
}
