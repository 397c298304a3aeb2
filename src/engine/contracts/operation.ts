import type { Host } from '../../host/host.ts';
import type { Action } from './action.ts';
import type { PlanView } from './plan-view.ts';
import type { Finding, TaskId } from './task.ts';

export type OperationId = string;

/** One step of an operation, and what undoes it. */
export interface Step {
  readonly do: Action;
  /**
   * Takes the step back, also when it was only half done, and does no harm when it was not done at all: after a power
   * cut nobody knows. It is kept on the disk, so it holds no secret: what must be put back lies in a file.
   */
  readonly undo?: Action | readonly Action[];
}

/** What an operation will do, as data. */
export interface OperationPlan {
  readonly steps: readonly Step[];
  /** Once everything is verified: what was only kept for the way back is cleared away. Each may be done twice. */
  readonly afterwards?: readonly Action[];
  /**
   * What has no way back, before `afterwards`: started only once everything is verified, not ended by a stop, gone on with
   * after a power cut. Each may be done twice, and holds no secret. A failure is told and keeps the record: another start
   * goes on.
   */
  readonly ends?: readonly Action[];
  /**
   * Once everything was undone: what was only kept for the way back is cleared away, copies that hold secrets above
   * all. Each may be done twice, and does no harm when what it clears away never was.
   */
  readonly undone?: readonly Action[];
}

/** What an operator asks for and no fault demands: reset a password, update, rotate the key. */
export interface Operation<Facts, Choice, Answers> {
  readonly id: OperationId;
  /** What the operator reads, as a verb phrase: 'Update Open WebUI'. */
  readonly title: string;
  /** Shown while it runs: what happens and what is kept for the way back. One to three sentences. */
  readonly why: string;
  /** Reads the machine, never changes it. */
  look(host: Host, answers: Answers, choice?: Choice): Promise<Facts>;
  /** Why it must not start now (disk, duplicates, …). Pure; empty: it may. */
  refuses(facts: Facts, choice: Choice, answers: Answers): readonly Finding[];
  /** Pure. */
  plan(facts: Facts, choice: Choice, answers: Answers): OperationPlan;
  /** What is interrupted or given up, in one sentence, before it begins; undefined when nothing is. Pure. */
  consequence?(facts: Facts, choice: Choice): string | undefined;
  /** Looked at before and afterwards; what is found only afterwards makes everything be undone in reverse order. */
  readonly verifies: readonly TaskId[];
  /** Codes of what may come to light with it and says nothing against it: that is told, and is no reason to undo it. */
  readonly accepts?: readonly string[];
  /** A proof of its own besides the tasks: that the new password signs in. Empty: it holds. */
  proves?(host: Host, facts: Facts, choice: Choice, answers: Answers): Promise<readonly Finding[]>;
}

/** An operation whose facts and choices are its own business: what a list of operations holds. */
// biome-ignore lint/suspicious/noExplicitAny: facts and choices flow only between an operation's own functions
export type AnyOperation<Answers> = Operation<any, any, Answers>;

/** What a run in mode operate is about; without an operation, what was cut off is brought to its end. */
export interface OperationWork<Answers> {
  readonly operation?: {
    readonly operation: AnyOperation<Answers>;
    readonly choice: unknown;
    /**
     * The plan that was agreed to, as it was shown. The engine plans again from what it sees; when that comes to something
     * else, nothing is started. Absent where nothing had to be agreed to: the plan comes with the operation itself.
     */
    readonly agreed?: PlanView;
  };
}
