import { wordsOf } from '../tasks/finding.ts';
import { CATALOGUE } from '../tasks/findings.ts';
import { nearest } from '../text/nearest.ts';

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
