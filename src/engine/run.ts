import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Host } from '../host/host.ts';
import { redactDeep } from '../secret/masking.ts';
import { messageOf } from '../text/error-message.ts';
import { visibleDeep } from '../text/visible.ts';
import { Actor } from './act.ts';
import { Board } from './board.ts';
import type { EngineAnswers, Plan, Run, RunOptions, RunSummary, TaskSummary } from './contracts/run.ts';
import { agreedBeforehand } from './contracts/scope.ts';
import { converge } from './converge/converge.ts';
import { Turns } from './converge/turns.ts';
import { DialogueDesk } from './dialogue-desk.ts';
import { Events } from './emit.ts';
import { briefly, withNext } from './failure.ts';
import { countedHost } from './hosts/counted-host.ts';
import { sharedHost } from './hosts/shared-host.ts';
import { stopwatch } from './hosts/stopwatch.ts';
import { type LeftAtWork, leftWords, untilNothingIsLeft } from './left-at-work.ts';
import { operationParts, runOperation } from './operation-run.ts';
import { fingerprintOf } from './plan-view.ts';
import { Questions } from './questions.ts';
import { openRecords } from './records/records.ts';
import { check, plan } from './survey.ts';

/** Starts a run and returns at once; the first event comes in a later turn of the event loop. */
export function startRun<Answers extends EngineAnswers>(options: RunOptions<Answers>): Run {
  const { host } = options;
  const events = new Events(() => host.now());
  const stop = new AbortController();
  // Every task and every running command listens to it.
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
  // The caller gets time to subscribe.
  await new Promise((resolve) => setImmediate(resolve));
  const { host, mode, version, tasks, answers, only } = options;
  const { events, desk, questions, stop } = parts;
  const { emit } = events;
  const started = stopwatch(host);
  const records = await openRecords(options, events);
  const about = options.operation === undefined ? {} : { operation: options.operation };
  const agreed = options.operation?.agreed;
  const shown =
    mode === 'operate' ? await operationParts(about, { tasks, host, stateDir: records.stateDir }) : tasks;
  emit({
    type: 'run-started',
    run: records.run,
    mode,
    version,
    host: host.kind === 'local' ? hostname() : 'rehearsal',
    ...(only === undefined ? {} : { only: [...only.codes] }),
    ...(agreed === undefined ? {} : { agreed: fingerprintOf(agreed) }),
    ...(records.log === undefined ? {} : { log: records.log }),
    tasks: shown.map(({ id, title, step, why, needs, follows }) => ({
      id,
      title,
      step,
      why,
      needs: [...needs],
      ...(follows === undefined ? {} : { follows: [...follows] }),
    })),
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
    presence: options.presence ?? {},
  };
  const actor = new Actor({ ...acting, stop });
  if (records.problem === undefined && host.kind === 'local' && (mode === 'install' || mode === 'operate'))
    await nothingLeft(shown[0]?.id, { host, board, stop });

  let planned: Plan | undefined;
  let crash: string | undefined = records.problem;
  if (crash === undefined) {
    const { unattended } = answers;
    const looking = sharedHost(countedHost(host, actor.busy), () => actor.changes);
    const working = { host: looking, answers, unattended, board, stop };
    try {
      if (mode === 'install') {
        const turns = new Turns();
        events.subscribe(turns.take);
        const scope = only ?? agreedBeforehand(answers);
        await converge(tasks, { ...working, emit, actor, questions, turns, only: scope });
      } else if (mode === 'check') await check(tasks, working);
      else if (mode === 'operate') {
        // A stop does not interrupt undoing and clearing up.
        const undoer = new Actor({ ...acting, stop: new AbortController().signal });
        const { run, stateDir } = records;
        crash = await runOperation(about, { ...working, emit, tasks, actor, undoer, run, stateDir });
      } else planned = await plan(tasks, working);
    } catch (error) {
      crash = messageOf(error);
    }
  }

  const summaries = board.summary(shown);
  const ended = {
    ...outcomeOf(summaries, stop, crash),
    ms: stopwatch(host) - started,
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

/** What a killed otto-install left at work would change what is looked at, and be tripped over by what is done. */
async function nothingLeft(
  part: string | undefined,
  { host, board, stop }: { readonly host: Host; readonly board: Board; readonly stop: AbortSignal },
): Promise<void> {
  const tell = (left: LeftAtWork) => {
    if (part !== undefined) board.state(part, 'watching', leftWords(left));
  };
  // Not to see it is no reason to do nothing.
  await untilNothingIsLeft(host, process.pid, tell, stop).catch(() => undefined);
}

function outcomeOf(
  tasks: readonly TaskSummary[],
  stop: AbortSignal,
  crash: string | undefined,
): Pick<RunSummary, 'outcome' | 'reason'> {
  if (crash !== undefined)
    return { outcome: stop.aborted ? 'stopped' : 'failed', reason: withNext(briefly(crash)) };
  if (stop.aborted) return { outcome: 'stopped', reason: String(stop.reason) };
  return { outcome: tasks.every(({ state }) => state === 'healthy') ? 'healthy' : 'findings' };
}
