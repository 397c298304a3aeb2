import { minuteText } from '../text/time.ts';
import type { OperationWork } from './contracts/operation.ts';
import type { AnyTask } from './contracts/task.ts';
import { type OperateContext, type OperationEnd, operate, recover } from './operate.ts';
import { loadRecord } from './records/undo-record.ts';

/** A part of a run, as it is announced. */
type Part = Pick<AnyTask<never>, 'id' | 'title' | 'step' | 'why' | 'needs' | 'follows'>;

const STEP = 'Maintenance';

/** The operation as a part of the run, and below it the parts that are looked at afterwards. */
export async function operationParts<Answers>(
  { operation }: OperationWork<Answers>,
  { tasks, host, stateDir }: Pick<OperateContext<Answers>, 'tasks' | 'host' | 'stateDir'>,
): Promise<readonly Part[]> {
  if (operation === undefined) {
    // A record that cannot be read is reported when it must be finished.
    const record = await loadRecord(host, stateDir).catch(() => undefined);
    if (record === undefined) return [];
    const why =
      'It was cut off. otto-install rolls back what it had started, or cleans up if everything was done.';
    return [{ id: record.operation, title: record.title, step: STEP, why, needs: [] }];
  }
  const { id, title, why, verifies } = operation.operation;
  const verified = tasks.filter((task) => verifies.includes(task.id));
  return [{ id, title, step: STEP, why, needs: [] }, ...verified.map((task) => ({ ...task, needs: [id] }))];
}

/** Carries it out; returns why it failed, or undefined. */
export async function runOperation<Answers>(
  { operation }: OperationWork<Answers>,
  context: OperateContext<Answers>,
): Promise<string | undefined> {
  const left = operation === undefined ? undefined : await loadRecord(context.host, context.stateDir);
  if (left !== undefined)
    return `'${left.title}' was cut off at ${minuteText(left.startedAt)}. Start otto-install first: it rolls that back or finishes it.`;
  const end =
    operation === undefined
      ? await recover(context)
      : await operate(operation.operation, operation.choice, operation.agreed, context);
  return reasonOf(end, operation === undefined);
}

function reasonOf(end: OperationEnd, recovering: boolean): string | undefined {
  switch (end.kind) {
    case 'done':
    case 'refused':
      return undefined;
    case 'undone':
      return recovering ? undefined : `${asSentence(end.reason)} Everything is as it was before.`;
    case 'stuck':
      return end.reason;
  }
}

/** 'stopped by SIGTERM' → 'Stopped by SIGTERM.' */
function asSentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/[.]?$/, '.')}`;
}
