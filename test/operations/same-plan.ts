import type { Answers } from '../../src/answers/schema.ts';
import type { PlanView } from '../../src/engine/contracts/plan-view.ts';
import { differenceOf, viewPlan } from '../../src/engine/plan-view.ts';
import type { AnyOttoOperation } from '../../src/operations/otto-operation.ts';
import { FakeHost } from '../engine/fake-host.ts';

/**
 * What differs between the plan that is agreed to and the one that the engine makes of a later look, as when the clock has
 * gone on and the disk has filled a little meanwhile.
 */
export async function differsLater<Facts>(
  operation: AnyOttoOperation,
  {
    facts,
    later,
    choice,
    answers,
  }: {
    readonly facts: Facts;
    readonly later: Facts;
    readonly choice: unknown;
    readonly answers: Answers;
  },
): Promise<readonly string[]> {
  const host = new FakeHost();
  const view = (seen: Facts): Promise<PlanView> =>
    viewPlan(operation.plan(seen, choice, answers), operation.consequence?.(seen, choice), host);
  const agreed = await view(facts);
  if (agreed.steps.length + agreed.irreversible.length === 0) throw new Error('there is nothing to agree to');
  return differenceOf(agreed, await view(later));
}
