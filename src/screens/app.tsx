import { useApp } from 'ink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Draft } from '../answers/question.ts';
import { FrameSize, SessionContext } from '../components/terminal.tsx';
import { useSettling } from '../components/use-settling.ts';
import type { Detached } from '../engine/contracts/run.ts';
import { isShownOnce, operatedLines } from '../operation-flow/ending.ts';
import { type FlowState, isAtWork } from '../operation-flow/flow-state.ts';
import type { LeftOperation } from '../operation-flow/left.ts';
import { plannedActions } from '../run/plan-text.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { EndingLine, SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import { endingLines } from '../wizard/ending.ts';
import { followHome, type HomeState } from '../wizard/home-store.ts';
import { operationsOf } from '../wizard/maintenance.ts';
import type { WizardServices } from '../wizard/services.ts';
import { Interruptible } from './interruptible.tsx';
import { operationPlace } from './operation/operation.tsx';
import {
  type Asked,
  before,
  type Goal,
  isHomePhase,
  type Phase,
  placeKey,
  questionsOf,
  type Which,
  work,
} from './route.ts';
import { Place } from './router.tsx';
import type { Work } from './stop.tsx';

/** How the wizard was left. */
export interface Left {
  /** The run that ended; undefined when there was none. */
  readonly ended?: { readonly run: RunModel; readonly lines: readonly EndingLine[] };
  /** What the home showed last, when it was left from there. */
  readonly home?: HomeState;
  /** The operation that was running or had ended: what the home showed before it must not be so any more. */
  readonly operation?: LeftOperation;
}

/** The wizard: which screen is shown, and the one place that ends it. */
export function App({ services }: { services: WizardServices }) {
  const { exit } = useApp();
  const [phase, setPhase] = useState<Phase>({ name: 'first-look' });
  const [draft, setDraft] = useState<Draft>(services.draft);
  const [leaving, setLeaving] = useState<Left>();
  const [chosen, setChosen] = useState<string>();
  const model = useModel(phase);
  const flow = useFlow(phase);
  const ending = useEnding(phase, model, services);
  const [store] = useState(() => followHome(() => services.look(draft)));
  const home = useSyncExternalStore(store.subscribe, store.state);
  const [hasHome, setHasHome] = useState(false);
  /** What took the Otto of this home away. */
  const [gone, setGone] = useState<LeftOperation>();
  const start: Phase = hasHome ? { name: 'home' } : { name: 'first-look' };

  // The last frame is removed first, and what stays in the terminal is printed after Ink has given it back.
  useEffect(() => {
    if (leaving !== undefined) exit(leaving);
  }, [leaving, exit]);

  const goTo = useCallback(
    (next: Phase) => {
      setPhase(next);
      if (next.name !== 'home') return;
      setHasHome(true);
      // The first time it is come to; later it is looked when something was done or somebody asks for it.
      if (store.state().look.ended === undefined && !store.state().looking) store.look();
    },
    [store],
  );
  // What was fixed is looked at again, with everything that it may have touched.
  useEffect(() => {
    if (phase.name !== 'mend' || model.ended === undefined) return;
    store.look({ mended: { request: phase.request, run: model, notes: services.mendNotes() } });
    setPhase({ name: 'home' });
  }, [phase, model, store, services]);

  const over = (phase.name === 'run' && model.ended !== undefined) || flow?.name === 'ended';
  const leave = () => {
    if (phase.name === 'plan') phase.run.stop();
    store.rest();
    if (phase.name === 'run' && over && ending !== undefined)
      setLeaving({ ended: { run: model, lines: ending } });
    else if (phase.name === 'operation' && flow !== undefined && (over || isAtWork(flow)))
      setLeaving({ operation: { operation: phase.flow.operation, state: flow } });
    else if (phase.name === 'first-look' && gone !== undefined) setLeaving({ operation: gone });
    else setLeaving(isHomePhase(phase) ? { home } : {});
  };
  const stop = () => {
    if (phase.name === 'run' || phase.name === 'mend') phase.run.stop('Stopped with Ctrl-C.');
    else if (phase.name === 'operation') phase.flow.stop('Stopped with Ctrl-C.');
  };

  /** Goes on with what the answers were asked for. */
  const reach = (answered: Draft, goal: Goal, questions: Which): void => {
    store.rest();
    if (goal.kind === 'plan') {
      const answers = services.complete(answered);
      setPhase({ name: 'plan', questions, ...work(services.plan(answers), answers) });
    } else if (!services.canMend(answered)) ask(answered, 'open', 0, goal);
    else if (goal.kind === 'mend') {
      const run = services.mend(answered, goal.request);
      setPhase({ name: 'mend', request: goal.request, run, store: followRun(run) });
    } else setPhase(operating(services, answered, goal));
  };
  const ask = (answered: Draft, questions: Which, at: number, goal: Goal): void => {
    if (at < questionsOf(services, answered, questions).length)
      setPhase({ name: 'questions', questions, at, goal });
    else reach(answered, goal, questions);
  };
  const endOfOperation = () => {
    if (phase.name !== 'operation' || flow === undefined) return;
    const { operable, from, at, ended } = phase;
    phase.flow.leave();
    if (flow.name !== 'ended') {
      // What was changed on the way here, by an earlier one of a series, is looked at again.
      if (at > 0) store.look({ operated: ended });
      return goTo(at > 0 ? { name: 'home' } : from);
    }
    const { ending, run } = flow;
    if (flow.ottoIsGone) {
      setHasHome(false);
      setGone({ operation: phase.flow.operation, state: flow });
      return setPhase({ name: 'first-look' });
    }
    const lines = [...ended, ...operatedLines(phase.flow.operation, ending, run)];
    const next = operationsOf(operable)[at + 1];
    if (ending.kind === 'done' && next !== undefined)
      return setPhase(operating(services, draft, { operable, from }, at + 1, lines));
    store.look({ operated: lines });
    setPhase({ name: 'home' });
  };
  const place = flow === undefined ? placeKey(phase, model) : operationPlace(flow);
  const unsettled = useSettling(
    place,
    model.decisions.map(({ question }) => question),
  );
  if (leaving !== undefined) return null;
  return (
    <SessionContext value={services.session}>
      <FrameSize>
        <Interruptible
          atWork={workOf(phase, over, flow)}
          detached={detachedOf(phase)}
          over={over}
          shownOnce={flow?.name === 'ended' && isShownOnce(flow.summary)}
          changed={home.touched === true || gone !== undefined}
          {...{ place, unsettled }}
          onStop={stop}
          onLeave={leave}
        >
          <Place
            {...{ services, phase, model, flow, home, draft, ending, chosen }}
            onChoose={setChosen}
            onGoTo={goTo}
            onBegin={(questions) => {
              store.rest();
              ask(draft, questions, 0, { kind: 'plan' });
            }}
            onLookAgain={() => store.look()}
            onMend={(request) => reach(draft, { kind: 'mend', request }, 'open')}
            onOperate={(asked) => reach(draft, { kind: 'operate', ...asked }, 'open')}
            onEndOfOperation={endOfOperation}
            onAnswer={(answered) => {
              setDraft(answered);
              if (phase.name === 'questions') ask(answered, phase.questions, phase.at + 1, phase.goal);
            }}
            onBack={() => {
              if (phase.name === 'plan') phase.run.stop();
              goTo(before(phase, start, services, draft));
            }}
            onGo={() => {
              if (phase.name !== 'plan') return;
              const planned = model.tasks.reduce((sum, task) => sum + plannedActions(task), 0);
              setPhase({ name: 'run', planned, ...work(services.install(phase.answers), phase.answers) });
            }}
            onLeave={leave}
          />
        </Interruptible>
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
): Phase {
  const operation = operationsOf(operable)[at];
  if (operation === undefined) return from;
  return { name: 'operation', flow: services.operate(draft, operation), at, ended, operable, from };
}

/** What is being done to the machine in a phase. */
function workOf({ name }: Phase, over: boolean, flow: FlowState | undefined): Work | undefined {
  if (over) return undefined;
  if (name === 'run') return 'installing';
  if (name === 'mend') return 'mending';
  if (flow?.name === 'working') return 'operating';
  return flow?.name === 'fetching' ? 'fetching' : undefined;
}

/** Of what is running in a phase, where it has a process of its own. */
function detachedOf(phase: Phase): Detached | undefined {
  if (phase.name === 'run' || phase.name === 'mend') return phase.run.detached;
  return phase.name === 'operation' ? phase.flow.detached : undefined;
}

const NOTHING: RunStore = followRun({ subscribe: () => () => {} });

function useModel(phase: Phase): RunModel {
  const store = 'store' in phase ? phase.store : NOTHING;
  return useSyncExternalStore(store.subscribe, store.model);
}

/** Where an operation stands; undefined in every other phase. */
function useFlow(phase: Phase): FlowState | undefined {
  const flow = phase.name === 'operation' ? phase.flow : undefined;
  return useSyncExternalStore(flow?.subscribe ?? never, () => flow?.state());
}

const never = () => () => {};

function useEnding(
  phase: Phase,
  model: RunModel,
  services: WizardServices,
): readonly EndingLine[] | undefined {
  const [lines, setLines] = useState<readonly EndingLine[]>();
  const find = useCallback(async () => {
    if (phase.name !== 'run' || model.ended === undefined) return;
    setLines(endingLines(model, phase.answers, await services.outcome(model, phase.answers)));
  }, [phase, model, services]);
  useEffect(() => {
    void find();
  }, [find]);
  return lines;
}
