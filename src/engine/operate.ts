import type { Host } from '../host/host.ts';
import { messageOf } from '../text/error-message.ts';
import type { Actor } from './act.ts';
import type { Board } from './board.ts';
import type { Action } from './contracts/action.ts';
import type { FailureView } from './contracts/event.ts';
import type { AnyOperation, OperationPlan } from './contracts/operation.ts';
import type { PlanView } from './contracts/plan-view.ts';
import type { AnyTask, Finding } from './contracts/task.ts';
import type { Emit } from './emit.ts';
import { stopwatch } from './hosts/stopwatch.ts';
import { findingsOf } from './look.ts';
import { differenceOf, fingerprintOf, viewPlan } from './plan-view.ts';
import {
  actionsOf,
  forgetRecord,
  keepRecord,
  loadRecord,
  recordOf,
  type UndoRecord,
} from './records/undo-record.ts';
import { STOPPED, untilStopped } from './stop.ts';
import { harmOfPlan } from './unasked.ts';
import { waitNote } from './wait-note.ts';

/** What it works with. */
export interface OperateContext<Answers> {
  readonly host: Host;
  readonly answers: Answers;
  readonly tasks: readonly AnyTask<Answers>[];
  readonly board: Board;
  readonly emit: Emit;
  /** Ends what it does when the run is stopped. */
  readonly actor: Actor;
  /** Undoes and clears up; a stop does not interrupt it. */
  readonly undoer: Actor;
  readonly stop: AbortSignal;
  /** Id of the run. */
  readonly run: string;
  readonly stateDir: string;
}

/** How an operation ended. */
export type OperationEnd =
  | { readonly kind: 'done' }
  /** Nothing was started. */
  | { readonly kind: 'refused' }
  /** Something failed or was stopped, and everything is as it was before. */
  | { readonly kind: 'undone'; readonly reason: string }
  /** Undoing it failed too; what was started is kept in the record for the next start. */
  | { readonly kind: 'stuck'; readonly reason: string };

/**
 * Carries out an operation: looks, plans, refuses or begins what was agreed to, acts step by step, verifies, and undoes everything when a step
 * or the verification fails or the run is stopped. Each step is noted on the disk before it is started, so that a power cut
 * at any moment leaves what {@link recover} needs. Throws when it cannot be looked at or planned: then nothing was started.
 */
export async function operate<Answers>(
  operation: AnyOperation<Answers>,
  choice: unknown,
  agreed: PlanView | undefined,
  context: OperateContext<Answers>,
): Promise<OperationEnd> {
  const { host, answers, board, stop } = context;
  board.state(operation.id, 'looking');
  const looked = await untilStopped(
    Promise.all([operation.look(host, answers, choice), problemsOf(operation, context)]),
    stop,
  );
  if (looked === STOPPED) return refused(operation, context);
  const [facts, before] = looked;
  const refusals: readonly Finding[] = operation.refuses(facts, choice, answers);
  await board.findings(operation.id, refusals);
  if (refusals.some(({ severity }) => severity !== 'risk')) return refused(operation, context);

  const plan = operation.plan(facts, choice, answers);
  const planned = await viewPlan(plan, operation.consequence?.(facts, choice), host);
  if (agreed !== undefined && fingerprintOf(planned) !== fingerprintOf(agreed)) {
    context.emit({
      type: 'plan-differs',
      operation: operation.id,
      agreed: fingerprintOf(agreed),
      planned: fingerprintOf(planned),
      difference: [...differenceOf(agreed, planned)],
    });
    return refused(operation, context);
  }
  // Nobody was shown this plan, so nobody agreed to what it does to others.
  if (agreed === undefined && (await harmOfPlan(plan, host)) !== undefined)
    return refused(operation, context);
  const startedAt = new Date(host.now()).toISOString();
  const record = recordOf(operation, plan, { run: context.run, startedAt });
  board.state(operation.id, 'acting');
  const failure = await carryOut(plan, record, context);
  if (failure !== undefined) return rollBack(failure.record, failure.reason, context);
  const begun = { ...record, begun: plan.steps.length };

  board.state(operation.id, 'watching', 'verifying');
  const verifying = verify(operation, { facts, choice, before }, context).catch((error: unknown) =>
    words(error),
  );
  const after = await untilStopped(verifying, stop);
  if (typeof after === 'string') return rollBack(begun, `It could not be verified: ${after}.`, context);
  if (after === STOPPED) return rollBack(begun, String(stop.reason), context);
  const worse = after.find(isFault);
  if (after.length > 0) await board.findings(operation.id, after);
  if (worse !== undefined) return rollBack(begun, worse.evidence, context);
  const done: UndoRecord = { ...begun, state: 'verified' };
  try {
    await keepRecord(host, done, context.stateDir);
  } catch (error) {
    // What cannot be undone is not started without a record.
    if (plan.irreversible !== undefined && plan.irreversible.length > 0)
      return rollBack(begun, `It could not be recorded: ${words(error)}.`, context);
    // The current record would one day undo all of it, including what was written since.
    await forgetRecord(host, context.stateDir);
  }
  return cleanUp(done, context);
}

/** Finishes an interrupted operation: undoes it, or, if it was already verified, clears up after it. */
export async function recover<Answers>(
  context: Omit<OperateContext<Answers>, 'actor' | 'tasks' | 'answers' | 'emit'>,
): Promise<OperationEnd> {
  const record = await loadRecord(context.host, context.stateDir);
  if (record === undefined) return { kind: 'done' };
  context.board.state(record.operation, 'acting');
  return record.state === 'verified'
    ? cleanUp(record, context)
    : rollBack(record, 'It was cut off before it was finished.', context, 'wanted');
}

type Ending = Pick<OperateContext<unknown>, 'host' | 'board' | 'undoer' | 'stateDir'>;

function refused(operation: { readonly id: string }, { board }: Pick<Ending, 'board'>): OperationEnd {
  board.state(operation.id, 'unhealthy');
  return { kind: 'refused' };
}

/** The steps in order; the first failure, or the stop, with how far it came. */
async function carryOut<Answers>(
  plan: OperationPlan,
  record: UndoRecord,
  { host, actor, stop, stateDir }: OperateContext<Answers>,
): Promise<{ readonly record: UndoRecord; readonly reason: string } | undefined> {
  for (const [index, step] of plan.steps.entries()) {
    if (stop.aborted) return { record: { ...record, begun: index }, reason: String(stop.reason) };
    const begun = { ...record, begun: index + 1 };
    try {
      await keepRecord(host, begun, stateDir);
    } catch (error) {
      // A step that cannot be recorded is not started; the earlier steps are undone.
      return { record: { ...record, begun: index }, reason: `It could not be recorded: ${words(error)}` };
    }
    const failure = await actor.act(record.operation, step.do);
    // A step that a stop interrupted did not fail.
    if (failure !== undefined)
      return { record: begun, reason: stop.aborted ? String(stop.reason) : reasonOf(failure) };
  }
  return undefined;
}

async function rollBack(
  record: UndoRecord,
  reason: string,
  { host, board, undoer, stateDir }: Ending,
  why: 'failed' | 'wanted' = 'failed',
): Promise<OperationEnd> {
  board.state(record.operation, 'acting', 'rolling back');
  for (let left = record.begun; left > 0; left -= 1) {
    const failure = await inOrder(actionsOf(record.undo[left - 1] ?? []), record.operation, undoer);
    if (failure !== undefined) {
      board.state(record.operation, 'unhealthy', reason);
      return {
        kind: 'stuck',
        reason: `${reason} Rolling back failed too: ${reasonOf(failure)} Start otto-install again: it continues from there.`,
      };
    }
    // A step is undone only once: after a rename the same name may be somebody else's. A record that cannot be kept
    // here is kept by the next step, and each undo may be done twice in a row.
    await keepRecord(host, { ...record, begun: left - 1 }, stateDir).catch(() => undefined);
  }
  // A copy that stays because this fails does not make the operation stuck: everything is as it was.
  await inOrder(actionsOf(record.cleanupAfterUndo), record.operation, undoer);
  await forgetRecord(host, stateDir);
  // Undoing was all that was left of the interrupted operation, so this counts as success.
  if (why === 'wanted')
    board.state(record.operation, 'healthy', 'rolled back, and everything is as it was before');
  else board.state(record.operation, 'unhealthy', reason);
  return { kind: 'undone', reason };
}

/** Does what cannot be undone, then removes what was kept for undoing; if that fails, the leftovers harm nobody. */
async function cleanUp(record: UndoRecord, { host, board, undoer, stateDir }: Ending): Promise<OperationEnd> {
  const failure = await inOrder(actionsOf(record.irreversible), record.operation, undoer);
  if (failure !== undefined) {
    const reason = reasonOf(failure);
    board.state(record.operation, 'unhealthy', reason);
    return { kind: 'stuck', reason: `${reason} Start otto-install again: it continues from there.` };
  }
  await inOrder(actionsOf(record.cleanupAfterSuccess), record.operation, undoer);
  await forgetRecord(host, stateDir);
  board.state(record.operation, 'healthy');
  return { kind: 'done' };
}

async function inOrder(
  actions: readonly Action[],
  operation: string,
  actor: Actor,
): Promise<FailureView | undefined> {
  for (const action of actions) {
    const failure = await actor.act(operation, action);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Codes, with their tasks, of what is wrong in the parts that the operation verifies. */
async function problemsOf<Answers>(
  operation: AnyOperation<Answers>,
  context: OperateContext<Answers>,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    verified(operation, context).map(async (task) => {
      const findings = await findingsOf(task, context.host, context.answers);
      return findings.filter(isFault).map(({ code }) => `${task.id} ${code}`);
    }),
  );
  return new Set(found.flat());
}

/**
 * What is wrong now and was not before; empty when everything is as healthy as before and everything that was starting
 * has started.
 */
async function verify<Answers>(
  operation: AnyOperation<Answers>,
  known: { readonly facts: unknown; readonly choice: unknown; readonly before: ReadonlySet<string> },
  context: OperateContext<Answers>,
): Promise<readonly Finding[]> {
  const { host, answers } = context;
  for (const task of verified(operation, context)) {
    const findings = await settled(task, context, known.before);
    const worse = findings.filter(
      ({ code }) => !known.before.has(`${task.id} ${code}`) && operation.accepts?.includes(code) !== true,
    );
    if (worse.length > 0) return worse;
  }
  // A risk among these is a warning: the operation did what was asked, and somebody has to look.
  return (await operation.proves?.(host, known.facts, known.choice, answers)) ?? [];
}

function verified<Answers>(
  operation: AnyOperation<Answers>,
  { tasks }: OperateContext<Answers>,
): readonly AnyTask<Answers>[] {
  return operation.verifies.flatMap((id) => tasks.find((task) => task.id === id) ?? []);
}

const isFault = ({ severity }: Finding): boolean => severity !== 'risk';

/** What was so before the operation is given this long to pass, whatever it promises: it is none of its doing, and may have no end. */
const OLD_TROUBLE_MS = 60_000;

/** What is wrong with a part once it has settled. */
async function settled<Answers>(
  task: AnyTask<Answers>,
  { host, answers, stop, actor, board }: OperateContext<Answers>,
  before: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const limitOf = (code: string, forMs: number) =>
    before.has(`${task.id} ${code}`) ? Math.min(forMs, OLD_TROUBLE_MS) : forMs;
  const since = new Map<string, number>();
  for (;;) {
    const findings = await findingsOf(task, host, answers);
    const faults = findings.filter(isFault);
    // Risks are for a check to tell; what is only kept for the way back looks like one.
    await board.findings(task.id, faults);
    for (const { code } of faults) if (!since.has(code)) since.set(code, stopwatch(host));
    const passing = faults.filter(({ code, watch }) => {
      return watch !== undefined && stopwatch(host) - (since.get(code) ?? 0) < limitOf(code, watch.forMs);
    });
    const [awaited] = passing;
    if (awaited?.watch === undefined || passing.length < faults.length || stop.aborted) {
      board.state(task.id, faults.length === 0 ? 'healthy' : 'unhealthy');
      return faults;
    }
    board.state(
      task.id,
      'watching',
      waitNote(
        awaited,
        host.now() +
          (since.get(awaited.code) ?? stopwatch(host)) +
          limitOf(awaited.code, awaited.watch.forMs) -
          stopwatch(host),
      ),
    );
    const { everyMs } = awaited.watch;
    await actor.busy.during(() => host.sleep(everyMs, stop));
  }
}

const words = (error: unknown): string => messageOf(error);

/** A failure in one sentence. */
function reasonOf({ action, reason, tail, timedOut }: FailureView): string {
  const what = `"${action.purpose}" ${timedOut ? 'took too long' : 'failed'}`;
  const said = reason ?? tail.at(-1);
  return said === undefined ? `${what}.` : `${what}: ${said.replace(/[.]?$/, '.')}`;
}
