import type { ActionView } from '../engine/contracts/action-view.ts';
import type { FindingView, TaskState } from '../engine/contracts/event.ts';
import { MONTHS } from '../text/time.ts';

/** Words and marks that every output uses: the screens, the plain lines. */

export type Mark = 'healthy' | 'waiting' | 'working' | 'risk' | 'broken' | 'skipped';

export const MARKS: Readonly<Record<Mark, string>> = {
  healthy: '●',
  waiting: '○',
  working: '◐',
  risk: '▲',
  broken: '✗',
  skipped: '–',
};

/** The mark of a task in this state. */
export function markOfState(state: TaskState, findings: readonly FindingView[] = []): Mark {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'looking':
    case 'acting':
    case 'watching':
      return 'working';
    case 'asking':
    case 'unhealthy':
      return 'broken';
    case 'healthy':
      return findings.some(({ severity }) => severity === 'risk') ? 'risk' : 'healthy';
    case 'skipped':
      return 'skipped';
  }
}

/** The mark of a finding: what is merely not there yet is not broken. */
export function markOfFinding({ severity }: FindingView): Mark {
  if (severity === 'missing') return 'waiting';
  return severity === 'risk' ? 'risk' : 'broken';
}

/** '0.4 s', '38 s', '2 min 11 s', '1 h 5 min'. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** '0:38', '12:05': for a column of them. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** '14:02:11', in the server's time zone; `at` is ms since 1970. */
export function timeOfDay(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

const dayOfMonth = (time: Date) => `${time.getDate()} ${MONTHS[time.getMonth()]}`;

/** '22 Nov 23:11', in the server's time zone; `at` is ms since 1970. */
export function shortTime(at: number): string {
  return `${dayOfMonth(new Date(at))} ${timeOfDay(at).slice(0, 5)}`;
}

/** '20 Feb 2027', in the server's time zone; `at` is ms since 1970. */
export function dayText(at: number): string {
  return `${dayOfMonth(new Date(at))} ${new Date(at).getFullYear()}`;
}

/** '1 action', '31 actions'. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** '41 of 68 packages', '612 MB'. */
export function progressText(progress: { done: number; total?: number | undefined; unit: string }): string {
  const of = progress.total === undefined ? '' : ` of ${progress.total}`;
  return `${progress.done}${of} ${progress.unit}`;
}

/** An action on one line: 'as cleo  git clone …', 'write  /etc/nginx/…  0644 root:root'. */
export function actionLine(action: ActionView): string {
  if (action.kind === 'write-file') return `write  ${action.path}  ${action.mode} ${action.owner}`;
  return action.user === undefined || action.user === 'root'
    ? action.command
    : `as ${action.user}  ${action.command}`;
}

const VARIABLES = /(?:^|(?<=^as \S+ {2}))(?:[A-Z_][A-Z0-9_]*=\S* +)+/;

/** {@link actionLine} for where only its beginning is visible: without the variables before a command. */
export function shortActionLine(action: ActionView): string {
  return actionLine(action).replace(VARIABLES, '');
}

const CHANGES: Readonly<Record<Extract<ActionView, { kind: 'write-file' }>['change'], string>> = {
  new: 'a new file',
  ours: 'written by otto-install before',
  'edited-by-hand': 'edited by hand since otto-install wrote it; the old file is kept',
  'not-ours': 'not written by otto-install; the old file is kept',
  unchanged: 'already as it should be',
};

/** What happens to the file of a write. */
export function changeText(action: Extract<ActionView, { kind: 'write-file' }>): string {
  return CHANGES[action.change];
}
