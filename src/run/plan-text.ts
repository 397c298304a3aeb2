import type { ActionView } from '../engine/contracts/action-view.ts';
import type { FindingView, FixView } from '../engine/contracts/event.ts';
import { findingLine } from './finding-parts.ts';
import type { TaskModel } from './view-model.ts';
import { actionLine, changeText, count, MARKS } from './wording.ts';

/** The fix that the plan consists of: the recommended one, the first. */
export function recommended(finding: FindingView): FixView | undefined {
  return finding.fixes[0];
}

/** Whether fixing it needs a person: it has a consequence, or leads through another program's dialogue. */
function asks(finding: FindingView): boolean {
  const fix = recommended(finding);
  return (
    fix !== undefined &&
    (fix.consequence !== undefined || fix.actions.some(({ kind }) => kind === 'converse'))
  );
}

/**
 * What a part of the plan does, in a word. `word`: how many actions; 'asks you'; 'later' when it can only be looked at once
 * another part is there; 'blocked' when nothing that we can do fixes it; 'note' for a risk that is only reported.
 */
export function planned(task: TaskModel, tasks: readonly TaskModel[]): { word: string; text: string } {
  const { findings, view } = task;
  const text = findings.map((finding) => recommended(finding)?.title ?? finding.evidence).join('; ');
  const actions = plannedActions(task);
  if (findings.some(asks)) return { word: 'asks you', text };
  if (actions > 0) return { word: String(actions), text };
  if (findings.every(({ severity }) => severity === 'risk')) return { word: 'note', text };
  const missing = tasks.filter((other) => view.needs.includes(other.view.id) && other.findings.length > 0);
  if (missing.length === 0) return { word: 'blocked', text };
  return {
    word: 'later',
    text: `checked after ${missing.map((other) => other.view.title).join(', ')}`,
  };
}

/** How many actions the plan has for a task. */
export function plannedActions(task: TaskModel): number {
  return task.findings.reduce((sum, finding) => sum + (recommended(finding)?.actions.length ?? 0), 0);
}

/**
 * A plan as text, every command and every file with its change, secrets masked: what `otto-install plan` prints and
 * what the plan screen saves.
 */
export function planText(tasks: readonly TaskModel[], heading: string): string {
  const changing = tasks.filter(({ findings }) => findings.length > 0);
  const healthy = tasks.filter(({ findings }) => findings.length === 0);
  const total = tasks.reduce((sum, task) => sum + plannedActions(task), 0);
  const lines = [heading, ''];
  if (total === 0 && changing.length === 0) lines.push('Nothing to do: everything is healthy.');
  else lines.push(`${count(total, 'action')} in ${count(changing.length, 'part')}.`);
  if (healthy.length > 0) {
    lines.push('', `${MARKS.healthy} Healthy: ${healthy.map(({ view }) => view.title).join(', ')}`);
  }
  for (const task of changing) {
    const { word, text } = planned(task, tasks);
    lines.push('', `${task.view.title}  (${task.view.step})`);
    if (word === 'later') lines.push(`  ${MARKS.waiting} ${text}`);
    else for (const finding of task.findings) lines.push(...findingLines(finding));
  }
  return `${lines.join('\n')}\n`;
}

function findingLines(finding: FindingView): readonly string[] {
  const first = `  ${findingLine(finding)}`;
  const fix = recommended(finding);
  if (fix === undefined) return [first, `    ${finding.reason}`];
  const asked = fix.consequence === undefined ? '' : ` (asks you first: ${fix.consequence})`;
  const actions = fix.actions.flatMap((action) => actionLines(action).map((line) => `      ${line}`));
  return [first, `    ${fix.title}${asked}`, ...actions];
}

/** An action in full: its command, or the file with the change to it. */
export function actionLines(action: ActionView): readonly string[] {
  if (action.kind !== 'write-file') return [actionLine(action)];
  const diff = action.diff === '' ? [] : action.diff.replace(/\n$/, '').split('\n');
  return [`${actionLine(action)}  (${changeText(action)})`, ...diff.map((line) => `  ${line}`)];
}
