import { mixed } from '../runner/faults/chance.ts';
import { named } from '../runner/faults/only.ts';
import type { Selection } from '../runner/faults/select.ts';
import { clock } from './clock.ts';
import { disk } from './disk.ts';
import { network } from './network.ts';
import { programs } from './programs.ts';
import type { Surrounding } from './surrounding.ts';

/** All of them. */
export const surroundings: readonly Surrounding[] = [...disk, ...programs, ...network, ...clock];

/** Those that are wanted: by name or pattern, and so many, of as many groups as possible. */
export function wantedOf({ only, sample, seed }: Selection): readonly Surrounding[] {
  const wanted = only === undefined ? surroundings : named(surroundings, only);
  if (sample === undefined) return wanted;
  const drawn = new Set(mixed(wanted, ({ group }) => group, seed).slice(0, sample));
  return wanted.filter((one) => drawn.has(one));
}
