import type { Changes } from '../../changes/changes.ts';
import { changesFor } from '../../changes/changes.ts';
import { groupOf } from '../../otto/groups.ts';
import { chainOf } from '../../run/chain.ts';
import { AT_REST, type RunModel, type TaskModel, taskOf } from '../../run/view-model.ts';

/** The result of a look, for a script: one object with stable codes and ids. It comes before the last event of `check --json`. */
interface CheckSummary {
  readonly type: 'summary';
  /** ms since 1970 */
  readonly at: number;
  readonly outcome: string;
  readonly ms: number;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly task: string;
    readonly group: string;
    readonly evidence: string;
    /** The recommended fix: `otto-install fix CODE`. */
    readonly fix?: {
      readonly title: string;
      /** What it interrupts or gives up: then it is done only when it is named. */
      readonly consequence?: string;
      /** A person has to take part, in a terminal. */
      readonly dialogue: boolean;
    };
    /** What has changed since everything was healthy and may be the cause. */
    readonly changed: readonly string[];
  }[];
  /** Tasks that were not judged, with those that need to be healthy before. */
  readonly waiting: readonly {
    readonly task: string;
    readonly group: string;
    readonly for: readonly string[];
  }[];
  readonly healthy: readonly string[];
  /** The way of a question; `way` is the way to the station. */
  readonly way: readonly { readonly station: string; readonly mark: string; readonly way?: string }[];
  /** When everything was healthy the last time, and what is otherwise now. */
  readonly lastHealthy?: { readonly at: number; readonly changed: Changes['changed'] };
}

/** Pure. */
export function summaryOf(model: RunModel, changes: Changes | undefined): CheckSummary {
  return {
    type: 'summary',
    at: model.ended?.at ?? model.startedAt,
    outcome: model.ended?.outcome ?? 'failed',
    ms: model.ended?.ms ?? 0,
    findings: model.tasks.flatMap((task) =>
      task.findings.map((finding) => findingOf(task, finding, changes)),
    ),
    waiting: model.tasks
      .filter(({ state }) => !AT_REST.has(state))
      .map((task) => ({ task: task.view.id, group: groupOf(task.view.id).id, for: causes(model, task) })),
    healthy: model.tasks.filter(({ state }) => state === 'healthy').map(({ view }) => view.id),
    way: chainOf(model).map(({ name, mark, way }) => ({
      station: name,
      mark,
      way,
    })),
    ...(changes === undefined ? {} : { lastHealthy: { at: changes.since, changed: changes.changed } }),
  };
}

function findingOf(
  task: TaskModel,
  { code, severity, evidence, fixes: [fix] }: TaskModel['findings'][number],
  changes: Changes | undefined,
): CheckSummary['findings'][number] {
  return {
    code,
    severity,
    task: task.view.id,
    group: groupOf(task.view.id).id,
    evidence,
    ...(fix === undefined
      ? {}
      : {
          fix: {
            title: fix.title,
            consequence: fix.consequence,
            dialogue: fix.actions.some(({ kind }) => kind === 'converse'),
          },
        }),
    changed: changesFor(changes, task.view.id).map(({ what }) => what),
  };
}

/** The unhealthy tasks that a task waits for, however far behind it. */
function causes(model: RunModel, task: TaskModel): readonly string[] {
  const found = task.view.needs.flatMap((need) => {
    const needed = taskOf(model, need);
    if (needed === undefined || needed.state === 'healthy') return [];
    return needed.state === 'unhealthy' ? [need] : causes(model, needed);
  });
  return [...new Set(found)];
}
