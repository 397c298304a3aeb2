import { chance, shuffled } from '../../runner/faults/chance.ts';
import { named } from '../../runner/faults/only.ts';
import type { Selection } from '../../runner/faults/select.ts';
import { disk } from './disk.ts';
import { network } from './network.ts';
import { type Obstacle, STAGES } from './obstacle.ts';

const all: readonly Obstacle[] = [...network, ...disk];

/** Those that are wanted, in the order in which an installation comes to them. */
export function obstacles({ only, sample, seed }: Selection): readonly Obstacle[] {
  const wanted = only === undefined ? all : named(all, only);
  const drawn = new Set(shuffled(wanted, chance(seed)).slice(0, sample ?? wanted.length));
  return STAGES.flatMap((stage) => wanted.filter((one) => one.stage === stage && drawn.has(one)));
}
