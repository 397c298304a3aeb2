import type { Run } from '../engine/contracts/run.ts';
import { endRuns } from '../run/end-runs.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { followRun, type RunStore } from '../run/run-store.ts';
import type { Session } from '../run/session.ts';
import type { RunModel } from '../run/view-model.ts';
import type { FixRequest } from '../wizard/home.ts';
import { FixScreen, fixTitle } from './home/fix.tsx';
import { onScreens } from './on-screens.ts';
import { OneRun } from './one-run.tsx';

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

export function FixApp({ request, ...one }: FixAppProps) {
  return (
    <OneRun {...one} doing="fixing">
      {(model) => <FixScreen {...fixTitle(request)} run={model} />}
    </OneRun>
  );
}
