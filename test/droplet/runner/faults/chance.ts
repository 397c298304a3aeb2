import { createHash } from 'node:crypto';

/** A source of numbers in [0, 1) that are the same for the same seed (mulberry32 over a hash of it). */
export function chance(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same items in an order that the seed decides. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = items.map((item) => ({ item, rank: random() }));
  return order.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

/**
 * The items in an order that the seed decides, in which the groups take turns: however few are taken from its front, they are of
 * many groups.
 */
export function mixed<Item>(items: readonly Item[], groupOf: (item: Item) => string, seed: string): Item[] {
  const groups = Map.groupBy(shuffled(items, chance(seed)), groupOf);
  const ranked = [...groups.values()].flatMap((group) => group.map((item, rank) => ({ item, rank })));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
