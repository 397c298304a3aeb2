import { mixed } from '../runner/faults/chance.ts';
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
  const matchers = only?.map(
    (pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`),
  );
  const named = surroundings.filter(
    ({ name }) => matchers === undefined || matchers.some((matcher) => matcher.test(name)),
  );
  if (sample === undefined) return named;
  const drawn = new Set(mixed(named, ({ group }) => group, seed).slice(0, sample));
  return named.filter((one) => drawn.has(one));
}
