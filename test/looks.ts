import type { Event, FindingView } from '../src/engine/contracts/event.ts';
import { tasks } from '../src/tasks/index.ts';
import { finding, started } from './events.ts';

/** The parts of a real Otto, as a run presents them. */
export const VIEWS = tasks.map(({ id, title, step, why, needs }) => ({
  id,
  title,
  step,
  why,
  needs: [...needs],
}));

/** What a check found, by task; 'broken' where nothing else is said. */
export type Found = Readonly<Record<string, Partial<FindingView>>>;

/** The events of a check that found this: what needs an unhealthy task waits, all else is healthy. */
export function lookEvents(found: Found, ms = 1_900): readonly Event[] {
  const events: Event[] = [started(VIEWS, 'check')];
  const passed = new Map<string, boolean>();
  for (const { id, needs } of VIEWS) {
    const ready = needs.every((need) => passed.get(need) !== false);
    const changes = found[id];
    passed.set(id, ready && (changes === undefined || changes.severity === 'risk'));
    if (!ready) continue;
    const findings = changes === undefined ? [] : [finding({ severity: 'broken', ...changes })];
    events.push(
      { type: 'task-state', at: 1, task: id, state: 'looking' },
      { type: 'findings', at: 1, task: id, findings },
      { type: 'task-state', at: 2, task: id, state: passed.get(id) === true ? 'healthy' : 'unhealthy' },
    );
  }
  const outcome = [...passed.values()].every(Boolean) ? 'healthy' : 'findings';
  events.push({ type: 'run-ended', at: 60_000, outcome, ms, commandMs: ms, actions: 0 });
  return events;
}
