import * as z from 'zod/mini';
import type { Event } from '../engine/contracts/event.ts';
import { STATE_DIR } from '../engine/records/state-dir.ts';
import type { Host } from '../host/host.ts';
import type { Durations } from '../run/forecast.ts';

/** How long the parts of an installation took here: the next one can say how long it takes. A file of its own: nothing depends on it. */
export const DURATIONS_FILE = `${STATE_DIR}/durations.json`;

const Record = z.record(z.string(), z.number().check(z.positive()));

/** What is known from earlier runs; empty when nothing is, or it cannot be read. Never rejects. */
export async function lastDurations(host: Host): Promise<Durations> {
  try {
    return Record.parse(JSON.parse((await host.readFile(DURATIONS_FILE)) ?? '{}'));
  } catch {
    // It only helps to estimate.
    return {};
  }
}

/** Remembers what a run has taught. Fails silently. */
export async function keepDurations(host: Host, learned: Durations): Promise<void> {
  if (Object.keys(learned).length === 0) return;
  const all = { ...(await lastDurations(host)), ...learned };
  await host.writeFile(DURATIONS_FILE, `${JSON.stringify(all)}\n`, { mode: 0o600 }).catch(() => undefined);
}

/** Follows a run and measures its parts: the time in which something was done, without that in which a person was waited for. */
export class Stopwatch {
  readonly #since = new Map<string, number>();
  readonly #spent = new Map<string, number>();
  readonly #acted = new Set<string>();
  readonly #healthy = new Set<string>();
  /** Sign-ins that are going on: the task of each dialogue. */
  readonly #talking = new Map<string, string>();

  take(event: Event): void {
    switch (event.type) {
      case 'task-state': {
        this.#stop(event.task, event.at);
        if (BUSY.has(event.state)) this.#since.set(event.task, event.at);
        if (event.state === 'healthy') this.#healthy.add(event.task);
        return;
      }
      case 'action-ended':
        if (event.ok) this.#acted.add(event.task);
        return;
      case 'dialogue':
        if (this.#talking.has(event.dialogue)) return;
        this.#talking.set(event.dialogue, event.task);
        this.#stop(event.task, event.at);
        return;
      case 'dialogue-ended': {
        const task = this.#talking.get(event.dialogue);
        this.#talking.delete(event.dialogue);
        // Its state is not told again: from here on the part works by itself.
        if (task !== undefined) this.#since.set(task, event.at);
        return;
      }
      default:
        return;
    }
  }

  /** ms of each part that did something and was healthy afterwards. */
  get learned(): Durations {
    const parts = [...this.#spent].filter(
      ([task, ms]) => ms > 0 && this.#acted.has(task) && this.#healthy.has(task),
    );
    return Object.fromEntries(parts);
  }

  #stop(task: string, at: number): void {
    const since = this.#since.get(task);
    if (since === undefined) return;
    this.#since.delete(task);
    this.#spent.set(task, (this.#spent.get(task) ?? 0) + at - since);
  }
}

const BUSY: ReadonlySet<string> = new Set(['looking', 'acting', 'watching']);
