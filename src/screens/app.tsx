import { useApp } from 'ink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Draft } from '../answers/question.ts';
import type { AnswerKey } from '../answers/schema.ts';
import { ProgressOf } from '../components/progress.tsx';
import { WindowSignals } from '../components/signals.tsx';
import { FrameSize, SessionContext } from '../components/terminal.tsx';
import { useSettling } from '../components/use-settling.ts';
import type { Detached } from '../engine/contracts/run.ts';
import { isShownOnce, operatedLines } from '../operation-flow/ending.ts';
import { type FlowState, isAtWork } from '../operation-flow/flow-state.ts';
import type { LeftOperation } from '../operation-flow/left.ts';
import { type Durations, plannedParts } from '../run/forecast.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { EndingLine, SeenLine } from '../run/shown-line.ts';
import { trialNotes } from '../run/trials.ts';
import type { RunModel } from '../run/view-model.ts';
import { endingLines } from '../wizard/ending.ts';
import { followHome, type HomeState } from '../wizard/home-store.ts';
import { operationsOf } from '../wizard/maintenance.ts';
import type { WizardServices } from '../wizard/services.ts';
import { Interruptible } from './interruptible.tsx';
import { operationKey } from './operation/operation.tsx';
import {
  type Asked,
  before,
  followed,
  type Goal,
  isHomeRoute,
  pagesOf,
  type Route,
  routeKey,
  type Which,
  work,
} from './route.ts';
import { Router } from './router.tsx';
import type { Work } from './stop.tsx';
import { windowOfFlow, windowOfRun } from './window.ts';

/** How the wizard was left. */
export interface Left {
  /** The run that ended; undefined when there was none. */
  readonly ended?: { readonly run: RunModel; readonly lines: readonly EndingLine[] };
  /** What the home showed last, when it was left from there. */
  readonly home?: HomeState;
  /** The operation that was running or had ended: what the home showed before it may be outdated. */
  readonly operation?: LeftOperation;
}

/** The wizard: which screen is shown, and the one place that ends it. */
export function App({ services }: { services: WizardServices }) {
  const { exit } = useApp();
  const [route, setRoute] = useState<Route>({ name: 'first-look' });
  const [draft, setDraft] = useState<Draft>(services.draft);
  const [leaving, setLeaving] = useState<Left>();
  const [chosen, setChosen] = useState<string>();
  const [durations, setDurations] = useState<Durations>({});
  useEffect(() => void services.durations().then(setDurations), [services]);
  const model = useModel(route);
  const flow = useFlow(route);
  const ending = useEnding(route, model, services);
  const [store] = useState(() => followHome(() => services.look(draft)));
  const home = useSyncExternalStore(store.subscribe, store.state);
  const [hasHome, setHasHome] = useState(false);
  /** The operation that removed this Otto. */
  const [gone, setGone] = useState<LeftOperation>();
  const start: Route = hasHome ? { name: 'home' } : { name: 'first-look' };

  // The last frame is removed first, and what stays in the terminal is printed after Ink has given it back.
  useEffect(() => {
    if (leaving !== undefined) exit(leaving);
  }, [leaving, exit]);

  const goTo = useCallback(
    (next: Route) => {
      setRoute(next);
      if (next.name !== 'home') return;
      setHasHome(true);
      // On the first visit; later it looks again when something was done or somebody asks for it.
      if (store.state().look.ended === undefined && !store.state().looking) store.look();
    },
    [store],
  );
  // Look again at what was fixed, and at everything that it may have touched.
  useEffect(() => {
    if (route.name !== 'fix' || model.ended === undefined) return;
    store.look({
      attempt: { request: route.request, run: model, notes: [...services.fixNotes(), ...trialNotes(model)] },
    });
    setRoute({ name: 'home' });
  }, [route, model, store, services]);

  const over = (route.name === 'run' && model.ended !== undefined) || flow?.name === 'ended';
  const leave = () => {
    if (route.name === 'plan') route.run.stop();
    store.rest();
    if (route.name === 'run' && over && ending !== undefined)
      setLeaving({ ended: { run: model, lines: ending } });
    else if (route.name === 'operation' && flow !== undefined && (over || isAtWork(flow)))
      setLeaving({ operation: { operation: route.flow.operation, state: flow } });
    else if (route.name === 'first-look' && gone !== undefined) setLeaving({ operation: gone });
    else setLeaving(isHomeRoute(route) ? { home } : {});
  };
  const stop = () => {
    if (route.name === 'run' || route.name === 'fix' || route.name === 'changing')
      route.run.stop('Stopped with Ctrl-C.');
    else if (route.name === 'questions' && route.from?.name === 'run') {
      route.from.run.stop('Stopped with Ctrl-C.');
      setRoute(route.from);
    } else if (route.name === 'operation') route.flow.stop('Stopped with Ctrl-C.');
  };

  const makePlan = (answered: Draft, questions: Which): void => {
    const answers = services.complete(answered);
    setRoute({ name: 'plan', questions, ...work(services.plan(answers), answers) });
  };
  /** Continues with what the answers were asked for. */
  const reach = (answered: Draft, goal: Goal, questions: Which): void => {
    store.rest();
    if (goal.kind === 'plan') setRoute({ name: 'review', questions });
    else if (!services.canFix(answered)) ask(answered, 'open', 0, goal);
    else if (goal.kind === 'fix') {
      const run = services.fix(answered, goal.request);
      setRoute({ name: 'fix', request: goal.request, run, store: followRun(run) });
    } else setRoute(operating(services, answered, goal));
  };
  const ask = (answered: Draft, questions: Which, at: number, goal: Goal, from?: Route): void => {
    if (at < pagesOf(services, answered, questions).length)
      setRoute({ name: 'questions', questions, at, goal, from });
    else if (from?.name === 'run' && !from.store.model().ended) {
      from.run.stop('An answer was changed.');
      setRoute({ name: 'changing', questions, answered, run: from.run, store: from.store });
    } else reach(answered, goal, from?.name === 'review' ? from.questions : questions);
  };
  /** Asks for one answer again, from where it hurts. */
  const change = (key: AnswerKey) => ask(draft, { change: key }, 0, { kind: 'plan' }, route);
  useEffect(() => {
    if (route.name === 'changing' && model.ended !== undefined) makePlan(route.answered, route.questions);
  });
  const endOfOperation = () => {
    if (route.name !== 'operation' || flow === undefined) return;
    const { operable, from, at, ended } = route;
    route.flow.leave();
    if (flow.name !== 'ended') {
      // An earlier operation of the series may have changed something: look again.
      if (at > 0) store.look({ operated: ended });
      return goTo(at > 0 ? { name: 'home' } : from);
    }
    const { ending, run } = flow;
    if (flow.ottoIsGone) {
      setHasHome(false);
      setGone({ operation: route.flow.operation, state: flow });
      return setRoute({ name: 'first-look' });
    }
    const lines = [...ended, ...operatedLines(route.flow.operation, ending, run)];
    const next = operationsOf(operable)[at + 1];
    if (ending.kind === 'done' && next !== undefined)
      return setRoute(operating(services, draft, { operable, from }, at + 1, lines));
    store.look({ operated: lines });
    setRoute({ name: 'home' });
  };
  const screenKey = flow === undefined ? routeKey(route, model) : operationKey(flow);
  const unsettled = useSettling(
    screenKey,
    model.decisions.map(({ question }) => question),
  );
  if (leaving !== undefined) return null;
  return (
    <SessionContext value={services.session}>
      <FrameSize>
        <ProgressOf
          run={route.name === 'run' ? model : undefined}
          planned={route.name === 'run' ? route.planned : {}}
        >
          <WindowSignals
            {...(route.name === 'operation' && flow !== undefined
              ? windowOfFlow(route.flow.operation.title, flow)
              : windowOfRun(model, DOING[route.name]))}
          />
          <Interruptible
            atWork={workOf(route, over, flow, model)}
            detached={detachedOf(route)}
            over={over}
            shownOnce={flow?.name === 'ended' && isShownOnce(flow.summary)}
            changed={home.touched === true || gone !== undefined}
            {...{ screenKey, unsettled }}
            onStop={stop}
            onLeave={leave}
          >
            <Router
              {...{ services, route, model, flow, home, draft, durations, ending, chosen }}
              onChoose={setChosen}
              onGoTo={goTo}
              onBegin={(questions) => {
                store.rest();
                ask(draft, questions, 0, { kind: 'plan' });
              }}
              onLookAgain={() => store.look()}
              onFix={(request) => reach(draft, { kind: 'fix', request }, 'open')}
              onOperate={(asked) => reach(draft, { kind: 'operate', ...asked }, 'open')}
              onEndOfOperation={endOfOperation}
              onAnswer={(answered) => {
                setDraft(answered);
                if (route.name === 'questions')
                  ask(answered, route.questions, route.at + 1, route.goal, route.from);
              }}
              onBack={() => {
                if (route.name === 'plan') route.run.stop();
                goTo(before(route, start, services, draft));
              }}
              onGo={() => {
                if (route.name !== 'plan') return;
                const planned = plannedParts(model.tasks, durations);
                setRoute({ name: 'run', planned, ...work(services.install(route.answers), route.answers) });
              }}
              onReviewed={() => {
                if (route.name === 'review') makePlan(draft, route.questions);
              }}
              onChange={change}
              onLeave={leave}
            />
          </Interruptible>
        </ProgressOf>
      </FrameSize>
    </SessionContext>
  );
}

/** One operation of what was asked for, started. */
function operating(
  services: WizardServices,
  draft: Draft,
  { operable, from }: Asked,
  at = 0,
  ended: readonly SeenLine[] = [],
): Route {
  const operation = operationsOf(operable)[at];
  if (operation === undefined) return from;
  return { name: 'operation', flow: services.operate(draft, operation), at, ended, operable, from };
}

/** What the window says of what is at work in a route. */
const DOING: Readonly<Partial<Record<Route['name'], string>>> = { run: 'installing', fix: 'fixing' };

/** What is being done to the machine in a route. */
function workOf(
  route: Route,
  over: boolean,
  flow: FlowState | undefined,
  { ended }: RunModel,
): Work | undefined {
  const { name } = route;
  if (over) return undefined;
  if (name === 'run' || name === 'changing') return 'installing';
  // An answer of a run that is still at work is asked for.
  if (followed(route) !== undefined && name === 'questions') return ended ? undefined : 'installing';
  if (name === 'fix') return 'fixing';
  if (flow?.name === 'working') return 'operating';
  return flow?.name === 'fetching' ? 'fetching' : undefined;
}

/** Of what is running in a route, where it has a process of its own. */
function detachedOf(route: Route): Detached | undefined {
  if (route.name === 'operation') return route.flow.detached;
  return route.name === 'plan' ? undefined : followed(route)?.run.detached;
}

const NOTHING: RunStore = followRun({ subscribe: () => () => {} });

function useModel(route: Route): RunModel {
  const store = followed(route)?.store ?? NOTHING;
  return useSyncExternalStore(store.subscribe, store.model);
}

/** The state of the operation; undefined in every other route. */
function useFlow(route: Route): FlowState | undefined {
  const flow = route.name === 'operation' ? route.flow : undefined;
  return useSyncExternalStore(flow?.subscribe ?? never, () => flow?.state());
}

const never = () => () => {};

function useEnding(
  route: Route,
  model: RunModel,
  services: WizardServices,
): readonly EndingLine[] | undefined {
  const [lines, setLines] = useState<readonly EndingLine[]>();
  const find = useCallback(async () => {
    if (route.name !== 'run' || model.ended === undefined) return;
    setLines(endingLines(model, route.answers, await services.outcome(model, route.answers)));
  }, [route, model, services]);
  useEffect(() => {
    void find();
  }, [find]);
  return lines;
}
