import type { AnyTask } from '../contracts/task.ts';
import { stopwatch } from '../hosts/stopwatch.ts';
import { STOPPED, untilStopped } from '../stop.ts';
import { Witnesses } from '../witness.ts';
import { type Look, TaskMemory } from './task-memory.ts';
import { type ConvergeContext, lookAt, type Passed, TaskRun } from './task-run.ts';

/** A task that is not in the list counts as passed. */
const NOT_HERE: Passed = { ready: true, changed: false, unhealthy: false };

/** Anything that settles needs fewer rounds than this. */
const MOST_ROUNDS = 3;

/**
 * Brings all tasks to health: each as soon as its needs are healthy or skipped, side by side where that is possible.
 * Returns when nothing more can be done, or when the run was stopped and everything has ended. A run about some
 * findings goes round once more after it has changed something: it may have touched a part that was looked at before,
 * which must be healthy in the end.
 */
export async function converge<Answers>(
  tasks: readonly AnyTask<Answers>[],
  context: ConvergeContext<Answers>,
): Promise<void> {
  const { actor, only, stop } = context;
  const memories = new Map(tasks.map(({ id }) => [id, new TaskMemory()]));
  for (let number = 1; number <= MOST_ROUNDS; number += 1) {
    const before = actor.count;
    await round(tasks, memories, context, number > 1);
    if (only === undefined || actor.count === before || stop.aborted) return;
  }
}

async function round<Answers>(
  tasks: readonly AnyTask<Answers>[],
  memories: ReadonlyMap<string, TaskMemory>,
  context: ConvergeContext<Answers>,
  again: boolean,
): Promise<void> {
  const passed = new Map<string, Promise<Passed>>();
  const { turns } = context;
  const here = new Set(tasks.map(({ id }) => id));
  for (const id of tasks.flatMap(({ after = [] }) => after)) if (!here.has(id)) turns.pass(id);
  const ordered = needsFirst(tasks, (one) => waitsFor(one, context));
  const looks = ordered.map((task) => {
    const memory = memories.get(task.id) ?? new TaskMemory();
    return { task, memory, early: earlyLook(task, memory, context) };
  });
  // What is named is to be fixed, whatever works all the same.
  const witnesses =
    context.only === undefined
      ? new Witnesses(looks.map(({ task, early }) => ({ task, ...early })))
      : undefined;
  for (const { task, memory, early } of looks) {
    const needs = task.needs.map((need) => passed.get(need) ?? Promise.resolve(NOT_HERE));
    memory.before ??= early.findings;
    const before = followed(task, context).map((id) => passed.get(id));
    const end = afterNeeds(task, memory, { needs, before }, early, { ...context, witnesses }, again);
    passed.set(
      task.id,
      end.finally(() => turns.pass(task.id)),
    );
  }
  const ends = await Promise.allSettled(passed.values());
  const crash = ends.find((end) => end.status === 'rejected');
  if (crash !== undefined) throw crash.reason;
}

/**
 * All tasks are looked at side by side at the start. On a healthy droplet these looks are all there is to do, and a
 * second run takes as long as the slowest of them instead of their sum. A later round skips what was healthy after the
 * last action.
 */
function earlyLook<Answers>(
  task: AnyTask<Answers>,
  { last }: TaskMemory,
  context: ConvergeContext<Answers>,
): Look {
  const { actor, host } = context;
  const holds = last?.well === true && last.look.quiet && last.look.actions === actor.count;
  return holds ? { ...last.look, at: stopwatch(host) } : lookAt(task, context);
}

async function afterNeeds<Answers>(
  task: AnyTask<Answers>,
  memory: TaskMemory,
  others: { readonly needs: readonly Promise<Passed>[]; readonly before: readonly unknown[] },
  early: Look,
  context: ConvergeContext<Answers>,
  again: boolean,
): Promise<Passed> {
  const needed = await Promise.all(others.needs);
  await Promise.allSettled(others.before);
  const upstream = {
    // In a later round anything may have been touched.
    changed: again || needed.some(({ changed }) => changed),
    unhealthy: needed.some(({ unhealthy }) => unhealthy),
  };
  const turn = mayKeepWaiting(task, context)
    ? await untilStopped(context.turns.after(task.after ?? []), context.stop)
    : undefined;
  if (!needed.every(({ ready }) => ready) || turn === STOPPED || context.stop.aborted) {
    context.board.state(task.id, 'waiting');
    return { ...upstream, ready: false };
  }
  return new TaskRun(task, memory, early, upstream, context).converge();
}

type Mode = Pick<ConvergeContext<unknown>, 'unattended' | 'only'>;

/** Nobody is waiting where nobody is there, and a run about a few findings has its questions behind it. */
const somebodyWaits = ({ unattended, only }: Mode): boolean => !unattended && only === undefined;

function mayKeepWaiting({ after = [] }: AnyTask<never>, mode: Mode): boolean {
  return after.length > 0 && somebodyWaits(mode);
}

/** What has to have ended first. */
function followed({ follows = [], followsUnattended = [] }: AnyTask<never>, mode: Mode): readonly string[] {
  return somebodyWaits(mode) ? follows : [...follows, ...followsUnattended];
}

/** Everything that a task waits for. */
function waitsFor(task: AnyTask<never>, mode: Mode): readonly string[] {
  const { needs, after = [] } = task;
  return [...needs, ...(somebodyWaits(mode) ? after : []), ...followed(task, mode)];
}

/** The tasks, each after what it waits for, its needs or more. Throws when tasks wait for each other in a circle. */
export function needsFirst<Answers>(
  tasks: readonly AnyTask<Answers>[],
  before: (task: AnyTask<Answers>) => readonly string[] = ({ needs }) => needs,
): readonly AnyTask<Answers>[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const sorted = new Set<AnyTask<Answers>>();
  const visit = (task: AnyTask<Answers>, path: readonly string[]): void => {
    if (sorted.has(task)) return;
    if (path.includes(task.id))
      throw new Error(`Tasks wait for each other: ${[...path, task.id].join(' → ')}`);
    // Whoever lets another go first would wait forever for one that needs it.
    for (const need of before(task)) {
      const needed = byId.get(need);
      if (needed !== undefined) visit(needed, [...path, task.id]);
    }
    sorted.add(task);
  };
  for (const task of tasks) visit(task, []);
  return [...sorted];
}
