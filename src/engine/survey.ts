import type { Host } from '../host/host.ts';
import type { Board } from './board.ts';
import type { Plan } from './contracts/run.ts';
import { type AnyTask, type Finding, holdsBack } from './contracts/task.ts';
import { needsFirst } from './converge/converge.ts';
import { mayUnasked, nothingToDo } from './converge/next-step.ts';
import { beginLook, findingsOf } from './look.ts';
import { STOPPED, untilStopped } from './stop.ts';
import { Witnesses } from './witness.ts';

interface SurveyContext<Answers> {
  readonly host: Host;
  readonly answers: Answers;
  readonly board: Board;
  readonly stop: AbortSignal;
}

/**
 * Looks at everything and changes nothing. All looks run side by side; the judgement of a task whose need is not
 * healthy is not waited for and not shown (the task waits), so that one cause is one finding. A fault that stands alone makes nobody wait,
 * nor does what a question through the whole chain has just refuted.
 */
export async function check<Answers>(
  tasks: readonly AnyTask<Answers>[],
  context: SurveyContext<Answers>,
): Promise<void> {
  const { host, answers, board, stop } = context;
  const passed = new Map<string, Promise<boolean>>();
  const looks = needsFirst(tasks).map((task) => ({ task, ...beginLook(task, host, answers) }));
  const witnesses = new Witnesses(looks);
  for (const { task, findings: found } of looks) {
    const needs = task.needs.map((need) => passed.get(need) ?? Promise.resolve(true));
    const beside = (all: readonly Finding[]) => witnesses.beside(task.id, all);
    let waits = true;
    const looking = found.then(async (all) => ({ early: waits, all: await beside(all) }));
    // What passes by itself, and was seen before what it needs was, may have passed since.
    const seenSince = async () => {
      const { early, all } = await looking;
      const again = early && all.some((one) => holdsBack(one) && one.watch !== undefined);
      return again ? beside(await findingsOf(task, host, answers)) : all;
    };
    const judged = async (): Promise<boolean> => {
      const ready = (await Promise.all(needs)).every(Boolean);
      waits = false;
      if (ready && !stop.aborted) board.state(task.id, 'looking');
      const findings = ready ? await untilStopped(seenSince(), stop) : STOPPED;
      if (findings === STOPPED) {
        board.state(task.id, 'waiting');
        return false;
      }
      await board.findings(task.id, findings);
      // What is only at risk still works, and holds nothing back.
      const healthy = findings.every(({ severity }) => severity === 'risk');
      board.state(task.id, healthy ? 'healthy' : 'unhealthy');
      return !findings.some(holdsBack);
    };
    passed.set(task.id, judged());
  }
  await Promise.all(passed.values());
}

/** Looks at every task as if its needs were healthy, and says what installing would do. */
export async function plan<Answers>(
  tasks: readonly AnyTask<Answers>[],
  context: SurveyContext<Answers> & { readonly unattended: boolean },
): Promise<Plan> {
  const { host, answers, board, stop, unattended } = context;
  const looks = tasks.map((task) => ({ task, ...beginLook(task, host, answers) }));
  const witnesses = new Witnesses(looks);
  const planned = looks.map(async ({ task, findings: looking }) => {
    board.state(task.id, 'looking');
    const found = await untilStopped(
      looking.then((all) => witnesses.beside(task.id, all)),
      stop,
    );
    const findings = found === STOPPED ? [] : found;
    const views = await Promise.all(findings.map((finding) => board.view(finding)));
    await board.findings(task.id, findings);
    board.state(task.id, found !== STOPPED && nothingToDo(findings) ? 'healthy' : 'unhealthy');
    return {
      id: task.id,
      findings: views,
      actions: findings.reduce((sum, finding) => sum + unasked(finding, unattended), 0),
      asks: findings.some((finding) => needsPerson(finding)),
    };
  });
  const all = await Promise.all(planned);
  return { tasks: all, actions: all.reduce((sum, { actions }) => sum + actions, 0) };
}

/** How many actions would run for it without asking. */
function unasked({ fixes: [fix] }: Finding, unattended: boolean): number {
  return fix !== undefined && mayUnasked(fix, unattended) ? fix.actions.length : 0;
}

/** Whether the operator will have something to decide or to type. */
function needsPerson({ severity, fixes, watch }: Finding): boolean {
  const [fix] = fixes;
  if (fix === undefined) return severity !== 'risk' && watch === undefined;
  return !mayUnasked(fix, false) || fix.actions.some(({ kind }) => kind === 'converse');
}
