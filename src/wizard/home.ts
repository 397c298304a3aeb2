import { consentTo } from '../engine/contracts/consent.ts';
import type { FindingView, FixView } from '../engine/contracts/event.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import { GROUPS, type Group, groupOf } from '../otto/groups.ts';
import { failureLines } from '../run/failure.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { AT_REST, type RunModel, type TaskModel, taskOf } from '../run/view-model.ts';
import { duration, type Mark, markOfFinding } from '../run/wording.ts';

/**
 * What the home of an installed droplet shows, worked out from the model of a check and nothing else. The screen and the
 * numbered lines are two readers of it.
 */

/** Something that was found, and in which part. */
export interface HomeFinding {
  readonly task: TaskModel;
  readonly finding: FindingView;
  readonly mark: Mark;
}

/** Parts that cannot be judged before their cause is fixed. */
export interface Waiting {
  readonly titles: readonly string[];
  /** Titles of the parts that they wait for. */
  readonly causes: readonly string[];
}

/** How a group stands. */
export interface GroupCount {
  readonly id: Group['id'];
  readonly title: string;
  readonly mark: Mark;
  readonly healthy: number;
  readonly total: number;
}

const RANK: Readonly<Record<Mark, number>> = {
  broken: 0,
  waiting: 1,
  risk: 2,
  working: 3,
  skipped: 4,
  healthy: 5,
};

/** What was found, the worst first, otherwise in the order of the parts. */
export function homeFindings(look: RunModel): readonly HomeFinding[] {
  const all = look.tasks.flatMap((task) =>
    task.findings.map((finding) => ({
      task,
      finding,
      mark: homeMark(finding),
    })),
  );
  return all.toSorted((one, other) => RANK[one.mark] - RANK[other.mark]);
}

/** On a droplet that has an Otto, what is missing is a fault, unless it comes by itself. */
export function homeMark(finding: FindingView): Mark {
  return finding.severity === 'missing' && finding.fixes.length > 0 ? 'broken' : markOfFinding(finding);
}

/** Whether something is coming up by itself: then another look after a while shows it. */
export function comesByItself(look: RunModel): boolean {
  return homeFindings(look).some(({ mark }) => mark === 'waiting');
}

/** The parts that wait, together with those that wait for the same. */
export function homeWaiting(look: RunModel): readonly Waiting[] {
  const byCause = new Map<string, { titles: string[]; causes: readonly string[] }>();
  for (const task of look.tasks) {
    const causes = task.state === 'waiting' ? causesOf(look, task) : [];
    if (causes.length === 0) continue;
    const key = causes.join('\n');
    const known = byCause.get(key);
    if (known === undefined) byCause.set(key, { titles: [task.view.title], causes });
    else known.titles.push(task.view.title);
  }
  return [...byCause.values()];
}

/** Titles of the unhealthy parts that a part needs, however far behind it. */
function causesOf(look: RunModel, task: TaskModel, seen = new Set<string>()): readonly string[] {
  return task.view.needs.flatMap((id) => {
    const need = taskOf(look, id);
    if (need === undefined || seen.has(id)) return [];
    seen.add(id);
    return need.state === 'unhealthy' ? [need.view.title] : causesOf(look, need, seen);
  });
}

/** How every group stands, in the order of the groups; those of which this run has no part are left out. */
export function groupCounts(look: RunModel): readonly GroupCount[] {
  return GROUPS.flatMap((group) => {
    const tasks = look.tasks.filter(({ view }) => groupOf(view.id) === group);
    const healthy = tasks.filter(({ state }) => state === 'healthy').length;
    if (tasks.length === 0) return [];
    return [{ id: group.id, title: group.title, mark: groupMark(look, tasks), healthy, total: tasks.length }];
  });
}

function groupMark(look: RunModel, tasks: readonly TaskModel[]): Mark {
  if (tasks.some(({ findings }) => findings.some((finding) => homeMark(finding) === 'broken')))
    return 'broken';
  if (tasks.every(({ state }) => state === 'healthy'))
    return tasks.some(({ findings }) => findings.length > 0) ? 'risk' : 'healthy';
  const open = tasks.filter(({ state }) => !AT_REST.has(state));
  return look.ended === undefined && open.some((task) => causesOf(look, task).length === 0)
    ? 'working'
    : 'waiting';
}

/** '● 19 of 21': how many parts are healthy, risks included, and how many there are. */
export function healthyCount(look: RunModel): { readonly healthy: number; readonly total: number } {
  return {
    healthy: look.tasks.filter(({ state }) => state === 'healthy').length,
    total: look.tasks.length,
  };
}

/** A fix that may be carried out together with others: it gives up nothing, interrupts nothing and asks nobody. */
export function isSafe(fix: FixView): boolean {
  return (
    fix.actions.length > 0 &&
    fix.consequence === undefined &&
    fix.actions.every(({ kind }) => kind !== 'converse')
  );
}

/** The findings whose recommended fix is safe, with it. */
export function safeFixes(
  look: RunModel,
): readonly { readonly task: TaskModel; readonly finding: FindingView; readonly fix: FixView }[] {
  return homeFindings(look).flatMap(({ task, finding }) => {
    const [fix] = finding.fixes;
    return fix !== undefined && isSafe(fix) ? [{ task, finding, fix }] : [];
  });
}

/** What is to be fixed, and what was agreed to with that. */
export interface FixRequest extends Scope {
  /** In the operator's words: the title of the fix, or 'everything that is safe'. */
  readonly title: string;
}

/** One fix of one finding, as it is shown. */
export function fixOne({ task, finding }: Pick<HomeFinding, 'task' | 'finding'>, fix: FixView): FixRequest {
  const { code } = finding;
  const consents = [consentTo(task.view.id, code, fix)];
  return { title: fix.title, codes: [code], consents, others: 'what-follows' };
}

/** All safe fixes; what they bring to light and is safe is fixed with them. */
export function fixAllSafe(look: RunModel): FixRequest {
  const safe = safeFixes(look);
  const [only] = safe;
  return {
    title: safe.length === 1 && only !== undefined ? only.fix.title : `${safe.length} faults`,
    codes: safe.map(({ finding }) => finding.code),
    consents: safe.map(({ task, finding, fix }) => consentTo(task.view.id, finding.code, fix)),
    others: 'all-safe',
  };
}

/** A run that fixed something, after its end. */
export interface FixAttempt {
  readonly request: FixRequest;
  readonly run: RunModel;
  /** What the operator must know besides: where a password is that was generated. */
  readonly notes: readonly SeenLine[];
}

/** What became of the fix, as the look after it shows. */
export function attemptLines({ request, run, notes }: FixAttempt, look: RunModel): readonly SeenLine[] {
  const { ended } = run;
  if (ended === undefined) return [];
  if (ended.outcome === 'failed') return [{ mark: 'broken', text: ended.reason ?? 'It could not be fixed.' }];
  const left = request.codes.filter((code) => isThere(look, code));
  const hidden = request.codes.filter((code) => !left.includes(code) && isHidden(run, look, code));
  const done = request.codes.length - left.length - hidden.length;
  const lines: SeenLine[] = [];
  if (done > 0) {
    const what = request.codes.length === 1 ? request.title : `${done} of ${request.codes.length} faults`;
    const all = done === request.codes.length ? request.title : what;
    lines.push({ mark: 'healthy', text: `Fixed: ${all}, in ${duration(ended.ms)}.` });
  }
  if (ended.outcome === 'stopped')
    lines.push({ mark: 'risk', text: 'Stopped. What was running was ended safely.' });
  else lines.push(...left.map((code): SeenLine => ({ mark: 'broken', text: fate(run, look, code) })));
  if (hidden.length > 0)
    lines.push({
      mark: 'waiting',
      text: 'Something else is broken now and has to be fixed before this can be checked again.',
    });
  return [...lines, ...notes];
}

function isThere(look: RunModel, code: string): boolean {
  return look.tasks.some(({ findings }) => findings.some((finding) => finding.code === code));
}

/** Whether the part in which it was found cannot be judged now. */
function isHidden(run: RunModel, look: RunModel, code: string): boolean {
  const found = run.tasks.find(({ findings }) => findings.some((finding) => finding.code === code));
  return found !== undefined && taskOf(look, found.view.id)?.state === 'waiting';
}

function fate(run: RunModel, look: RunModel, code: string): string {
  const found = look.tasks.find(({ findings }) => findings.some((finding) => finding.code === code));
  const title = found?.view.title ?? code;
  const task = run.tasks.find(({ view }) => view.id === found?.view.id);
  if (task?.failure !== undefined) {
    const [first = '', ...more] = failureLines(task.failure).filter((line) => !line.startsWith('| '));
    return [`${title}: not fixed. "${task.failure.action.purpose}" failed.`, first, ...more].join(' ').trim();
  }
  if ((task?.actionsDone ?? 0) > 0) return `${title}: the fault came back after its fix.`;
  return `${title}: left as it is.`;
}

/** Whether the finding is still there although its last fix was carried out, or how that fix failed. */
export function lastTry(
  attempt: FixAttempt | undefined,
  { task, finding }: Pick<HomeFinding, 'task' | 'finding'>,
): { readonly cameBack: boolean; readonly failure?: TaskModel['failure'] } {
  const wanted = attempt?.request.codes.includes(finding.code) === true;
  const before = attempt?.run.tasks.find(({ view }) => view.id === task.view.id);
  if (!wanted || before === undefined) return { cameBack: false };
  if (before.failure !== undefined) return { cameBack: false, failure: before.failure };
  return { cameBack: before.actionsDone > 0 };
}
