import type { Otto } from '../faults/fault.ts';
import { mixed } from '../runner/faults/chance.ts';
import { patternOf } from '../runner/faults/pattern.ts';
import type { Selection } from '../runner/faults/select.ts';
import type { Part } from './part.ts';

/** A part's name: 'rotate-key-power-cut'. */
export const nameOf = ({ flow, twin }: Pick<Part, 'flow' | 'twin'>): string => `${flow}-${twin}`;

/**
 * The parts that are wanted on an Otto, in the order of all. A word of `only` means a flow ('rotate-key': all of its twins), a
 * part ('rotate-key-power-cut'), or several ('update-*', '*-power-cut'); 'april:restart' means one on that Otto alone. Absent: all.
 * `sample`: so many of those, of as many flows as possible; the same seed draws the same. Throws on a word that means nothing.
 */
export function selected(
  all: readonly Part[],
  otto: Otto,
  { only, sample, seed }: Pick<Selection, 'only' | 'sample' | 'seed'>,
): readonly Part[] {
  const here = all.filter(({ on = ['current', 'april'] }) => on.includes(otto));
  const matchers = only?.map((word) => matcherOf(word, all));
  const named = here.filter(
    (part) => matchers === undefined || matchers.some((matches) => matches(part, otto)),
  );
  if (sample === undefined) return named;
  const drawn = new Set(mixed(named, ({ flow }) => flow, `${otto} ${seed}`).slice(0, sample));
  return named.filter((part) => drawn.has(part));
}

function matcherOf(word: string, all: readonly Part[]): (part: Part, otto: Otto) => boolean {
  const [, only, pattern = ''] = /^(?:(current|april):)?(.*)$/.exec(word) ?? [];
  const expression = patternOf(pattern);
  const means = (part: Part) => expression.test(part.flow) || expression.test(nameOf(part));
  if (!all.some(means)) {
    const names = all.map(nameOf).join(', ');
    throw new Error(`there is no flow '${word}'; there are: ${names}`);
  }
  return (part, otto) => means(part) && (only === undefined || only === otto);
}
