import { CODES } from './codes.ts';

/** A finding that this program can make. */
export interface KnownCode {
  /** What is only known on the machine stands as ‹name›: 'port-‹port›-held'. */
  readonly code: string;
  /** Id of the task that finds it; undefined when several can. */
  readonly task?: string;
  /** Undefined where it depends. */
  readonly severity?: string;
  /** What it means, in one line. */
  readonly meaning: string;
}

/** All of them, sorted by code. Empty when the program runs from its source: the build fills it. */
export function knownCodes(): readonly KnownCode[] {
  return CODES;
}

/** Which of these codes no finding can have, each with the known one that looks most like it. */
export function unknownCodes(
  codes: readonly string[],
  known: readonly Pick<KnownCode, 'code'>[] = CODES,
): readonly { readonly code: string; readonly near?: string }[] {
  if (known.length === 0) return [];
  return codes
    .filter((code) => !known.some((one) => matches(one.code, code)))
    .map((code) => {
      const near = nearest(
        code,
        known.map((one) => one.code),
      );
      return { code, ...(near === undefined ? {} : { near }) };
    });
}

/** Whether a code is the known one; its placeholders stand for anything. */
function matches(known: string, code: string): boolean {
  if (!known.includes('‹')) return known === code;
  const parts = known.split(/‹[^›]+›/).map((part) => part.replace(/[^\w-]/g, ''));
  return new RegExp(`^${parts.join('.+')}$`).test(code);
}

/** The one that shares most words, and of those the one with fewest changes; undefined when none is near. */
function nearest(code: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, changes: distance(code, one) }))
    .sort((a, b) => a.changes - b.changes);
  const [best] = ranked;
  if (best !== undefined && best.changes <= Math.max(2, code.length / 3)) return best.one;
  const words = new Set(code.split('-'));
  const shared = known
    .map((one) => ({ one, count: one.split('-').filter((word) => words.has(word)).length }))
    .sort((a, b) => b.count - a.count)[0];
  return shared !== undefined && shared.count >= Math.min(2, words.size) ? shared.one : undefined;
}

/** How many letters have to be changed, added or taken away to make one of the other (Levenshtein). */
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
