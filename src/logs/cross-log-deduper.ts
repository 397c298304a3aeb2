import type { LogLine } from './line.ts';

/** The same words come from another log this much later or earlier at most. */
const WITHIN_MS = 2_000;
/** This many are remembered. */
const MOST = 4_000;

/**
 * Shows once what a program writes to several logs at the same time (Hermes: its journal, gateway.log and errors.log). What
 * one log says twice stays twice.
 */
export class CrossLogDeduper {
  readonly #seen = new Map<string, { readonly atMs: number; readonly logs: Set<string> }[]>();
  #count = 0;

  /** Whether this is new; false when another log has said it. `log` names where it stands. */
  isNew(log: string, { source, text, atMs }: LogLine): boolean {
    const key = `${source} ${text.trimEnd()}`;
    const same = this.#seen.get(key) ?? [];
    const other = same.find(({ atMs: at, logs }) => Math.abs(at - atMs) <= WITHIN_MS && !logs.has(log));
    if (other !== undefined) {
      other.logs.add(log);
      return false;
    }
    if (this.#count >= MOST) this.#forget();
    same.push({ atMs, logs: new Set([log]) });
    this.#seen.set(key, same);
    this.#count += 1;
    return true;
  }

  /** The older half, by when it came. */
  #forget(): void {
    for (const key of [...this.#seen.keys()].slice(0, Math.ceil(this.#seen.size / 2))) {
      this.#count -= this.#seen.get(key)?.length ?? 0;
      this.#seen.delete(key);
    }
  }
}
