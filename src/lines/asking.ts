import { InputEnded } from '../terminal/line-reader.ts';
import type { Say } from './ask.ts';

/** Something that a run asks. */
export interface Asked {
  readonly id: string;
  /** Asked before all others, also before one that is being asked. */
  readonly urgent?: boolean;
  /** What it is about; said again when other lines came between these and the prompt. */
  readonly about: readonly string[];
  /** Asks, and hands over what was answered. Rejects when it is given up, or with InputEnded. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
}

/** After so many other lines whatever waits for somebody outside is said again. */
const REMIND_AFTER = 20;

/**
 * The lines of a run and what it asks, in one stream that can be read from top to bottom: one thing is asked at a time, no
 * line is written behind a prompt, and what a prompt is about stands right above it.
 */
export class Asking {
  readonly #say: Say;
  readonly #inputEnded: () => void;
  #queue: Asked[] = [];
  #asked: { readonly id: string; readonly urgent: boolean; readonly abort: AbortController } | undefined;
  /** Lines that wait until a prompt is answered. */
  #held: string[] | undefined;
  #count = 0;
  readonly #shownAt = new Map<string, number>();
  /** What waits for the operator without a prompt, as a code to be typed elsewhere. */
  readonly #elsewhere = new Map<string, { about: readonly string[]; at: number }>();
  #over = false;
  #work: Promise<void> = Promise.resolve();

  constructor(say: Say, inputEnded: () => void) {
    this.#say = say;
    this.#inputEnded = inputEnded;
  }

  tell(lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#held !== undefined) this.#held.push(...lines);
    else this.#write(lines);
  }

  /** Asks as soon as it is its turn; what it is about is said now, or then while another prompt is open. */
  ask(asked: Asked): void {
    this.withdraw(asked.id);
    if (this.#queue.length === 0) {
      this.tell(asked.about);
      this.#shownAt.set(asked.id, this.#count);
    }
    this.#queue.push(asked);
    if (asked.urgent === true && this.#asked?.urgent === false) this.#asked.abort.abort();
    this.#work = this.#work.then(() => this.#askAll());
  }

  /** Something that is answered elsewhere; said again when it is about to scroll away. */
  waitFor(id: string, about: readonly string[]): void {
    this.withdraw(id);
    this.tell(about);
    this.#elsewhere.set(id, { about, at: this.#count });
  }

  /** It needs no answer any more. */
  withdraw(id: string): void {
    this.#elsewhere.delete(id);
    this.#queue = this.#queue.filter((asked) => asked.id !== id);
    if (this.#asked?.id === id) this.#asked.abort.abort();
  }

  /** Asks nothing any more. Rejects if something broke that was no answer. */
  async end(): Promise<void> {
    this.#over = true;
    this.#queue = [];
    this.#elsewhere.clear();
    this.#asked?.abort.abort();
    await this.#work;
  }

  async #askAll(): Promise<void> {
    for (;;) {
      const next = this.#queue.find(({ urgent }) => urgent) ?? this.#queue[0];
      if (next === undefined || this.#over) return;
      await this.#askOne(next);
    }
  }

  async #askOne(asked: Asked): Promise<void> {
    const { id, urgent = false, about } = asked;
    if (this.#shownAt.get(id) !== this.#count) this.#write(['', ...about]);
    const abort = new AbortController();
    this.#asked = { id, urgent, abort };
    this.#held = [];
    try {
      await asked.ask(abort.signal);
      this.#queue = this.#queue.filter((other) => other !== asked);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#queue = this.#queue.filter((other) => other !== asked);
      if (!(error instanceof InputEnded)) throw error;
      this.#inputEnded();
    } finally {
      const waited = this.#held;
      this.#held = undefined;
      this.#asked = undefined;
      // The prompt and what was typed stand there now.
      this.#count += 1;
      if (waited.length > 0) this.#write(waited);
    }
  }

  #write(lines: readonly string[]): void {
    this.#say(...lines);
    this.#count += lines.length;
    for (const waiting of this.#elsewhere.values()) {
      if (this.#count - waiting.at < REMIND_AFTER) continue;
      this.#say('', 'Still waiting for this:', ...waiting.about);
      this.#count += waiting.about.length;
      waiting.at = this.#count;
    }
  }
}
