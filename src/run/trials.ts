import { openFindings, type RunModel, type TrialModel, taskOf } from './view-model.ts';
import type { Mark } from './wording.ts';

/** What became of everything that was on trial, the last try of each part. */
export function trialNotes(run: RunModel): readonly { readonly mark: Mark; readonly text: string }[] {
  const last = new Map(run.trials.map((trial) => [trial.task, trial]));
  return [...last.values()].map((trial) => {
    const title = taskOf(run, trial.task)?.view.title ?? trial.task;
    const left = openFindings(run).find(
      ({ task, finding }) => task.view.id === trial.task && finding.severity !== 'risk',
    );
    const kept = left === undefined;
    const again = kept ? '' : ` To try it again: otto-install fix ${left.finding.code}`;
    return { mark: kept ? 'healthy' : 'risk', text: `${title}: ${fate(trial, kept)}${again}` };
  });
}

function fate({ outcome }: TrialModel, kept: boolean): string {
  if (kept && outcome === 'over') return 'kept. A new login came in while it was on trial.';
  if (kept) return 'kept. You said that a new login works.';
  if (outcome === 'decided') return 'undone, as you chose.';
  return 'undone. Nobody confirmed in time that a new login works, so it undid itself.';
}
