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
  /** Codes, with commas: what their fixes interrupt or give up was agreed to before, since nobody is there to be asked. */
  readonly agree?: string | undefined;
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
  /** It has not ended: it goes on, and is not watched from here any more. */
  readonly left?: boolean;
}

/** Somebody who watches a run. */
export interface Viewer {
  /** Unique among those who watch. */
  readonly id: string;
  readonly pid: number;
  /** As /dev/pts/1. */
  readonly terminal?: string | undefined;
  /** The address that the ssh session came from. */
  readonly from?: string | undefined;
  /** When it began to watch, ms since 1970. */
  readonly since: number;
}

/** Who watches a run. */
export interface Watching {
  /** Id of this viewer; undefined until the run has said it. */
  readonly you?: string | undefined;
  /** Id of the one who decides. */
  readonly decides?: string | undefined;
  readonly viewers: readonly Viewer[];
}

/** What can be done with a run that has a process of its own, besides what can be done with any. */
export interface Detached {
  readonly watching: {
    get(): Watching;
    /** Calls the listener when it has changed. Returns what ends that. */
    subscribe(listener: () => void): () => void;
  };
  /** From now on this viewer decides. */
  takeOver(): void;
  /** Nobody watches from here any more; the run goes on. */
  leave(): void;
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
  /** Where it has a process of its own and goes on without this one; undefined while that is not known. */
  readonly detached?: Detached | undefined;
  /** Never rejects. */
  readonly result: Promise<RunSummary>;
}
