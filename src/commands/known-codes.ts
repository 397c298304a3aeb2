import { wordsOf } from '../tasks/finding.ts';
import { CATALOGUE } from '../tasks/findings.ts';

/** A finding that this program can make. */
export interface KnownCode {
  readonly code: string;
  /** Id of the task that finds it; undefined when any can. */
  readonly task?: string;
  /** Undefined where it depends. */
  readonly severity?: string;
  /** What it means, in one line. */
  readonly meaning: string;
}

/** All of them, sorted by code. */
export function knownCodes(): readonly KnownCode[] {
  return CATALOGUE.map(({ code, owner, severity, reason }) => ({
    code,
    task: owner,
    ...(typeof severity === 'string' ? { severity } : {}),
    meaning: oneLine(wordsOf(reason)),
  })).sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Its first sentence. */
function oneLine(text: string): string {
  const [first = ''] = text.replaceAll(/\s+/g, ' ').split(/(?<=[.?]) (?=[A-Z‹`])/);
  return first.length <= 140 ? first : `${first.slice(0, 139)}…`;
}

/** Which of these codes no finding can have, each with the known one that looks most like it. */
export function unknownCodes(
  codes: readonly string[],
): readonly { readonly code: string; readonly near?: string }[] {
  const known = CATALOGUE.map(({ code }) => code);
  return codes
    .filter((code) => !known.includes(code))
    .map((code) => {
      const near = nearest(code, known);
      return { code, near };
    });
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
