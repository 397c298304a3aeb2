import { useApp } from 'ink';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { ProgressOf } from '../components/progress.tsx';
import { WindowSignals } from '../components/signals.tsx';
import { FrameSize, SessionContext } from '../components/terminal.tsx';
import { useSettling } from '../components/use-settling.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { RunStore } from '../run/run-store.ts';
import type { Session } from '../run/session.ts';
import { askedNow, type RunModel } from '../run/view-model.ts';
import { Interruptible } from './interruptible.tsx';
import { NeedsYou } from './run/needs-you.tsx';
import { windowOfRun } from './window.ts';

interface OneRunProps {
  readonly run: Run;
  readonly store: RunStore;
  readonly session: Session;
  readonly doing: 'installing' | 'fixing' | 'operating';
  /** What is shown while nobody is asked. */
  readonly children: (model: RunModel) => ReactNode;
}

/** A run that is all there is on the screens: its questions, or what is at work. Ends by itself when the run does; Ctrl-C asks once. */
export function OneRun({ run, store, session, doing, children }: OneRunProps) {
  const { exit } = useApp();
  const model = useSyncExternalStore(store.subscribe, store.model);
  const over = model.ended !== undefined;
  useEffect(() => {
    if (over) exit();
  }, [over, exit]);
  const asked = askedNow(model);
  const screenKey = asked?.id ?? 'run';
  const unsettled = useSettling(
    screenKey,
    model.decisions.map(({ question }) => question),
  );
  if (over) return null;
  return (
    <SessionContext value={session}>
      <FrameSize>
        <WindowSignals {...windowOfRun(model, doing)} />
        <ProgressOf run={doing === 'installing' ? model : undefined} planned={{}}>
          <Interruptible
            atWork={doing}
            detached={run.detached}
            screenKey={screenKey}
            unsettled={unsettled}
            onStop={() => run.stop('Stopped with Ctrl-C.')}
            onLeave={exit}
          >
            {asked === undefined ? children(model) : <NeedsYou run={run} model={model} />}
          </Interruptible>
        </ProgressOf>
      </FrameSize>
    </SessionContext>
  );
}
