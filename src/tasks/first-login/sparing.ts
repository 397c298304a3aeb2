import type { Answers } from '../../answers/schema.ts';

/** When a look that repeats asks Claude again. */
interface Sparing {
  readonly everyMs: number;
  /** The last good answer, ms since 1970, and how many failed calls Hermes had written down by then. */
  last?: { readonly at: number; readonly failures: number };
}

const sparings = new WeakMap<Answers, Sparing>();

/**
 * Answers for looks that repeat by themselves (`check --watch`): with these Claude is asked again only after `everyMs`,
 * or when Hermes has written down a failed call since. A single look always asks.
 */
export function sparingClaude(answers: Answers, everyMs: number): Answers {
  const copy = { ...answers };
  sparings.set(copy, { everyMs });
  return copy;
}

/** Whether these answers are for looks that repeat. */
export function isSparing(answers: Answers): boolean {
  return sparings.has(answers);
}

/** Whether a good answer is so young that the next one is not asked for. `failures`: {@link countFailures} now. */
export function isSpared(answers: Answers, now: number, failures: number): boolean {
  const sparing = sparings.get(answers);
  if (sparing?.last === undefined) return false;
  return now - sparing.last.at < sparing.everyMs && sparing.last.failures === failures;
}

/** Remembers a good answer. */
export function rememberAnswer(answers: Answers, at: number, failures: number): void {
  const sparing = sparings.get(answers);
  if (sparing !== undefined) sparing.last = { at, failures };
}

/** How Hermes writes down that Claude did not answer (facts: claude-cli, 'Failures as the caller sees them'). */
const FAILED_CALL =
  /Non-retryable client error|API call failed|Primary provider auth failed|No Anthropic credentials/;

/** How many failed calls are in Hermes's errors.log. */
export function countFailures(log: string | undefined): number {
  return (log ?? '').split('\n').filter((line) => FAILED_CALL.test(line)).length;
}
