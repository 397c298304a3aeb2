import type { Answers } from '../answers/schema.ts';
import type { AnyOperation, OperationPlan } from '../engine/contracts/operation.ts';
import type { PlanView } from '../engine/contracts/plan-view.ts';
import { operations } from '../operations/index.ts';
import { pack, unpack } from './wire.ts';
import type { Work } from './work.ts';

/** How work travels: an operation is code, so it goes by its name. */
type PackedWork = Omit<Work, 'operation'> & { readonly operation?: PackedOperation | undefined };

interface PackedOperation {
  readonly id: string;
  readonly choice?: unknown;
  readonly agreed?: PlanView | undefined;
  /** Of one that is on no list (what comes before another one): its plan, which is the same whatever is looked at. */
  readonly loose?: { readonly title: string; readonly why: string; readonly plan: OperationPlan } | undefined;
}

/** Work as a text, with the environment of whoever asks for it: a proxy's address may hold a password. The text is clear. */
export function packWork(work: Work, environment: Readonly<Record<string, string>> = {}): string {
  if (work.kind === 'install' || work.operation === undefined) return pack({ work, environment });
  const { operation, choice, agreed } = work.operation;
  const { id, title, why } = operation;
  const loose = operations.some((one) => one === operation)
    ? undefined
    : { title, why, plan: operation.plan(undefined, choice, work.answers) };
  return pack({ work: { ...work, operation: { id, choice, agreed, loose } }, environment });
}

/** What {@link packWork} made a text of. Throws on an operation that nobody knows. */
export function unpackWork(text: string): {
  readonly work: Work;
  readonly environment: Readonly<Record<string, string>>;
} {
  const { work, environment } = unpack(text) as { work: PackedWork; environment: Record<string, string> };
  if (work.kind === 'install') return { work: work as Work, environment };
  const { answers, operation } = work;
  if (operation === undefined) return { work: { kind: 'operate', answers }, environment };
  const { choice, agreed } = operation;
  return {
    work: { kind: 'operate', answers, operation: { operation: operationOf(operation), choice, agreed } },
    environment,
  };
}

function operationOf({ id, loose }: PackedOperation): AnyOperation<Answers> {
  if (loose === undefined) {
    const known = operations.find((one) => one.id === id);
    if (known === undefined) throw new Error(`there is no operation '${id}'`);
    return known;
  }
  const { title, why, plan } = loose;
  return { id, title, why, look: async () => undefined, refuses: () => [], plan: () => plan, verifies: [] };
}
