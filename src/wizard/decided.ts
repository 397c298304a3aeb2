import type { SeenLine } from '../run/shown-line.ts';
import { type RunModel, taskOf } from '../run/view-model.ts';

/** What somebody decided in a run, one line each, in the order of the decisions; what was tried several times with its last. */
export function decidedLines(run: RunModel): readonly SeenLine[] {
  const last = new Map(run.decisions.map((decision) => [`${decision.task} ${decision.code}`, decision]));
  // What is on trial has a line of its own, which says what became of it.
  const onTrial = new Set(run.trials.map(({ question }) => question));
  return [...last.values()]
    .filter(({ question }) => !onTrial.has(question))
    .map(({ task, code, choice }): SeenLine => {
      const title = taskOf(run, task)?.view.title ?? task;
      const applied = /^apply: (.*)$/s.exec(choice)?.[1];
      return applied === undefined
        ? { mark: 'skipped', text: `${title}: left as it is (${code}).` }
        : { mark: 'healthy', text: `${title}: ${applied}.` };
    });
}
