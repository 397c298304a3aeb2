import type { ActionView } from '../engine/contracts/action-view.ts';
import type { Consent } from '../engine/contracts/consent.ts';
import type { FindingView } from '../engine/contracts/event.ts';
import type { PlanView } from '../engine/contracts/plan-view.ts';
import type { Ask } from '../operations/otto-operation.ts';
import type { RunModel } from '../run/view-model.ts';
import type { OperationEnding, Summary } from './ending.ts';

/** What is being done. */
export interface Steps {
  readonly actions: readonly ActionView[];
  /** What comes once all of that is proved and has no way back. */
  readonly irreversible: readonly ActionView[];
}

/** What an operator agrees to, or does not. */
interface Agreeable {
  readonly plan: PlanView;
  /** Numbers of this moment that help to decide. */
  readonly estimate?: string;
  /** It was agreed to before, and has changed since: what differs, in lines that begin with '-' (then) or '+' (now). */
  readonly difference?: readonly string[];
}

/** Where an operation on the screens stands. */
export type FlowState =
  | { readonly name: 'looking' }
  /** It could not be looked at. */
  | { readonly name: 'unseen'; readonly problem: string }
  /** Something is fetched, or a refusal is fixed; what serves now keeps serving. */
  | { readonly name: 'fetching'; readonly title: string; readonly run: RunModel }
  | {
      readonly name: 'asking';
      readonly ask: Ask;
      /** 1 for the first one. */
      readonly number: number;
      /** What was answered the last time; never a secret. */
      readonly before: string | undefined;
    }
  | {
      readonly name: 'refused';
      readonly findings: readonly FindingView[];
      /** A fix was agreed to that is not offered like this any more. */
      readonly outdated?: Consent;
    }
  | ({ readonly name: 'agreeing' } & Agreeable)
  | ({ readonly name: 'working'; readonly run: RunModel } & Steps)
  | {
      readonly name: 'ended';
      readonly ending: OperationEnding;
      readonly run: RunModel;
      readonly summary: Summary;
      /** There is no Otto on this machine any more. */
      readonly ottoIsGone: boolean;
    };

/** Whether something is being done to the machine. */
export function isAtWork({ name }: FlowState): boolean {
  return name === 'working' || name === 'fetching';
}
