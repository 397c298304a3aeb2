import { Box, useApp, useInput } from 'ink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { FrameSize, ScreenPlace, SessionContext } from './components/terminal.tsx';
import { useSettling } from './components/use-settling.ts';
import { type EndingLine, endingLines } from './ending.ts';
import type { MendRequest } from './home.ts';
import { followHome, type HomeState } from './home-store.ts';
import {
  before,
  type Goal,
  isHomePhase,
  type Phase,
  placeKey,
  questionsOf,
  type Which,
  work,
} from './phase.ts';
import { Place } from './places.tsx';
import { plannedActions } from './plan-text.ts';
import type { Draft } from './question.ts';
import { followRun, type RunStore } from './run-store.ts';
import { StopScreen } from './screens/stop.tsx';
import type { RunModel } from './view-model.ts';
import type { World } from './world.ts';

/** How the wizard was left. */
export interface Left {
  /** The run that ended; undefined when there was none. */
  readonly ended?: { readonly run: RunModel; readonly lines: readonly EndingLine[] };
  /** What the home showed last, when it was left from there. */
  readonly home?: HomeState;
}

/** The wizard: which screen is shown, and the one place that ends it. */
export function App({ world }: { world: World }) {
  const { exit, suspendTerminal } = useApp();
  const [phase, setPhase] = useState<Phase>({ name: 'first-look' });
  const [draft, setDraft] = useState<Draft>(world.draft);
  const [leaving, setLeaving] = useState<Left>();
  const [asked, setAsked] = useState(false);
  const [stopping, setStopping] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const model = useModel(phase);
  const ending = useEnding(phase, model, world);
  const [store] = useState(() => followHome(() => world.look(draft)));
  const home = useSyncExternalStore(store.subscribe, store.state);
  const [hasHome, setHasHome] = useState(false);
  const start: Phase = hasHome ? { name: 'home' } : { name: 'first-look' };

  // The last frame is taken away first, and what stays in the terminal is printed after Ink has given it back.
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
  // What was mended is looked at again, with everything that it may have touched.
  useEffect(() => {
    if (phase.name !== 'mend' || model.ended === undefined) return;
    store.look({ request: phase.request, run: model, notes: world.mendNotes() });
    setAsked(false);
    setStopping(false);
    setPhase({ name: 'home' });
  }, [phase, model, store, world]);

  const over = phase.name === 'run' && model.ended !== undefined;
  const running = phase.name === 'run' || phase.name === 'mend';
  const leave = () => {
    if (phase.name === 'plan') phase.run.stop();
    store.rest();
    if (over && ending !== undefined) setLeaving({ ended: { run: model, lines: ending } });
    else setLeaving(isHomePhase(phase) ? { home } : {});
  };
  const stop = () => {
    if (!running || over || stopping) return leave();
    setStopping(true);
    phase.run.stop('Stopped with Ctrl-C.');
  };
  useInput((input, key) => {
    if (key.ctrl && input === 'z') void suspendTerminal(untilContinued);
    if (!(key.ctrl && input === 'c')) return;
    if (over || asked) stop();
    else setAsked(true);
  });

  const mend = (answered: Draft, request: MendRequest): void => {
    store.rest();
    if (world.canMend(answered)) {
      const run = world.mend(answered, request);
      setPhase({ name: 'mend', request, run, store: followRun(run) });
    } else ask(answered, 'open', 0, request);
  };
  const ask = (answered: Draft, questions: Which, at: number, goal: Goal): void => {
    if (at < questionsOf(world, answered, questions).length)
      setPhase({ name: 'questions', questions, at, goal });
    else if (goal !== 'plan') mend(answered, goal);
    else {
      const answers = world.complete(answered);
      setPhase({ name: 'plan', questions, ...work(world.plan(answers), answers) });
    }
  };
  const covered = asked && !over;
  const place = placeKey(phase, model);
  const unsettled = useSettling(
    place,
    model.decisions.map(({ question }) => question),
  );
  if (leaving !== undefined) return null;
  return (
    <SessionContext value={world.session}>
      <FrameSize>
        {covered ? (
          <ScreenPlace covered={false}>
            <StopScreen
              running={running}
              {...(phase.name === 'mend' ? { mending: true } : {})}
              changed={home.mended !== undefined}
              stopping={stopping}
              onStop={stop}
              onGoOn={() => setAsked(false)}
            />
          </ScreenPlace>
        ) : null}
        <Box display={covered ? 'none' : 'flex'}>
          <ScreenPlace key={place} covered={covered || unsettled}>
            <Place
              {...{ world, phase, model, home, draft, ending, chosen }}
              onChoose={setChosen}
              onGoTo={goTo}
              onBegin={(questions) => {
                store.rest();
                ask(draft, questions, 0, 'plan');
              }}
              onLookAgain={() => store.look()}
              onMend={(request) => mend(draft, request)}
              onAnswer={(answered) => {
                setDraft(answered);
                if (phase.name === 'questions') ask(answered, phase.questions, phase.at + 1, phase.goal);
              }}
              onBack={() => {
                if (phase.name === 'plan') phase.run.stop();
                goTo(before(phase, start, world, draft));
              }}
              onGo={() => {
                if (phase.name !== 'plan') return;
                const planned = model.tasks.reduce((sum, task) => sum + plannedActions(task), 0);
                setPhase({ name: 'run', planned, ...work(world.install(phase.answers), phase.answers) });
              }}
              onLeave={leave}
            />
          </ScreenPlace>
        </Box>
      </FrameSize>
    </SessionContext>
  );
}

const NOTHING: RunStore = followRun({ subscribe: () => () => {} });

function useModel(phase: Phase): RunModel {
  const store = 'store' in phase ? phase.store : NOTHING;
  return useSyncExternalStore(store.subscribe, store.model);
}

function useEnding(phase: Phase, model: RunModel, world: World): readonly EndingLine[] | undefined {
  const [lines, setLines] = useState<readonly EndingLine[]>();
  const find = useCallback(async () => {
    if (phase.name !== 'run' || model.ended === undefined) return;
    setLines(endingLines(model, phase.answers, await world.outcome(model, phase.answers)));
  }, [phase, model, world]);
  useEffect(() => {
    void find();
  }, [find]);
  return lines;
}

/**
 * Stops like every program in a terminal does on Ctrl-Z, with all of its group; `fg` continues. Without a shell that
 * could continue us the system ignores the signal. Either way the time goes on once we do.
 */
function untilContinued(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 200);
    process.kill(0, 'SIGTSTP');
  });
}
