import type { Draft, Question } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import type { AnswerKey, Answers } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Flow } from '../operation-flow/flow.ts';
import type { Planned } from '../run/forecast.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { askedNow, type RunModel } from '../run/view-model.ts';
import { keyOf } from '../wizard/first-draft.ts';
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

/**
 * Which questions are asked: all that nothing else answers, only those that the last run does not answer either, or those about
 * one answer that is to be changed, wherever it came from.
 */
export type Which = 'all' | 'open' | { readonly change: AnswerKey };

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
  /** Any command of the home, found by its words. */
  | { readonly name: 'find' }
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
  /** `from`: the screen from which one answer is changed; Escape leads back to it. */
  | {
      readonly name: 'questions';
      readonly questions: Which;
      readonly at: number;
      readonly goal: Goal;
      readonly from?: Route;
    }
  /** An answer was changed while a run was at work with the old one: that ends first. */
  | ({ readonly name: 'changing'; readonly questions: Which; readonly answered: Draft } & Followed)
  /** All answers on one page; `questions`: those that led here. */
  | { readonly name: 'review'; readonly questions: Which }
  | ({ readonly name: 'plan'; readonly questions: Which } & Work)
  | ({ readonly name: 'run'; readonly planned: Planned } & Work);

/** The run that is followed in a route, also below a question about one of its answers. */
export function followed(route: Route): Followed | undefined {
  if ('store' in route) return route;
  return route.name === 'questions' && route.from !== undefined ? followed(route.from) : undefined;
}

/** Follows a run that carries out these answers. */
export function work(run: Run, answers: Answers): Work {
  return { run, store: followRun(run), answers };
}

/** What is asked, in order, for what has been answered so far: a page each, two short answers about one thing on one page. */
export function pagesOf(
  services: WizardServices,
  draft: Draft,
  which: Which,
): readonly (readonly [Question, ...Question[]])[] {
  const pages: [Question, ...Question[]][] = [];
  for (const question of questionsOf(services, draft, which)) {
    const last = pages.at(-1);
    if (last?.every((other) => belongTogether(other, question))) last.push(question);
    else pages.push([question]);
  }
  return pages;
}

/** A secret has its screen to itself, and so has a choice with what each of it means. */
function belongTogether(one: Question, other: Question): boolean {
  return (
    one.kind === 'text' && other.kind === 'text' && one.title === other.title && !one.masked && !other.masked
  );
}

/** All questions that are asked, in order. */
export function questionsOf(services: WizardServices, draft: Draft, which: Which): readonly Question[] {
  if (typeof which === 'object') {
    const title = questionsFor(draft).find((question) => keyOf(question) === which.change)?.title;
    return questionsFor(draft).filter((question) => question.title === title);
  }
  return questionsFor(draft).filter((question) => {
    return !services.isGiven(question) && (which === 'all' || !services.isKept(question));
  });
}

/** Where Escape leads from a question, the page of all answers or the plan. `start`: the screen before the first question. */
export function before(route: Route, start: Route, services: WizardServices, draft: Draft): Route {
  if (route.name === 'plan') return { name: 'review', questions: route.questions };
  if (route.name !== 'questions' && route.name !== 'review') return route;
  const { questions } = route;
  const at = route.name === 'questions' ? route.at - 1 : pagesOf(services, draft, questions).length - 1;
  const goal: Goal = route.name === 'questions' ? route.goal : { kind: 'plan' };
  const from = route.name === 'questions' ? route.from : undefined;
  return at < 0 ? (from ?? start) : { name: 'questions', questions, at, goal, from };
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
      return askedNow(model)?.id ?? route.name;
    default:
      return route.name;
  }
}

const HOME_ROUTES: ReadonlySet<Route['name']> = new Set<Route['name']>([
  'home',
  'home-finding',
  'fix-all',
  'log',
  'find',
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
