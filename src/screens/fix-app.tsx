import { useApp } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import { WindowSignals } from '../components/signals.tsx';
import { FrameSize, SessionContext } from '../components/terminal.tsx';
import { useSettling } from '../components/use-settling.ts';
import type { Run } from '../engine/contracts/run.ts';
import { endRuns } from '../run/end-runs.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { Session } from '../run/session.ts';
import { askedNow, type RunModel } from '../run/view-model.ts';
import type { FixRequest } from '../wizard/home.ts';
import { FixScreen, fixTitle } from './home/fix.tsx';
import { Interruptible } from './interruptible.tsx';
import { onScreens } from './on-screens.ts';
import { NeedsYou } from './run/needs-you.tsx';
import { windowOfRun } from './window.ts';

interface FixScreensOptions {
  readonly run: Run;
  readonly request: FixRequest;
  readonly session: Session;
  /** What stays in the terminal afterwards. */
  readonly ending: (model: RunModel) => string;
}

/** `otto-install fix` on the screens: one run, and what of it needs the operator. Resolves to the exit code. */
export async function runFixScreens({ run, request, session, ending }: FixScreensOptions): Promise<number> {
  const store = followRun(run);
  return onScreens(<FixApp {...{ run, store, request, session }} />, {
    problems: [],
    stop: (reason, gone) => endRuns([run], reason, gone),
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
  const over = model.ended !== undefined;
  useEffect(() => {
    if (over) exit();
  }, [over, exit]);
  const screenKey = askedNow(model)?.id ?? 'fix';
  const unsettled = useSettling(
    screenKey,
    model.decisions.map(({ question }) => question),
  );
  if (over) return null;
  return (
    <SessionContext value={session}>
      <FrameSize>
        <WindowSignals {...windowOfRun(model, 'fixing')} />
        <Interruptible
          atWork="fixing"
          detached={run.detached}
          screenKey={screenKey}
          unsettled={unsettled}
          onStop={() => run.stop('Stopped with Ctrl-C.')}
          onLeave={exit}
        >
          {askedNow(model) !== undefined ? (
            <NeedsYou run={run} model={model} />
          ) : (
            <FixScreen {...fixTitle(request)} run={model} />
          )}
        </Interruptible>
      </FrameSize>
    </SessionContext>
  );
}
