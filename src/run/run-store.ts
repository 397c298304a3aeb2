import type { Event } from '../engine/contracts/event.ts';
import type { Run } from '../engine/contracts/run.ts';
import { type Followed, Listeners } from './listeners.ts';
import { NOT_STARTED, type RunModel, reduce } from './view-model.ts';

/** The latest model of a run, for a screen that draws it. */
export interface RunStore extends Followed {
  model(): RunModel;
}

/** pip prints hundreds of lines a second; nobody reads more than ten pictures in one. */
const PAUSE_MS = 100;

const AT_ONCE: ReadonlySet<Event['type']> = new Set([
  'question',
  'question-withdrawn',
  'dialogue',
  'dialogue-ended',
  'decided',
  'run-ended',
]);

/** Follows a run. What needs the operator is reported at once, the rest at most ten times a second. */
export function followRun(run: Pick<Run, 'subscribe'>): RunStore {
  let model = NOT_STARTED;
  let timer: NodeJS.Timeout | undefined;
  const listeners = new Listeners();
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    listeners.tell();
  };
  run.subscribe((event) => {
    model = reduce(model, event);
    if (AT_ONCE.has(event.type)) tell();
    else timer ??= setTimeout(tell, PAUSE_MS);
  });
  return {
    subscribe: listeners.subscribe,
    model: () => model,
  };
}
