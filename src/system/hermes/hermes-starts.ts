/**
 * Hermes's respawn breaker (0.19 and later; facts: hermes 2 and 12): more than five starts within 120 s, and it sleeps
 * before it opens its port. Only a log line says so; the ledger of starts is gateway-starts.log, a time per line.
 */
const MOST_STARTS = 5;
const WINDOW_MS = 120_000;

/** Starts in ms since 1970, oldest first. */
export function parseStarts(text: string): readonly number[] {
  return text
    .split('\n')
    .map((line) => Number(line.trim()) * 1000)
    .filter((ms) => Number.isFinite(ms) && ms > 0)
    .sort((a, b) => a - b);
}

/** Until when the gateway that was started last sleeps; undefined when it does not. Hermes: 5 s · 2^(too many), at most 300 s. */
export function sleepsUntil(starts: readonly number[]): number | undefined {
  const last = starts.at(-1);
  if (last === undefined) return undefined;
  const tooMany = starts.filter((ms) => last - ms <= WINDOW_MS).length - MOST_STARTS;
  return tooMany <= 0 ? undefined : last + Math.min(300_000, 5_000 * 2 ** Math.min(tooMany, 6));
}

/** From when on another start does not make it sleep; `now` or earlier: at once. */
export function startAllowedFrom(starts: readonly number[], now: number): number {
  const recent = starts.filter((ms) => now - ms <= WINDOW_MS);
  const blocking = recent.at(-MOST_STARTS);
  return blocking === undefined ? now : blocking + WINDOW_MS + 1_000;
}
