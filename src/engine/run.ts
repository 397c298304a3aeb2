import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Host } from '../host/host.ts';
import { redactDeep } from '../secret/masking.ts';
import type { Secret } from '../secret/secret.ts';
import { visibleDeep } from '../text/visible.ts';
import { Actor } from './act.ts';
import { Board } from './board.ts';
import type { Decision } from './contracts/decision.ts';
import type { Dialogue } from './contracts/dialogue.ts';
import type { Event, FindingView, TaskState } from './contracts/event.ts';
import type { Mandate } from './contracts/mandate.ts';
import type { ProgressReader } from './contracts/progress.ts';
import type { AnyTask } from './contracts/task.ts';
import { converge } from './converge.ts';
import { DialogueDesk } from './dialogue-desk.ts';
import { Events } from './emit.ts';
import { countedHost } from './hosts/counted-host.ts';
import { sharedHost } from './hosts/shared-host.ts';
import { type OperationWork, operationParts, runOperation } from './operation-run.ts';
import { Questions } from './questions.ts';
import { openRecords } from './records/records.ts';
import { check, plan } from './survey.ts';

/**
 * install: look, act, look again. check: only look. plan: look as if every need were there, and say what would be done.
 * operate: what an operator asked for, or the end of what was cut off.
 */
export type RunMode = 'install' | 'check' | 'plan' | 'operate';

/** What the engine itself has to know of the answers. */
export interface EngineAnswers {
  /** Nobody is there to be asked: what would be asked is reported. */
  readonly unattended: boolean;
}

export interface RunOptions<Answers extends EngineAnswers> {
  readonly tasks: readonly AnyTask<Answers>[];
  readonly host: Host;
  readonly answers: Answers;
  readonly mode: RunMode;
  /** In mode install: when the run is not about everything. It leaves neither answers nor progress behind. */
  readonly only?: Mandate;
  /** In mode operate: what was asked for. Without it an operation that was cut off is brought to its end. */
  readonly operation?: OperationWork<Answers>['operation'];
  /** Of this program. */
  readonly version: string;
  /** By the name that `Converse.dialogue` uses. */
  readonly dialogues?: Readonly<Record<string, Dialogue>>;
  /** By the name that `Run.progress` uses. */
  readonly progress?: Readonly<Record<string, ProgressReader>>;
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
  /** What was found last and is still so: risks, what was skipped, what could not be mended; in plan mode, what is to be done. */
  readonly findings: readonly FindingView[];
  /** Codes of the findings that the operator went on without mending. */
  readonly skipped: readonly string[];
}

/** What a plan comes to; the actions themselves are in the findings' fixes (the first one is the recommended one). */
export interface Plan {
  readonly tasks: readonly {
    readonly id: string;
    readonly findings: readonly FindingView[];
    /** How many actions would be carried out unasked. */
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
  /** Time during which at least one command or request was at work, or something that goes on by itself was waited for. */
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
   * Calls the listener with every event, in order. A listener that comes late first gets what happened so far, without
   * the lines of output. Returns what ends the subscription.
   */
  subscribe(listener: (event: Event) => void): () => void;
  /** Takes a decision; one that answers nothing (any more) changes nothing. */
  decide(decision: Decision): void;
  /** Where a typed secret waits for the decision that names its handle. */
  readonly vault: { put(secret: Secret): string };
  /** Ends the run safely: nothing new is started, what is at work is ended or, where that would do harm, waited for. */
  stop(reason?: string): void;
  /** Never rejects. */
  readonly result: Promise<RunSummary>;
}

/** Starts a run and returns at once; the first event comes in a later turn of the event loop. */
export function startRun<Answers extends EngineAnswers>(options: RunOptions<Answers>): Run {
  const { host } = options;
  const events = new Events(() => host.now());
  const stop = new AbortController();
  // Every task and every command at work listens to it.
  setMaxListeners(0, stop.signal);
  const desk = new DialogueDesk(events.emit);
  const questions = new Questions(events.emit);
  return {
    subscribe: (listener) => events.subscribe(listener),
    vault: desk.vault,
    stop: (reason = 'stopped by the operator') => stop.abort(reason),
    decide: (decision) => {
      if (decision.kind === 'stop') stop.abort('stopped by the operator');
      else if (decision.kind === 'answer') desk.answer(decision.dialogue, decision.handle);
      else if (decision.kind === 'cancel-dialogue') desk.cancel(decision.dialogue);
      else questions.decide(decision);
    },
    result: carryOut(options, { events, desk, questions, stop: stop.signal }),
  };
}

interface Parts {
  readonly events: Events;
  readonly desk: DialogueDesk;
  readonly questions: Questions;
  readonly stop: AbortSignal;
}

/** The whole run, from its first to its last event. Never rejects. */
async function carryOut<Answers extends EngineAnswers>(
  options: RunOptions<Answers>,
  parts: Parts,
): Promise<RunSummary> {
  // Whoever started it gets the time to subscribe.
  await new Promise((resolve) => setImmediate(resolve));
  const { host, mode, version, tasks, answers, only } = options;
  const { events, desk, questions, stop } = parts;
  const { emit } = events;
  const started = host.now();
  const records = await openRecords(options, events);
  const about = options.operation === undefined ? {} : { operation: options.operation };
  const shown =
    mode === 'operate' ? await operationParts(about, { tasks, host, stateDir: records.stateDir }) : tasks;
  emit({
    type: 'run-started',
    run: records.run,
    mode,
    version,
    host: host.kind === 'local' ? hostname() : 'rehearsal',
    ...(only === undefined ? {} : { only: [...only.codes] }),
    ...(records.log === undefined ? {} : { log: records.log }),
    tasks: shown.map(({ id, title, step, why, needs }) => ({ id, title, step, why, needs: [...needs] })),
  });

  const board = new Board(emit, { host, origin: (path) => records.ledger.origin(path) });
  const acting = {
    host,
    emit,
    desk,
    ledger: records.ledger,
    journal: records.journal,
    replacedDir: `${records.stateDir}/replaced/${records.run}`,
    dialogues: options.dialogues ?? {},
    progress: options.progress ?? {},
  };
  const actor = new Actor({ ...acting, stop });

  let planned: Plan | undefined;
  let crash: string | undefined = records.problem;
  if (crash === undefined) {
    const { unattended } = answers;
    const looking = sharedHost(countedHost(host, actor.busy), () => actor.changes);
    const working = { host: looking, answers, unattended, board, stop };
    try {
      if (mode === 'install') {
        await converge(tasks, { ...working, actor, questions, ...(only === undefined ? {} : { only }) });
      } else if (mode === 'check') await check(tasks, working);
      else if (mode === 'operate') {
        // What takes back and clears up is not ended half-way by a stop.
        const undoer = new Actor({ ...acting, stop: new AbortController().signal });
        const { run, stateDir } = records;
        crash = await runOperation(about, { ...working, tasks, actor, undoer, run, stateDir });
      } else planned = await plan(tasks, working);
    } catch (error) {
      crash = error instanceof Error ? error.message : String(error);
    }
  }

  const summaries = board.summary(shown);
  const ended = {
    ...outcomeOf(summaries, stop, crash),
    ms: host.now() - started,
    commandMs: actor.busy.ms,
    actions: actor.count,
  };
  emit({ type: 'run-ended', ...ended });
  await records.close();
  const summary = redactDeep({
    run: records.run,
    mode,
    ...ended,
    ...(records.log === undefined ? {} : { log: records.log }),
    tasks: summaries,
    ...(planned === undefined ? {} : { planned }),
  });
  return visibleDeep(summary);
}

function outcomeOf(
  tasks: readonly TaskSummary[],
  stop: AbortSignal,
  crash: string | undefined,
): Pick<RunSummary, 'outcome' | 'reason'> {
  if (crash !== undefined) return { outcome: stop.aborted ? 'stopped' : 'failed', reason: crash };
  if (stop.aborted) return { outcome: 'stopped', reason: String(stop.reason) };
  return { outcome: tasks.every(({ state }) => state === 'healthy') ? 'healthy' : 'findings' };
}
