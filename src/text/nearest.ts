/** Of these words the one that was probably meant: a few letters differ, or it shares most of its parts; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, changes: distance(word, one) }))
    .sort((a, b) => a.changes - b.changes);
  const [best] = ranked;
  if (best !== undefined && best.changes <= Math.max(2, word.length / 3)) return best.one;
  const words = new Set(word.split('-'));
  const shared = known
    .map((one) => ({ one, count: one.split('-').filter((word) => words.has(word)).length }))
    .sort((a, b) => b.count - a.count)[0];
  return shared !== undefined && shared.count >= Math.min(2, words.size) ? shared.one : undefined;
}

/** How many letters must be changed, added or removed to make one of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [column, other] of [...to].entries()) {
      const kept = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(kept, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
