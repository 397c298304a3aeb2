import type { WatchedRun } from '../detached/client.ts';
import type { Work } from '../detached/work.ts';
import { endRuns } from '../run/end-runs.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { Session } from '../run/session.ts';
import type { RunModel } from '../run/view-model.ts';
import { FixScreen } from './home/fix.tsx';
import { onScreens } from './on-screens.ts';
import { OneRun } from './one-run.tsx';
import { RunScreen } from './run/run.tsx';

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

export function AttachApp({ work, ...one }: AttachAppProps) {
  const doing = work.kind === 'operate' ? 'operating' : isInstallation(work) ? 'installing' : 'fixing';
  return (
    <OneRun {...one} doing={doing}>
      {(model) => <AtWork work={work} model={model} />}
    </OneRun>
  );
}

const isInstallation = (work: Work) => work.kind === 'install' && work.only === undefined;

function AtWork({ work, model }: { work: Work; model: RunModel }) {
  if (isInstallation(work)) return <RunScreen run={model} />;
  const title = work.kind === 'operate' ? (work.operation?.operation.title ?? 'Cleaning up') : 'Fixing';
  return <FixScreen title={title} run={model} />;
}
