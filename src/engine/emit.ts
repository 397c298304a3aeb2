import { redactDeep } from '../secret/masking.ts';
import { visibleDeep } from '../text/visible.ts';
import type { Event } from './contracts/event.ts';

type WithoutTime<E> = E extends Event ? Omit<E, 'at'> : never;
/** An event as the engine's parts hand it over: the time is added where it leaves. */
export type NewEvent = WithoutTime<Event>;
export type Emit = (event: NewEvent) => void;

/** There are many of these and they age fast, so they are not kept for late listeners. */
const NOT_KEPT: readonly Event['type'][] = ['action-output', 'action-progress', 'action-goes-on'];

/**
 * Where events leave the engine: each gets its time, is redacted and made visible as a whole, and goes to every listener in
 * order. A listener that throws harms neither the run nor the other listeners.
 */
export class Events {
  readonly #now: () => number;
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #history: Event[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly emit: Emit = (event) => {
    const complete: Event = visibleDeep(redactDeep({ ...event, at: this.#now() }));
    if (!NOT_KEPT.includes(complete.type)) this.#history.push(complete);
    for (const listener of this.#listeners) call(listener, complete);
  };

  /** Calls the listener with what happened so far (without output) and with everything from now on. */
  subscribe(listener: (event: Event) => void): () => void {
    for (const event of this.#history) call(listener, event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function call(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event);
  } catch {
    // That is the listener's problem: a broken pipe of the plain output must not end an installation half-way.
  }
}
