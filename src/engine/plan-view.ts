import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';
import type { Host } from '../host/host.ts';
import { redact } from '../secret/secret.ts';
import { visibleDeep } from '../text/visible.ts';
import type { Action } from './contracts/action.ts';
import type { ActionView } from './contracts/action-view.ts';
import type { OperationPlan } from './contracts/operation.ts';
import type { PlanView } from './contracts/plan-view.ts';
import { harmOfPlan } from './unasked.ts';
import { viewAction } from './view.ts';

/**
 * A plan as it is shown and agreed to, with the files that it changes as differences from what is there now. `ownWords`: the operation's
 * own for what it interrupts; what it would do to what is not Otto's is said behind them.
 */
export async function viewPlan(
  plan: OperationPlan,
  ownWords: string | undefined,
  host: Host,
): Promise<PlanView> {
  const said = [ownWords, await harmOfPlan(plan, host)].filter((words) => words !== undefined);
  const consequence = said.length === 0 ? undefined : said.join(' ');
  // Who made a file does not change what is agreed to: the difference is shown either way.
  const present = { host, origin: async () => 'not-ours' as const };
  const all = (actions: readonly Action[] = []): Promise<ActionView[]> =>
    Promise.all(actions.map((action) => viewAction(action, present)));
  const steps = plan.steps.map(async (step) => {
    const [done] = await all([step.do]);
    return done === undefined ? [] : [{ do: done, undo: await all(inOrder(step.undo)) }];
  });
  return visibleDeep({
    ...(consequence === undefined ? {} : { consequence: redact(consequence) }),
    steps: (await Promise.all(steps)).flat(),
    irreversible: await all(plan.irreversible),
    cleanupAfterSuccess: await all(plan.cleanupAfterSuccess),
    cleanupAfterUndo: await all(plan.cleanupAfterUndo),
  });
}

function inOrder(undo: Action | readonly Action[] = []): readonly Action[] {
  return 'kind' in undo ? [undo] : undo;
}

/** Names a plan by all that is shown of it: the same fingerprint, the same plan. */
export function fingerprintOf(plan: PlanView): string {
  return createHash('sha256').update(planLines(plan).join('\n')).digest('hex').slice(0, 16);
}

/** What differs between two plans, in lines that begin with '-' (the one that was agreed to) or '+' (the one now). */
export function differenceOf(agreed: PlanView, now: PlanView): readonly string[] {
  const text = (plan: PlanView) =>
    planLines(plan)
      .map((line) => `${line}\n`)
      .join('');
  const { hunks } = structuredPatch('', '', text(agreed), text(now), '', '', { context: 0 });
  return hunks.flatMap(({ lines }) => lines.filter((line) => /^[-+]/.test(line)));
}

/** All of it in lines. */
function planLines({
  consequence,
  steps,
  irreversible,
  cleanupAfterSuccess,
  cleanupAfterUndo,
}: PlanView): readonly string[] {
  const part = (title: string, actions: readonly ActionView[]) =>
    actions.length === 0 ? [] : [title, ...actions.flatMap(lines)];
  return [
    ...(consequence === undefined ? [] : [consequence]),
    ...steps.flatMap((step) => [...lines(step.do), ...part('  Rolled back with:', step.undo)]),
    ...part('Once that is verified, for good:', irreversible),
    ...part('Cleaned up afterwards:', cleanupAfterSuccess),
    ...part('Cleaned up after a rollback:', cleanupAfterUndo),
  ];
}

function lines(action: ActionView): readonly string[] {
  const indented = (text: string) => text.split('\n').map((line) => `    ${line}`);
  if (action.kind === 'write-file') {
    const { purpose, path, mode, owner, diff } = action;
    return [purpose, ...indented(`${path} ${mode} ${owner}\n${diff}`)];
  }
  const { purpose, command, user = 'root' } = action;
  const more = action.kind === 'run' ? [action.cwd, action.input].filter((one) => one !== undefined) : [];
  return [purpose, ...[`${command} (${user})`, ...more].flatMap(indented)];
}
