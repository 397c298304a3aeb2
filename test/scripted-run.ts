import type { Decision } from '../src/engine/contracts/decision.ts';
import type { Event } from '../src/engine/contracts/event.ts';
import type { Run } from '../src/engine/contracts/run.ts';
import type { Secret } from '../src/secret/secret.ts';
import { ended } from './events.ts';

/** A run that does what the test says, and remembers what it is told. */
export class ScriptedRun implements Run {
  readonly decisions: Decision[] = [];
  readonly secrets: Secret[] = [];
  stopped: string | undefined;
  readonly result = new Promise<never>(() => {});
  readonly vault = {
    put: (secret: Secret) => {
      this.secrets.push(secret);
      return `handle-${this.secrets.length}`;
    },
  };
  #listeners = new Set<(event: Event) => void>();
  #past: Event[] = [];

  emit(...events: readonly Event[]): void {
    for (const event of events) {
      this.#past.push(event);
      for (const listener of this.#listeners) listener(event);
    }
  }
  subscribe(listener: (event: Event) => void): () => void {
    for (const event of this.#past) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  decide(decision: Decision): void {
    this.decisions.push(decision);
  }
  stop(reason = ''): void {
    this.stopped = reason;
    this.emit(ended('stopped', 70_000, reason));
  }
}
