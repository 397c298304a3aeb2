import { AT_REST, type RunModel, type TaskModel, taskOf } from '../run/view-model.ts';

/**
 * A look that is under way, shown over the last complete one: what was healthy then is shown like that until it is known again,
 * so that not all of the home goes hollow after each operation. What was found then is not shown any more, not even for a moment:
 * it may be what was just fixed. Pure.
 */
export function shownOver(last: RunModel, now: RunModel): RunModel {
  const parts = now.tasks.length === 0 ? last.tasks : now.tasks;
  return {
    ...now,
    tasks: parts.map((part) => overPart(taskOf(last, part.view.id), taskOf(now, part.view.id) ?? part, now)),
  };
}

function overPart(before: TaskModel | undefined, part: TaskModel, { tasks }: RunModel): TaskModel {
  const known = tasks.includes(part) && AT_REST.has(part.state);
  if (known) return part;
  const wasWell = before?.state === 'healthy';
  if (before !== undefined && wasWell) return { ...before, view: part.view };
  return { ...part, state: tasks.includes(part) ? part.state : 'waiting', findings: [] };
}
