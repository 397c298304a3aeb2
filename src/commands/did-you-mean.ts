/** How many letters apart two words may be to be meant for each other. */
const APART = 2;

/** ' Did you mean restart?'; empty where nothing is near. Up to three, the nearest first. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearest(typed, known);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}

/** The words that somebody may have meant: a few letters apart, or ones that begin with or contain what was typed. */
export function nearest(typed: string, known: readonly string[]): readonly string[] {
  const word = typed.toLowerCase();
  if (word.length < 3) return [];
  const far = Math.min(APART, Math.floor(word.length / 3));
  return known
    .map((one) => ({ one, apart: one.includes(word) ? 0.5 : distance(word, one) }))
    .filter(({ apart }) => apart <= far)
    .toSorted((a, b) => a.apart - b.apart || a.one.localeCompare(b.one))
    .slice(0, 3)
    .map(({ one }) => one);
}

/** In how many letters two words differ: one too many, one missing, another one, or two neighbours swapped. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const ways = [(last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same];
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        ways.push((before[column - 2] ?? 0) + 1);
      next.push(Math.min(...ways));
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
