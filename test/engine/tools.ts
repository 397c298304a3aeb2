import type { Action, Command } from '../../src/engine/contracts/action.ts';
import { chosenFix, type Decision } from '../../src/engine/contracts/decision.ts';
import { Event } from '../../src/engine/contracts/event.ts';
import type { Run, RunOptions, RunSummary } from '../../src/engine/contracts/run.ts';
import type { AnyTask, Finding, Fix } from '../../src/engine/contracts/task.ts';
import { startRun } from '../../src/engine/run.ts';
import { FakeHost } from './fake-host.ts';

export const NOBODY = { unattended: true };
export const SOMEBODY = { unattended: false };
export type TestAnswers = { readonly unattended: boolean };

export function run(...argv: [string, ...string[]]): Command {
  return { kind: 'run', argv, purpose: `Run ${argv[0]}`, timeoutMs: 1_000 };
}

/** Its id is made from what it runs, so that two fixes that do different things are two. */
export function fix(actions: readonly Action[], consequence?: string): Fix {
  const id = actions.map((action) => (action.kind === 'write-file' ? action.path : action.argv.join(' ')));
  return {
    id: id.join(' ').replace(/[^a-z0-9]+/gi, '-'),
    title: 'Fix it',
    actions,
    ...(consequence === undefined ? {} : { consequence }),
  };
}

export function finding(code: string, changes: Partial<Finding> = {}): Finding {
  return {
    code,
    severity: 'broken',
    evidence: `saw ${code}`,
    reason: `because ${code}`,
    fixes: [],
    ...changes,
  };
}

/** A task that is judged by a function of the machine; `needs` are its needs. */
export function task(
  id: string,
  judge: (host: FakeHost) => readonly Finding[],
  changes: Partial<AnyTask<TestAnswers>> = {},
): AnyTask<TestAnswers> {
  return {
    id,
    title: id.toUpperCase(),
    step: 'Step 1',
    why: 'Because.',
    needs: [],
    look: async (host) => judge(host as FakeHost),
    judge: (findings) => findings,
    ...changes,
  };
}

/** A task that is healthy as soon as its command ran once. */
export function installs(id: string, needs: readonly string[] = []): AnyTask<TestAnswers> {
  return task(
    id,
    (host) =>
      host.ran.includes(id)
        ? []
        : [finding(`${id}-missing`, { severity: 'missing', fixes: [fix([run(id)])] })],
    { needs },
  );
}

/** The decision for the recommended fix of what is asked about, as it is shown. */
export function first({ question, finding: { fixes } }: Extract<Event, { type: 'question' }>): Decision {
  const [recommended] = fixes;
  return recommended === undefined ? { kind: 'skip', question } : { ...chosenFix(recommended), question };
}

export interface Finished {
  readonly host: FakeHost;
  readonly events: readonly Event[];
  readonly summary: RunSummary;
}

/**
 * Runs the tasks to the end. Every event is put through JSON and its schema. `answer` decides questions as they come;
 * without it nobody is there.
 */
export async function finish(
  tasks: readonly AnyTask<TestAnswers>[],
  options: Partial<RunOptions<TestAnswers>> & {
    readonly host?: FakeHost;
    readonly answer?: (question: Extract<Event, { type: 'question' }>, started: Run) => Decision | undefined;
    readonly onEvent?: (event: Event, started: Run) => void;
  } = {},
): Promise<Finished> {
  const { answer, onEvent, ...rest } = options;
  const host = options.host ?? new FakeHost();
  for (const { id } of tasks) host.commands[id] ??= () => ({});
  const started = startRun<TestAnswers>({
    tasks,
    answers: answer === undefined ? NOBODY : SOMEBODY,
    mode: 'install',
    version: '1.0.0',
    ...rest,
    host,
  });
  const events: Event[] = [];
  started.subscribe((raw) => {
    const event = Event.parse(JSON.parse(JSON.stringify(raw)));
    events.push(event);
    onEvent?.(event, started);
    if (event.type === 'question') {
      const decision = answer?.(event, started);
      if (decision !== undefined) setImmediate(() => started.decide(decision));
    }
  });
  return { host, events, summary: await started.result };
}

/** The events of one type. */
export function only<Type extends Event['type']>(
  events: readonly Event[],
  type: Type,
): Extract<Event, { type: Type }>[] {
  return events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);
}

/** The last state of every task. */
export function states(summary: RunSummary): Record<string, string> {
  return Object.fromEntries(summary.tasks.map(({ id, state }) => [id, state]));
}
