import { Event } from '../../src/engine/contracts/event.ts';

/** A piece of work of an install. */
export interface Span {
  readonly task: string;
  /** What it was for. */
  readonly what: string;
  /** Since the start of the program, s. */
  readonly from: number;
  readonly to: number;
}

/** The events among the lines of `--json`. */
export function parseEvents(lines: string): readonly Event[] {
  return lines.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const event = Event.safeParse(JSON.parse(line));
    return event.success ? [event.data] : [];
  });
}

/** Every action, and what was waited for, in the order in which they began. */
export function spans(events: readonly Event[], startedMs: number): readonly Span[] {
  const since = (at: number) => (at - startedMs) / 1000;
  const begun = new Map<string, { task: string; what: string; from: number }>();
  const done: Span[] = [];
  const end = (key: string, at: number) => {
    const span = begun.get(key);
    begun.delete(key);
    if (span !== undefined) done.push({ ...span, to: since(at) });
  };
  for (const event of events) {
    if (event.type === 'action-started')
      begun.set(event.action, { task: event.task, what: event.view.purpose, from: since(event.at) });
    if (event.type === 'action-ended') end(event.action, event.at);
    if (event.type !== 'task-state') continue;
    end(event.task, event.at);
    if (event.state === 'watching' || event.state === 'looking')
      begun.set(event.task, { task: event.task, what: `(${event.state})`, from: since(event.at) });
  }
  return done.toSorted((one, other) => one.from - other.from);
}

/** A line for each that took at least this long. */
export function timelineLines(timeline: readonly Span[], leastSeconds: number): readonly string[] {
  return timeline
    .filter(({ from, to }) => to - from >= leastSeconds)
    .map(
      ({ task, what, from, to }) =>
        `${from.toFixed(1).padStart(6)} to ${to.toFixed(1).padStart(5)}  ${(to - from).toFixed(1).padStart(5)} s  ${task.padEnd(17)} ${what}`,
    );
}
