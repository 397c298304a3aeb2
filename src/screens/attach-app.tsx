import { useApp } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import { ProgressOf } from '../components/progress.tsx';
import { WindowSignals } from '../components/signals.tsx';
import { FrameSize, SessionContext } from '../components/terminal.tsx';
import { useSettling } from '../components/use-settling.ts';
import type { WatchedRun } from '../detached/client.ts';
import type { Work } from '../detached/work.ts';
import { endRuns } from '../run/end-runs.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { Session } from '../run/session.ts';
import { askedNow, type RunModel } from '../run/view-model.ts';
import { FixScreen } from './home/fix.tsx';
import { Interruptible } from './interruptible.tsx';
import { onScreens } from './on-screens.ts';
import { NeedsYou } from './run/needs-you.tsx';
import { RunScreen } from './run/run.tsx';
import { windowOfRun } from './window.ts';

interface AttachOptions {
  readonly run: WatchedRun;
  readonly work: Work;
  readonly session: Session;
}

/** A run that somebody started elsewhere, on the screens. Resolves when it has ended or is left. */
export async function runAttachScreens({
  run,
  work,
  session,
}: AttachOptions): Promise<{ readonly exitCode: number; readonly model: RunModel }> {
  const store = followRun(run);
  const exitCode = await onScreens(<AttachApp {...{ run, work, store, session }} />, {
    problems: [],
    stop: (reason, gone) => endRuns([run], reason, gone),
    end: () => ({ text: '', exitCode: exitCodeOf(store.model()) }),
  });
  return { exitCode, model: store.model() };
}

interface AttachAppProps extends AttachOptions {
  readonly store: RunStore;
}

/** Ends by itself when the run does. */
export function AttachApp({ run, work, store, session }: AttachAppProps) {
  const { exit } = useApp();
  const model = useSyncExternalStore(store.subscribe, store.model);
  const over = model.ended !== undefined;
  useEffect(() => {
    if (over) exit();
  }, [over, exit]);
  const screenKey = askedNow(model)?.id ?? 'run';
  const unsettled = useSettling(
    screenKey,
    model.decisions.map(({ question }) => question),
  );
  const doing = work.kind === 'operate' ? 'operating' : isInstallation(work) ? 'installing' : 'fixing';
  if (over) return null;
  return (
    <SessionContext value={session}>
      <FrameSize>
        <WindowSignals {...windowOfRun(model, doing)} />
        <ProgressOf run={isInstallation(work) ? model : undefined} planned={{}}>
          <Interruptible
            atWork={doing}
            detached={run.detached}
            screenKey={screenKey}
            unsettled={unsettled}
            onStop={() => run.stop('Stopped with Ctrl-C.')}
            onLeave={exit}
          >
            {askedNow(model) !== undefined ? (
              <NeedsYou run={run} model={model} />
            ) : (
              <AtWork work={work} model={model} />
            )}
          </Interruptible>
        </ProgressOf>
      </FrameSize>
    </SessionContext>
  );
}

const isInstallation = (work: Work) => work.kind === 'install' && work.only === undefined;

function AtWork({ work, model }: { work: Work; model: RunModel }) {
  if (isInstallation(work)) return <RunScreen run={model} />;
  const title = work.kind === 'operate' ? (work.operation?.operation.title ?? 'Cleaning up') : 'Fixing';
  return <FixScreen title={title} run={model} />;
}
