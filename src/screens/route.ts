import type { Draft, Question } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import type { Answers } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Flow } from '../operation-flow/flow.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import type { FixRequest } from '../wizard/home.ts';
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
  | { readonly kind: 'fix'; readonly request: FixRequest }
  | ({ readonly kind: 'operate' } & Asked);

/** An operation, or a series of them, that was asked for. */
export interface Asked {
  readonly operable: Operable;
  /** Where it was asked for, and where it returns to. */
  readonly from: Route;
}

/** Where the operator is in the wizard. */
export type Route =
  | { readonly name: 'first-look' }
  | { readonly name: 'home' }
  /** A finding of the home; `task` and `code` name it. */
  | { readonly name: 'home-finding'; readonly task: string; readonly code: string }
  | { readonly name: 'fix-all' }
  | { readonly name: 'log' }
  | ({ readonly name: 'fix'; readonly request: FixRequest } & Followed)
  /** All that can be asked for besides fixing. `chosen`: what was opened there last, its id. */
  | { readonly name: 'maintenance'; readonly chosen?: string }
  /** Which one of several of a kind: update what? */
  | {
      readonly name: 'family';
      readonly entry: MaintenanceEntry;
      readonly from: Route;
      readonly chosen?: string;
    }
  /** Something to look at; `tool` is its id. */
  | { readonly name: 'tool'; readonly tool: string; readonly from: Route }
  /** `at`: its index in the series; `ended`: how the earlier ones ended. */
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
export function before(route: Route, start: Route, services: WizardServices, draft: Draft): Route {
  if (route.name !== 'questions' && route.name !== 'plan') return route;
  const { questions } = route;
  const at = route.name === 'questions' ? route.at - 1 : questionsOf(services, draft, questions).length - 1;
  const goal: Goal = route.name === 'questions' ? route.goal : { kind: 'plan' };
  return at < 0 ? start : { name: 'questions', questions, at, goal };
}

/** Names the screen: each question, finding and dialogue is one of its own, with its own state. */
export function routeKey(route: Route, model: RunModel): string {
  switch (route.name) {
    case 'questions':
      return `question ${route.at}`;
    case 'home-finding':
      return `home-finding ${route.task} ${route.code}`;
    case 'operation':
      return `operation ${route.flow.operation.id}`;
    case 'tool':
      return `tool ${route.tool}`;
    case 'family':
      return `family ${route.entry.id}`;
    case 'run':
    case 'fix':
      if (model.ended !== undefined) return 'end';
      return model.dialogues[0]?.id ?? model.questions[0]?.id ?? route.name;
    default:
      return route.name;
  }
}

const HOME_ROUTES: ReadonlySet<Route['name']> = new Set<Route['name']>([
  'home',
  'home-finding',
  'fix-all',
  'log',
  'fix',
  'maintenance',
  'tool',
  'family',
  'operation',
]);

/** Whether a route belongs to the home: leaving it there leaves the home. */
export function isHomeRoute({ name }: Route): boolean {
  return HOME_ROUTES.has(name);
}
