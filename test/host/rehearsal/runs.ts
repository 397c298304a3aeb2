import type { Answers } from '../../../src/answers/schema.ts';
import { chosenFix, type Decision } from '../../../src/engine/contracts/decision.ts';
import type { Event } from '../../../src/engine/contracts/event.ts';
import type { RunMode, RunSummary, Run as StartedRun } from '../../../src/engine/contracts/run.ts';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import { startRun } from '../../../src/engine/run.ts';
import { presence } from '../../../src/otto/presence.ts';
import { createRehearsal, type Rehearsal } from '../../../src/rehearsal/index.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { dialogues } from '../../../src/system/dialogues.ts';
import { progressReaders } from '../../../src/system/progress.ts';
import { tasks } from '../../../src/tasks/index.ts';
import { answersWith } from '../../tasks/answers.ts';

/** A droplet on which no time is lost. */
export const freshDroplet = (): Rehearsal =>
  createRehearsal({ speed: Number.POSITIVE_INFINITY, startMs: Date.UTC(2026, 10, 22) });

/** What a run did and said. */
export interface Told {
  readonly summary: RunSummary;
  /** Codes of what was asked about. */
  readonly asked: readonly string[];
  /** Names of the dialogues that were shown. */
  readonly dialogues: readonly string[];
  /** What the actions were for. */
  readonly done: readonly string[];
}

/**
 * Runs the real tasks over the droplet. The operator applies the first fix of whatever is asked about, skips what has
 * none, and pastes a code where one is asked for.
 */
export async function run(
  { host }: Rehearsal,
  mode: RunMode = 'install',
  answers: Answers = answersWith(),
): Promise<Told> {
  const started = startRun({
    tasks,
    host,
    answers,
    mode,
    version: '1.0.0',
    dialogues,
    progress: progressReaders,
    presence,
  });
  const events: Event[] = [];
  started.subscribe((event) => {
    events.push(event);
    const decision = decide(event, started);
    if (decision !== undefined) started.decide(decision);
  });
  const summary = await started.result;
  return {
    summary,
    asked: events.flatMap((event) => (event.type === 'question' ? [event.finding.code] : [])),
    dialogues: [...new Set(events.flatMap((event) => (event.type === 'dialogue' ? [event.view.title] : [])))],
    done: events.flatMap((event) => (event.type === 'action-started' ? [event.view.purpose] : [])),
  };
}

function decide(event: Event, { vault }: StartedRun): Decision | undefined {
  if (event.type === 'question') {
    const { question, finding, cameBack, failure } = event;
    const fix = cameBack || failure !== undefined ? undefined : finding.fixes[0];
    return fix === undefined ? { kind: 'skip', question } : { ...chosenFix(fix), question };
  }
  if (event.type === 'dialogue' && event.view.ask !== undefined)
    return {
      kind: 'answer',
      dialogue: event.dialogue,
      handle: vault.put(new Secret('code-from-the-page#state')),
    };
  return undefined;
}

/** A droplet with a healthy Otto, and what installing it told. */
export async function installedDroplet(): Promise<Rehearsal & { readonly told: Told }> {
  const rehearsal = freshDroplet();
  return { ...rehearsal, told: await run(rehearsal) };
}

/** What one task finds, whatever the state of those that it needs. */
export async function findingsOf(
  id: string,
  { host }: Rehearsal,
  answers: Answers = answersWith(),
): Promise<readonly Finding[]> {
  const task = tasks.find((candidate) => candidate.id === id);
  if (task === undefined) throw new Error(`There is no task ${id}`);
  return task.judge(await task.look(host, answers), answers);
}

/** The findings of a run's summary: task → codes, those without any left out. */
export function codes({ tasks: summaries }: RunSummary): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    summaries
      .filter(({ findings }) => findings.length > 0)
      .map(({ id, findings }) => [id, findings.map(({ code }) => code)]),
  );
}
