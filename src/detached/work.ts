import type { Answers } from '../answers/schema.ts';
import type { OperationPlan, OperationWork } from '../engine/contracts/operation.ts';
import type { PlanView } from '../engine/contracts/plan-view.ts';
import type { Run, RunSummary } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import type { Host } from '../host/host.ts';
import { operations } from '../operations/index.ts';
import { keepPassword } from '../otto/keep-password.ts';
import { startOperation, startOtto } from '../otto/start.ts';

/** What a run is to do, as plain data: it can be handed to another process. */
export type Work = Common & (Install | Operate);

interface Common {
  readonly answers: Answers;
  /** Of whoever asked for it: how this machine reaches the internet. A proxy's address may hold a password. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

interface Install {
  readonly kind: 'install';
  readonly only?: Scope | undefined;
  /** Nobody chose the first account's password: it is kept when the account gets it. */
  readonly passwordGenerated: boolean;
}

interface Operate {
  readonly kind: 'operate';
  /** Without it: brings to its end what was cut off. */
  readonly operation?: AskedFor | undefined;
}

/** An operation as data: by its id, or with its plan where it is none of the list (something that comes before one). */
interface AskedFor {
  readonly id: string;
  readonly choice?: unknown;
  readonly agreed?: PlanView | undefined;
  readonly loose?: { readonly title: string; readonly why: string; readonly plan: OperationPlan } | undefined;
}

/** How a run ended, for those who watch it. */
export interface End {
  readonly summary: RunSummary;
  /** Whether it gave the first account a password that nobody had chosen. */
  readonly gavePassword: boolean;
}

/** Pure. An operation that is to be carried out, as data. */
export function askedFor(
  { operation, choice, agreed }: NonNullable<OperationWork<Answers>['operation']>,
  answers: Answers,
): AskedFor {
  const { id, title, why } = operation;
  if (operations.some((one) => one === operation)) return { id, choice, agreed };
  return { id, choice, agreed, loose: { title, why, plan: operation.plan(undefined, choice, answers) } };
}

/** Pure. What {@link askedFor} made data of. Throws on an id that nobody has. */
export function operationOf({
  id,
  choice,
  agreed,
  loose,
}: AskedFor): NonNullable<OperationWork<Answers>['operation']> {
  if (loose === undefined) {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`there is no operation '${id}'`);
    return { operation, choice, agreed };
  }
  const { title, why, plan } = loose;
  const operation = {
    id,
    title,
    why,
    look: async () => undefined,
    refuses: () => [],
    plan: () => plan,
    verifies: [],
  };
  return { operation, choice, agreed };
}

export interface StartedWork {
  readonly run: Run;
  /** Whether it has given the first account a password that nobody had chosen. */
  readonly gavePassword: () => boolean;
}

/** Starts it in this process. */
export function startWork(
  work: Work,
  {
    host,
    version,
    onProblem,
  }: { readonly host: Host; readonly version: string; readonly onProblem: (text: string) => void },
): StartedWork {
  const { answers } = work;
  if (work.kind === 'operate') {
    const operation = work.operation === undefined ? undefined : operationOf(work.operation);
    return { run: startOperation(host, answers, version, operation), gavePassword: () => false };
  }
  const { only, passwordGenerated } = work;
  const run = startOtto('install', host, answers, version, { only });
  return { run, ...keepPassword(run, host, answers, { passwordGenerated, onProblem }) };
}
