import { roughSize } from '../text/size.ts';
import { aboutText, bytesToFetch, type Durations, planMs, plannedParts } from './forecast.ts';
import { recommended } from './plan-text.ts';
import type { TaskModel } from './view-model.ts';
import { count } from './wording.ts';

/**
 * What a plan comes to, in a line: '50 steps, about 6 minutes, 1.9 GB, 2 sign-ins, nothing that exists is changed'. What asks
 * before it interrupts or gives up something is not counted as agreed.
 */
export function planHeadline(tasks: readonly TaskModel[], durations: Durations): string {
  const fixes = tasks.flatMap(({ findings }) => findings.flatMap((finding) => recommended(finding) ?? []));
  const actions = fixes.flatMap((fix) => fix.actions);
  if (actions.length === 0) return 'nothing to do';
  const bytes = bytesToFetch(tasks);
  const signIns = actions.filter(({ kind }) => kind === 'converse').length;
  const asked = fixes.filter(({ consequence }) => consequence !== undefined).length;
  const changed = actions.filter(
    (action) =>
      action.kind === 'write-file' && (action.change === 'not-ours' || action.change === 'edited-by-hand'),
  ).length;
  return [
    count(actions.length, 'step'),
    aboutText(planMs(tasks, plannedParts(tasks, durations))),
    ...(bytes > 0 ? [roughSize(bytes)] : []),
    ...(signIns > 0 ? [count(signIns, 'sign-in')] : []),
    ...(asked > 0 ? [`asks you first about ${count(asked, 'thing')}`] : []),
    changed === 0 && asked === 0
      ? 'nothing that exists is changed'
      : changed > 0
        ? `${count(changed, 'existing file')} changed, the old kept`
        : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
