import { mixed } from '../runner/faults/chance.ts';
import type { FaultsWanted } from '../runner/scenario.ts';

/** A combination by its two names. */
interface Pair {
  readonly ours: { readonly name: string };
  readonly rival: { readonly name: string };
}

/**
 * The combinations that are wanted: a word of `only` is 'update' (with everything beside it), 'apt' (beside everything), or
 * 'update:apt'. `sample`: so many, beside as many others as possible, by the seed. Throws on a word that means nothing.
 */
export function selected<One extends Pair>(
  all: readonly One[],
  { only, sample, seed }: Pick<FaultsWanted, 'only' | 'sample' | 'seed'>,
): readonly One[] {
  const means = ({ ours, rival }: One, word: string) =>
    [ours.name, rival.name, `${ours.name}:${rival.name}`].includes(word);
  const unknown = only?.find((word) => !all.some((one) => means(one, word)));
  if (unknown !== undefined) {
    const names = [...new Set(all.flatMap(({ ours, rival }) => [ours.name, rival.name]))].join(', ');
    throw new Error(`there is nothing called '${unknown}' to be tried; there are: ${names}`);
  }
  const named = all.filter((one) => only === undefined || only.some((word) => means(one, word)));
  if (sample === undefined) return named;
  const drawn = new Set(mixed(named, ({ rival }) => rival.name, seed).slice(0, sample));
  return named.filter((one) => drawn.has(one));
}
