import { chance, shuffled } from '../runner/faults/chance.ts';
import type { FaultsWanted } from '../runner/scenario.ts';
import { INSTALLING, type Moment } from '../script/gates.ts';

/** What holds these is no gate: a Docker that was stopped with SIGSTOP. */
const UPDATE: Moment = { name: 'update' };
const RESTORE: Moment = { name: 'restore' };
/** Nothing is held here: a run that nobody watches on purpose, and a question that answers itself. */
const DETACH: Moment = { name: 'detach' };
const FIREWALL: Moment = { name: 'firewall' };

/** What was asked for: a sample, by the seed, or all. */
export interface Chosen {
  readonly installing: readonly Moment[];
  readonly update: boolean;
  readonly restore: boolean;
  readonly detach: boolean;
  readonly firewall: boolean;
}

/** Throws on a name that is none. */
export function chosen({ only, sample, seed }: Pick<FaultsWanted, 'only' | 'sample' | 'seed'>): Chosen {
  const all = [...INSTALLING, UPDATE, RESTORE, DETACH, FIREWALL];
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
    detach: drawn.includes(DETACH),
    firewall: drawn.includes(FIREWALL),
  };
}
