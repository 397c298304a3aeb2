import type { Host } from '../../host/host.ts';
import type { Action } from './action.ts';
import type { PlanView } from './plan-view.ts';
import type { Finding, TaskId } from './task.ts';

type OperationId = string;

/** One step of an operation, and what undoes it. */
export interface Step {
  readonly do: Action;
  /**
   * Undoes the step, even when it is only half done, and does no harm when it was not done at all: after a power cut
   * nobody knows. It is kept on the disk, so it holds no secret: what must be restored is in a file.
   */
  readonly undo?: Action | readonly Action[];
}

/** What an operation will do, as data. */
export interface OperationPlan {
  readonly steps: readonly Step[];
  /** Once everything is verified: removes what was kept only for undoing. Each may run twice. */
  readonly cleanupAfterSuccess?: readonly Action[];
  /**
   * What cannot be undone, before `cleanupAfterSuccess`: it starts only once everything is verified, a stop does not end it, and
   * it continues after a power cut. Each may run twice, and holds no secret. A failure is reported and keeps the
   * record, so that another start continues.
   */
  readonly irreversible?: readonly Action[];
  /**
   * Once everything was undone: removes what was kept only for undoing, above all copies that hold secrets. Each may
   * run twice, and does no harm when there is nothing to remove.
   */
  readonly cleanupAfterUndo?: readonly Action[];
}

/** What an operator asks for although nothing is wrong: reset a password, update, rotate the key. */
export interface Operation<Facts, Choice, Answers> {
  readonly id: OperationId;
  /** What the operator reads, as a verb phrase: 'Update Open WebUI'. */
  readonly title: string;
  /** Shown while it runs: what happens, and what is kept for undoing it. One to three sentences. */
  readonly why: string;
  /** Reads the machine, never changes it. */
  look(host: Host, answers: Answers, choice?: Choice): Promise<Facts>;
  /** Why it must not start now (disk, duplicates, …); empty when it may. Pure. */
  refuses(facts: Facts, choice: Choice, answers: Answers): readonly Finding[];
  /** Pure. */
  plan(facts: Facts, choice: Choice, answers: Answers): OperationPlan;
  /** What is interrupted or given up, in one sentence, before it begins; undefined when nothing is. Pure. */
  consequence?(facts: Facts, choice: Choice): string | undefined;
  /** Looked at before and afterwards; a new finding afterwards undoes everything in reverse order. */
  readonly verifies: readonly TaskId[];
  /**
   * Codes of findings that it may bring to light and that do not count against it: they are reported, but not a reason
   * to undo it.
   */
  readonly accepts?: readonly string[];
  /**
   * Its own proof besides the tasks: for example, that the new password signs in. Empty when it succeeds; with risks alone it has
   * succeeded too, and ends with them as its warning.
   */
  proves?(host: Host, facts: Facts, choice: Choice, answers: Answers): Promise<readonly Finding[]>;
}

/** An operation whose facts and choices are its own business: what a list of operations holds. */
// biome-ignore lint/suspicious/noExplicitAny: facts and choices flow only between an operation's own functions
export type AnyOperation<Answers> = Operation<any, any, Answers>;

/** What a run in mode operate is about; without an operation, it finishes one that was interrupted. */
export interface OperationWork<Answers> {
  readonly operation?: {
    readonly operation: AnyOperation<Answers>;
    readonly choice: unknown;
    /**
     * The plan that was agreed to, as it was shown. The engine plans again from what it sees; if the plans differ,
     * nothing is started. Absent when nothing had to be agreed to: then the plan comes with the operation itself.
     */
    readonly agreed?: PlanView;
  };
}
