import type { Answers } from '../answers/schema.ts';
import type { StartWork } from '../detached/work.ts';
import type { Action } from '../engine/contracts/action.ts';
import type { AnyOperation, Step } from '../engine/contracts/operation.ts';
import type { PlanView } from '../engine/contracts/plan-view.ts';
import type { Finding } from '../engine/contracts/task.ts';
import { viewPlan } from '../engine/plan-view.ts';
import type { Host } from '../host/host.ts';
import type { AnyOttoOperation, Ask, Given } from '../operations/otto-operation.ts';
import { redact } from '../secret/secret.ts';
import { messageOf } from '../text/error-message.ts';
import { visibleLine, visibleText } from '../text/visible.ts';

/** What the two front ends of an operation, lines and screens, have in common: in which order what comes. */

/** What an operation is carried out on. */
export interface OperationPlace {
  readonly host: Host;
  readonly answers: Answers;
  /** Of this program. */
  readonly version: string;
  /** How runs are started; without it in this process. */
  readonly start?: StartWork;
}

/** Where the answers so far lead. */
export type NextStep =
  | { readonly kind: 'ask'; readonly ask: Ask }
  /** It must not begin now; the run would say the same. */
  | { readonly kind: 'refused'; readonly choice: unknown; readonly findings: readonly Finding[] }
  | {
      readonly kind: 'agree';
      readonly choice: unknown;
      /** What will be done, as it is shown. */
      readonly plan: PlanView;
      /** Numbers of this moment that help to decide. */
      readonly estimate?: string;
    };

/** Whether there is nothing to do in it, and so nothing to agree to. */
export function isEmpty({ steps, irreversible, consequence }: PlanView): boolean {
  return steps.length + irreversible.length === 0 && consequence === undefined;
}

/** The next question; or why it must not begin; or what will be done. */
async function nextStep(
  operation: AnyOttoOperation,
  facts: unknown,
  given: Given,
  { host, answers }: Pick<OperationPlace, 'host' | 'answers'>,
): Promise<NextStep> {
  const next = operation.next(facts, given);
  if ('ask' in next) return { kind: 'ask', ask: visibleAsk(next.ask) };
  const { choice } = next;
  const findings = operation.refuses(facts, choice, answers).filter(({ severity }) => severity !== 'risk');
  if (findings.length > 0) return { kind: 'refused', choice, findings };
  const estimate = operation.estimate?.(facts, choice);
  const consequence = operation.consequence?.(facts, choice);
  return {
    kind: 'agree',
    choice,
    plan: await viewPlan(operation.plan(facts, choice, answers), consequence, host),
    ...(estimate === undefined ? {} : { estimate: redact(estimate) }),
  };
}

/** A question with its words as they are shown; the values that answers stand for stay what they are. */
function visibleAsk(ask: Ask): Ask {
  const question = visibleText(ask.question);
  if (ask.kind !== 'choose') return { ...ask, question };
  const options = ask.options.map((option) => ({
    ...option,
    label: shortened(visibleLine(option.label)),
    ...(option.note === undefined ? {} : { note: shortened(visibleText(option.note)) }),
  }));
  return { ...ask, question, options };
}

/** An account's name may be as long as its owner likes; the other options are to stay on the screen. */
const LONGEST_WORDS = 160;

function shortened(words: string): string {
  return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS - 1)}…` : words;
}

/** {@link nextStep}, after one more look where the operation looks at its choice; and the facts that it was judged by. */
export async function judged(
  operation: AnyOttoOperation,
  facts: unknown,
  given: Given,
  { host, answers }: Omit<OperationPlace, 'version'>,
): Promise<{ readonly next: NextStep; readonly facts: unknown }> {
  const asked = operation.looksAtChoice === true ? operation.next(facts, given) : undefined;
  const latest =
    asked !== undefined && 'choice' in asked ? await operation.look(host, answers, asked.choice) : facts;
  return { next: await nextStep(operation, latest, given, { host, answers }), facts: latest };
}

/** Some actions of an operation before it begins (what is fetched first, the fix of a refusal), as a run of their own. */
export function beforehand(
  { id, title }: Pick<AnyOttoOperation, 'id' | 'title'>,
  what: { readonly id: string; readonly title: string; readonly why: string },
  actions: readonly (Action | Step)[],
): AnyOperation<Answers> {
  return {
    id: `${id}-${what.id}`,
    title: `${title}: ${what.title}`,
    why: what.why,
    look: async () => undefined,
    refuses: () => [],
    plan: () => ({ steps: actions.map((one) => ('kind' in one ? { do: one } : one)) }),
    verifies: [],
  };
}

/** What is fetched before anything is asked; undefined when there is nothing to fetch. */
export function fetchingFor(
  operation: AnyOttoOperation,
  facts: unknown,
  given: Given,
  answers: Answers,
): AnyOperation<Answers> | undefined {
  const actions = operation.prepare?.(facts, given, answers) ?? [];
  if (actions.length === 0) return undefined;
  const why = 'The new version is fetched first; what runs now keeps running.';
  return beforehand(operation, { id: 'fetch', title: 'fetching', why }, actions);
}

/** The facts again, for what the answers come to so far. Rejects when it cannot be looked at. */
export function lookAgain(
  operation: AnyOttoOperation,
  facts: unknown,
  given: Given,
  { host, answers }: OperationPlace,
): Promise<unknown> {
  const next = operation.next(facts, given);
  return operation.look(host, answers, 'choice' in next ? next.choice : undefined);
}

/** Why a look failed, in words for an operator. */
export function lookFailure(error: unknown): string {
  const said = redact(messageOf(error));
  return error instanceof Error && error.name === 'NotRehearsed'
    ? `This cannot be rehearsed: the server in memory does not know ${said.replace(/^The rehearsal does not know this command: /, '')}. On a droplet it works.`
    : said;
}
