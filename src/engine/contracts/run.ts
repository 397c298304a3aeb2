import type { Host } from '../../host/host.ts';
import type { Secret } from '../../secret/secret.ts';
import type { Decision } from './decision.ts';
import type { Dialogue } from './dialogue.ts';
import type { Event, FindingView, TaskState } from './event.ts';
import type { OperationWork } from './operation.ts';
import type { ProgressReader } from './progress.ts';
import type { Scope } from './scope.ts';
import type { AnyTask } from './task.ts';
import type { Presence } from './thing.ts';

/**
 * install: look, act, look again. check: only look. plan: look as if every need were there, and say what would be done.
 * operate: what an operator asked for, or finishing what was interrupted.
 */
export type RunMode = 'install' | 'check' | 'plan' | 'operate';

/** What the engine itself must know of the answers. */
export interface EngineAnswers {
  /** Nobody is there to answer: questions are reported instead of asked. */
  readonly unattended: boolean;
}

export interface RunOptions<Answers extends EngineAnswers> {
  readonly tasks: readonly AnyTask<Answers>[];
  readonly host: Host;
  readonly answers: Answers;
  readonly mode: RunMode;
  /** In mode install: when the run is not about everything. It leaves neither answers nor progress behind. */
  readonly only?: Scope;
  /** In mode operate: what was asked for. Without it the run finishes an operation that was interrupted. */
  readonly operation?: OperationWork<Answers>['operation'];
  /** Of this program. */
  readonly version: string;
  /** By the name that `Converse.dialogue` uses. */
  readonly dialogues?: Readonly<Record<string, Dialogue>>;
  /** By the name that `Run.progress` uses. */
  readonly progress?: Readonly<Record<string, ProgressReader>>;
  /** Says which of the things that an action makes already exist; kinds without an entry are not checked. */
  readonly presence?: Presence;
  /** Default /var/lib/otto-install. */
  readonly stateDir?: string;
  /** false: no log is written. */
  readonly log?: boolean;
  /** Default /var/log/otto-install on this machine; without a value a rehearsal writes no log. */
  readonly logDir?: string;
}

/** A task as it was left at the end of a run. */
export interface TaskSummary {
  readonly id: string;
  readonly title: string;
  readonly step: string;
  readonly state: TaskState;
  readonly note?: string;
  /**
   * What was found last and still holds: risks, what was skipped, what could not be fixed; in plan mode, what would be
   * done.
   */
  readonly findings: readonly FindingView[];
  /** Codes of the findings that the operator went on without fixing. */
  readonly skipped: readonly string[];
}

/** The result of a plan; the actions themselves are in the findings' fixes (the first one is the recommended one). */
export interface Plan {
  readonly tasks: readonly {
    readonly id: string;
    readonly findings: readonly FindingView[];
    /** How many actions would run without a question. */
    readonly actions: number;
    /** Whether a decision of the operator will be needed. */
    readonly asks: boolean;
  }[];
  readonly actions: number;
}

export interface RunSummary {
  /** Id of the run, also the name of its log. */
  readonly run: string;
  readonly mode: RunMode;
  readonly outcome: 'healthy' | 'findings' | 'stopped' | 'failed';
  /** Why it was stopped or failed. */
  readonly reason?: string;
  readonly ms: number;
  /** Time during which at least one command or request was running, or something that proceeds by itself was waited for. */
  readonly commandMs: number;
  /** How many actions were carried out. */
  readonly actions: number;
  /** Path of the log. */
  readonly log?: string;
  readonly tasks: readonly TaskSummary[];
  /** In plan mode. */
  readonly planned?: Plan;
}

/** A run at work. */
export interface Run {
  /**
   * Calls the listener with every event, in order. A late listener first gets what happened so far, without the lines
   * of output. Returns what ends the subscription.
   */
  subscribe(listener: (event: Event) => void): () => void;
  /** Takes a decision; one without an open question changes nothing. */
  decide(decision: Decision): void;
  /** Where a typed secret waits for the decision that names its handle. */
  readonly vault: { put(secret: Secret): string };
  /**
   * Ends the run safely: it starts nothing new, and ends what is running or, where that would do harm, waits for it.
   */
  stop(reason?: string): void;
  /** Never rejects. */
  readonly result: Promise<RunSummary>;
}
