import type { Draft, Question } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import type { Answers } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Flow } from '../operation-flow/flow.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import type { MendRequest } from '../wizard/home.ts';
import type { MaintenanceEntry, Operable } from '../wizard/maintenance.ts';
import type { WizardServices } from '../wizard/services.ts';

/** A run that is followed. */
interface Followed {
  readonly run: Run;
  readonly store: RunStore;
}

interface Work extends Followed {
  readonly answers: Answers;
}

/** Which questions are asked: all that nothing else answers, or only those that the last run does not answer either. */
export type Which = 'all' | 'open';

/** Where the questions lead: to the plan of everything, or to one thing that could not be done without an answer. */
export type Goal =
  | { readonly kind: 'plan' }
  | { readonly kind: 'mend'; readonly request: MendRequest }
  | ({ readonly kind: 'operate' } & Asked);

/** An operation, or a series of them, that was asked for. */
export interface Asked {
  readonly operable: Operable;
  /** Where it was asked for, and where it leads back to. */
  readonly from: Phase;
}

/** Where the operator is in the wizard. */
export type Phase =
  | { readonly name: 'first-look' }
  | { readonly name: 'home' }
  /** A finding of the home; `task` and `code` name it. */
  | { readonly name: 'home-finding'; readonly task: string; readonly code: string }
  | { readonly name: 'mend-all' }
  | { readonly name: 'log' }
  | ({ readonly name: 'mend'; readonly request: MendRequest } & Followed)
  /** All that can be asked for besides fixing. `chosen`: what was opened there last, its id. */
  | { readonly name: 'maintenance'; readonly chosen?: string }
  /** What of several of a kind: update what? */
  | {
      readonly name: 'family';
      readonly entry: MaintenanceEntry;
      readonly from: Phase;
      readonly chosen?: string;
    }
  /** Something to look at; `tool` is its id. */
  | { readonly name: 'tool'; readonly tool: string; readonly from: Phase }
  /** `at`: which one of the series it is; `ended`: how those before it did. */
  | ({
      readonly name: 'operation';
      readonly flow: Flow;
      readonly at: number;
      readonly ended: readonly SeenLine[];
    } & Asked)
  | { readonly name: 'questions'; readonly questions: Which; readonly at: number; readonly goal: Goal }
  | ({ readonly name: 'plan'; readonly questions: Which } & Work)
  | ({ readonly name: 'run'; readonly planned: number } & Work);

/** Follows a run that carries out these answers. */
export function work(run: Run, answers: Answers): Work {
  return { run, store: followRun(run), answers };
}

/** The questions that are asked, in order, for what has been answered so far. */
export function questionsOf(services: WizardServices, draft: Draft, which: Which): readonly Question[] {
  return questionsFor(draft).filter((question) => {
    return !services.isGiven(question) && (which === 'all' || !services.isKept(question));
  });
}

/** Where Escape leads from a question or the plan. `start`: the screen before the first question. */
export function before(phase: Phase, start: Phase, services: WizardServices, draft: Draft): Phase {
  if (phase.name !== 'questions' && phase.name !== 'plan') return phase;
  const { questions } = phase;
  const at = phase.name === 'questions' ? phase.at - 1 : questionsOf(services, draft, questions).length - 1;
  const goal: Goal = phase.name === 'questions' ? phase.goal : { kind: 'plan' };
  return at < 0 ? start : { name: 'questions', questions, at, goal };
}

/** Names the screen: each question, finding and dialogue is one of its own, with its own state. */
export function placeKey(phase: Phase, model: RunModel): string {
  switch (phase.name) {
    case 'questions':
      return `question ${phase.at}`;
    case 'home-finding':
      return `home-finding ${phase.task} ${phase.code}`;
    case 'operation':
      return `operation ${phase.flow.operation.id}`;
    case 'tool':
      return `tool ${phase.tool}`;
    case 'family':
      return `family ${phase.entry.id}`;
    case 'run':
    case 'mend':
      if (model.ended !== undefined) return 'end';
      return model.dialogues[0]?.id ?? model.questions[0]?.id ?? phase.name;
    default:
      return phase.name;
  }
}

const HOME_PHASES: ReadonlySet<Phase['name']> = new Set<Phase['name']>([
  'home',
  'home-finding',
  'mend-all',
  'log',
  'mend',
  'maintenance',
  'tool',
  'family',
  'operation',
]);

/** Whether a phase belongs to the home: leaving it there leaves the home. */
export function isHomePhase({ name }: Phase): boolean {
  return HOME_PHASES.has(name);
}
