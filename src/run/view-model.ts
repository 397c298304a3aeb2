import type { ActionView } from '../engine/contracts/action-view.ts';
import type { Consent } from '../engine/contracts/consent.ts';
import type {
  DialogueView,
  Event,
  FailureView,
  FindingView,
  TaskState,
  TaskView,
} from '../engine/contracts/event.ts';

/**
 * What a run looks like at a moment, made from its events and nothing else. The screens draw it, the plain output
 * takes names and counts from it.
 */

/** How many lines of a task's output are kept; the log has all of them. */
const TAIL = 200;

export interface ActionModel {
  readonly id: string;
  readonly view: ActionView;
  readonly startedAt: number;
  readonly progress?: { readonly done: number; readonly total?: number; readonly unit: string };
}

export interface TaskModel {
  readonly view: TaskView;
  readonly state: TaskState;
  readonly note?: string;
  /** When work on it began, ms since 1970. */
  readonly startedAt?: number;
  /** When it came to rest, ms since 1970. */
  readonly endedAt?: number;
  readonly findings: readonly FindingView[];
  /** The action that is running. */
  readonly action?: ActionModel;
  /** How many actions ended well. */
  readonly actionsDone: number;
  readonly tail: readonly string[];
  /** How its last action failed; undefined when that one ended well. */
  readonly failure?: FailureView;
}

export interface QuestionModel {
  readonly id: string;
  readonly task: string;
  readonly finding: FindingView;
  readonly failure?: FailureView;
  readonly cameBack: boolean;
  /** It came back because it was on trial and nobody confirmed it. */
  readonly expired?: true;
  /** What was agreed to before it became what it is now. */
  readonly agreed?: readonly Consent[];
}

export interface DialogueModel {
  readonly id: string;
  readonly task: string;
  readonly view: DialogueView;
  /** Until when its code can be used, ms since 1970. */
  readonly goodUntil?: number;
}

/** What an operator answered. */
interface DecisionModel {
  /** Id of the question. */
  readonly question: string;
  readonly task: string;
  readonly code: string;
  /** As 'skip' or 'apply: ' with the fix's title. */
  readonly choice: string;
}

/** Something that undoes itself unless it is kept. */
export interface TrialModel {
  readonly task: string;
  readonly question: string;
  /** 'over': it ended without a decision. */
  readonly outcome: 'open' | 'decided' | 'over';
}

export interface RunModel {
  readonly run: string;
  readonly mode: 'install' | 'check' | 'plan' | 'operate';
  readonly version: string;
  readonly host: string;
  readonly log?: string;
  /** The codes that it was asked to fix; absent for a run about everything, empty for all that needs no consent. */
  readonly only?: readonly string[];
  /** When it began, ms since 1970; undefined before its first event: there is no time to show then. */
  readonly startedAt?: number;
  /** When its last event came, by the machine's clock. */
  readonly lastAt?: number;
  readonly tasks: readonly TaskModel[];
  /** Open questions, the oldest first. */
  readonly questions: readonly QuestionModel[];
  /** Dialogues that are going on, the oldest first. */
  readonly dialogues: readonly DialogueModel[];
  readonly actionsDone: number;
  /** What was answered, the latest last. */
  readonly decisions: readonly DecisionModel[];
  /** What was on trial, the latest last. */
  readonly trials: readonly TrialModel[];
  /** What was named but left as it is, because it is not what was agreed to. */
  readonly unagreed: readonly Pick<Extract<Event, { type: 'not-agreed' }>, 'task' | 'finding' | 'agreed'>[];
  /** An operation was not started, because its plan is no longer the one that was agreed to. */
  readonly planDiffers?: true;
  readonly ended?: Extract<Event, { type: 'run-ended' }>;
}

/** A run before its first event. */
export const NOT_STARTED: RunModel = {
  run: '',
  mode: 'install',
  version: '',
  host: '',
  tasks: [],
  questions: [],
  dialogues: [],
  actionsDone: 0,
  decisions: [],
  trials: [],
  unagreed: [],
};

/** States in which nothing more happens to a part. */
export const AT_REST: ReadonlySet<TaskState> = new Set(['healthy', 'unhealthy', 'skipped']);

/** A clock that is kept by a service is corrected by fractions of this. */
const NOTICEABLE_MS = 1_500;

/**
 * The times moved along when the machine's clock was set back, as by a fix of ours: measured by a beginning that is in the future
 * by now, nothing would have taken any time for hours.
 */
function followClock(model: RunModel, { at }: Event): RunModel {
  const back = (model.lastAt ?? at) - at;
  if (back < NOTICEABLE_MS || model.startedAt === undefined) return { ...model, lastAt: at };
  const moved = (one: { readonly startedAt?: number }) =>
    one.startedAt === undefined ? {} : { startedAt: one.startedAt - back };
  const tasks = model.tasks.map((task) => ({ ...task, ...moved(task) }));
  return { ...model, ...moved(model), tasks, lastAt: at };
}

/** The model after an event. Events of tasks, questions or actions that it does not know change nothing. */
export function reduce(before: RunModel, event: Event): RunModel {
  const model = followClock(before, event);
  switch (event.type) {
    case 'run-started': {
      const { run, mode, version, host, log, only, tasks, at } = event;
      return {
        ...NOT_STARTED,
        lastAt: at,
        ...{ run, mode, version, host, startedAt: at, log, only },
        tasks: tasks.map((view) => ({ view, state: 'waiting', findings: [], actionsDone: 0, tail: [] })),
      };
    }
    case 'task-state':
      return changeTask(model, event.task, (task) => withState(task, event));
    case 'findings':
      return changeTask(model, event.task, (task) => ({ ...task, findings: event.findings }));
    case 'action-started':
      return changeTask(model, event.task, (task) => ({
        ...task,
        action: { id: event.action, view: event.view, startedAt: event.at },
      }));
    case 'action-output':
      return changeTask(model, event.task, (task) => ({
        ...task,
        tail: [...task.tail.slice(1 - TAIL), event.line],
      }));
    case 'action-goes-on':
      return model;
    case 'action-progress':
      return changeTask(model, event.task, (task) => withProgress(task, event));
    case 'action-ended':
      return {
        ...changeTask(model, event.task, (task) => withoutAction(task, event)),
        actionsDone: model.actionsDone + (event.ok ? 1 : 0),
      };
    case 'question': {
      const { question: id, task, finding, failure, cameBack, agreed } = event;
      const expired = cameBack && model.trials.findLast((trial) => trial.task === task)?.outcome === 'over';
      const question = {
        ...{ id, task, finding, cameBack, failure, agreed },
        ...(expired ? { expired } : {}),
      };
      return {
        ...model,
        questions: [...model.questions.filter((other) => other.id !== id), question],
        trials:
          finding.trial === undefined
            ? model.trials
            : [...model.trials, { task, question: id, outcome: 'open' }],
      };
    }
    case 'question-withdrawn':
      return {
        ...model,
        questions: model.questions.filter(({ id }) => id !== event.question),
        trials: endTrial(model.trials, event.question, 'over'),
      };
    case 'decided': {
      const decided = model.questions.find(({ id }) => id === event.question);
      if (decided === undefined) return model;
      const decision = {
        question: decided.id,
        task: decided.task,
        code: decided.finding.code,
        choice: event.choice,
      };
      return {
        ...model,
        questions: model.questions.filter((question) => question !== decided),
        decisions: [...model.decisions, decision],
        trials: endTrial(model.trials, decided.id, 'decided'),
      };
    }
    case 'dialogue': {
      const { dialogue: id, task, view, at } = event;
      const goodUntil = view.goodForMs === undefined ? undefined : at + view.goodForMs;
      const dialogue = { id, task, view, ...(goodUntil === undefined ? {} : { goodUntil }) };
      const known = model.dialogues.some(({ id }) => id === dialogue.id);
      const dialogues = known
        ? model.dialogues.map((other) => (other.id === dialogue.id ? dialogue : other))
        : [...model.dialogues, dialogue];
      return { ...model, dialogues };
    }
    case 'dialogue-ended':
      return { ...model, dialogues: model.dialogues.filter(({ id }) => id !== event.dialogue) };
    case 'not-agreed':
      return { ...model, unagreed: [...model.unagreed, event] };
    case 'agreed':
      return model;
    case 'plan-differs':
      return { ...model, planDiffers: true };
    case 'run-ended':
      return { ...model, questions: [], dialogues: [], ended: event };
  }
}

function endTrial(
  trials: readonly TrialModel[],
  question: string,
  outcome: TrialModel['outcome'],
): readonly TrialModel[] {
  return trials.map((trial) => (trial.question === question ? { ...trial, outcome } : trial));
}

/**
 * What the operator is asked now; undefined when nothing waits for anybody. What undoes itself comes before all else, then
 * another program's dialogue, then the oldest question.
 */
export function askedNow({
  dialogues,
  questions,
}: Pick<RunModel, 'dialogues' | 'questions'>):
  | { readonly kind: 'dialogue'; readonly id: string; readonly dialogue: DialogueModel }
  | { readonly kind: 'question'; readonly id: string; readonly question: QuestionModel }
  | undefined {
  const urgent = questions.find(({ finding }) => finding.trial !== undefined);
  const [dialogue] = dialogues;
  if (urgent === undefined && dialogue !== undefined) return { kind: 'dialogue', id: dialogue.id, dialogue };
  const question = urgent ?? questions[0];
  return question === undefined ? undefined : { kind: 'question', id: question.id, question };
}

function changeTask(model: RunModel, id: string, change: (task: TaskModel) => TaskModel): RunModel {
  return { ...model, tasks: model.tasks.map((task) => (task.view.id === id ? change(task) : task)) };
}

function withState(task: TaskModel, event: Extract<Event, { type: 'task-state' }>): TaskModel {
  const { note: _, endedAt: __, ...rest } = task;
  const startedAt = task.startedAt ?? (event.state === 'waiting' ? undefined : event.at);
  return {
    ...rest,
    state: event.state,
    note: event.note,
    startedAt,
    ...(AT_REST.has(event.state) ? { endedAt: event.at } : {}),
  };
}

function withProgress(task: TaskModel, event: Extract<Event, { type: 'action-progress' }>): TaskModel {
  if (task.action?.id !== event.action) return task;
  const { done, total, unit } = event;
  const progress = { done, unit, total };
  return { ...task, action: { ...task.action, progress } };
}

function withoutAction(task: TaskModel, event: Extract<Event, { type: 'action-ended' }>): TaskModel {
  const { action, failure: _, ...rest } = task;
  const kept = action === undefined || action.id === event.action ? rest : { ...rest, action };
  return {
    ...kept,
    actionsDone: task.actionsDone + (event.ok ? 1 : 0),
    failure: event.failure,
  };
}

/** When it ended, else when it began. Before its first event nothing has a time yet, and nothing is compared with this. */
export function timeOf({ ended, startedAt }: RunModel): number {
  return ended?.at ?? startedAt ?? 0;
}

/** The task with this id; undefined when the run has none. */
export function taskOf(model: RunModel, id: string): TaskModel | undefined {
  return model.tasks.find(({ view }) => view.id === id);
}

/** The tasks that are at work, in the order of the run. */
export function atWork(model: RunModel): readonly TaskModel[] {
  return model.tasks.filter(({ state }) => state !== 'waiting' && !AT_REST.has(state));
}

/** Titles of what a task still waits for. */
export function waitsFor(model: RunModel, task: TaskModel): readonly string[] {
  return task.view.needs.flatMap((need) => {
    const needed = taskOf(model, need);
    return needed === undefined || needed.state === 'healthy' || needed.state === 'skipped'
      ? []
      : [needed.view.title];
  });
}

/** What is left to know at the end: findings that stayed, with the task they belong to. */
export function openFindings(
  model: RunModel,
): readonly { readonly task: TaskModel; readonly finding: FindingView }[] {
  return model.tasks.flatMap((task) => task.findings.map((finding) => ({ task, finding })));
}
