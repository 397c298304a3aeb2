import { Box, useApp, useInput } from 'ink';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { exitCodeOf } from './batch.ts';
import type { Session } from './components/terminal.tsx';
import { FrameSize, ScreenPlace, SessionContext } from './components/terminal.tsx';
import { useSettling } from './components/use-settling.ts';
import type { Run } from './engine/run.ts';
import type { MendRequest } from './home.ts';
import { onScreens } from './on-screens.ts';
import { NeedsYou, needsOperator } from './places.tsx';
import { followRun, type RunStore } from './run-store.ts';
import { MendScreen } from './screens/mend.tsx';
import { StopScreen } from './screens/stop.tsx';
import type { RunModel } from './view-model.ts';

interface FixScreensOptions {
  readonly run: Run;
  readonly request: MendRequest;
  readonly session: Session;
  /** What stays in the terminal afterwards. */
  readonly ending: (model: RunModel) => string;
}

/** `otto-install fix` on the screens: one run, and what of it needs the operator. Resolves to the exit code. */
export async function runFixScreens({ run, request, session, ending }: FixScreensOptions): Promise<number> {
  const store = followRun(run);
  return onScreens(<FixApp {...{ run, store, request, session }} />, {
    problems: [],
    stop: async (reason) => {
      run.stop(reason);
      await run.result;
    },
    end: () => ({ text: ending(store.model()), exitCode: exitCodeOf(store.model()) }),
  });
}

interface FixAppProps extends Pick<FixScreensOptions, 'run' | 'request' | 'session'> {
  readonly store: RunStore;
}

/** Ends by itself when the run does; Ctrl-C asks once. */
export function FixApp({ run, store, request, session }: FixAppProps) {
  const { exit } = useApp();
  const model = useSyncExternalStore(store.subscribe, store.model);
  const [asked, setAsked] = useState(false);
  const [stopping, setStopping] = useState(false);
  const over = model.ended !== undefined;
  useEffect(() => {
    if (over) exit();
  }, [over, exit]);
  const stop = () => {
    // A second time nobody waits for what is at work.
    if (stopping) return exit();
    setStopping(true);
    run.stop('Stopped with Ctrl-C.');
  };
  useInput((input, key) => {
    if (!(key.ctrl && input === 'c')) return;
    if (asked) stop();
    else setAsked(true);
  });
  const place = model.dialogues[0]?.id ?? model.questions[0]?.id ?? 'mend';
  const unsettled = useSettling(
    place,
    model.decisions.map(({ question }) => question),
  );
  if (over) return null;
  return (
    <SessionContext value={session}>
      <FrameSize>
        {asked ? (
          <ScreenPlace covered={false}>
            <StopScreen running mending stopping={stopping} onStop={stop} onGoOn={() => setAsked(false)} />
          </ScreenPlace>
        ) : null}
        <Box display={asked ? 'none' : 'flex'}>
          <ScreenPlace key={place} covered={asked || unsettled}>
            {needsOperator(model) ? (
              <NeedsYou run={run} model={model} />
            ) : (
              <MendScreen request={request} run={model} />
            )}
          </ScreenPlace>
        </Box>
      </FrameSize>
    </SessionContext>
  );
}
