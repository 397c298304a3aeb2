import { recommended } from './plan-text.ts';
import { AT_REST, type RunModel, type TaskModel } from './view-model.ts';

/** How long a run takes: before it begins, and from then on. All of it is estimated, and said with "about". Pure. */

/** How long parts took on this machine the last time, ms by the id of the task. */
export type Durations = Readonly<Record<string, number>>;

/** What is known of a part before it was ever done here. */
interface Measure {
  /** On a small server with a usual connection, ms. */
  readonly ms: number;
  /** What it fetches from the internet, bytes. */
  readonly bytes?: number;
}

const MB = 1_000_000;

/** Of parts that take more than a few seconds, measured on droplets with two cores. */
const USUAL: Readonly<Record<string, Measure>> = {
  packages: { ms: 25_000, bytes: 60 * MB },
  docker: { ms: 35_000, bytes: 110 * MB },
  'server-packages': { ms: 25_000, bytes: 70 * MB },
  'hermes-code': { ms: 80_000, bytes: 150 * MB },
  'hermes-service': { ms: 15_000 },
  claude: { ms: 40_000, bytes: 70 * MB },
  'open-webui-image': { ms: 150_000, bytes: 1_100 * MB },
  'open-webui': { ms: 45_000 },
  'first-admin': { ms: 5_000 },
  paperclip: { ms: 90_000, bytes: 434 * MB },
  certificate: { ms: 20_000 },
  'first-login': { ms: 15_000 },
};
const USUAL_ELSE: Measure = { ms: 4_000 };
/** To look at a part that has nothing to do. */
const LOOK_MS = 500;

/** What a plan says about each part: how many actions, and how long that usually takes. */
export type Planned = Readonly<Record<string, { readonly actions: number; readonly ms: number }>>;

/** The parts that a plan does something to, with the time that each takes. What comes later by its findings counts too. */
export function plannedParts(tasks: readonly TaskModel[], durations: Durations): Planned {
  return Object.fromEntries(
    tasks.map(({ view: { id }, findings }) => {
      const actions = findings.reduce((sum, finding) => sum + (recommended(finding)?.actions.length ?? 0), 0);
      const works = findings.some(({ severity }) => severity !== 'risk');
      return [id, { actions, ms: works ? (durations[id] ?? usual(id).ms) : LOOK_MS }];
    }),
  );
}

const usual = (id: string): Measure => USUAL[id] ?? USUAL_ELSE;

/** What the parts with something to do fetch, bytes. Only what is not there yet is fetched. */
export function bytesToFetch(tasks: readonly TaskModel[]): number {
  return tasks
    .filter(({ findings }) => findings.some(({ severity }) => severity === 'missing'))
    .reduce((sum, { view }) => sum + (usual(view.id).bytes ?? 0), 0);
}

/** How long all of a plan takes: parts without a dependency between them run at the same time. */
export function planMs(tasks: readonly TaskModel[], planned: Planned): number {
  return longestWay(tasks, ({ view }) => planned[view.id]?.ms ?? 0);
}

/** How far a run is. */
export interface Forecast {
  /** ms; undefined while nobody can tell: everything that is left waits for the operator. */
  readonly leftMs: number | undefined;
  /** From 0 to 1; never 1 before the end. */
  readonly share: number;
}

/** How long a run still takes, by what its parts took before and by how far their commands say that they are. */
export function forecast(run: RunModel, planned: Planned, now: number): Forecast {
  if (run.ended !== undefined) return { leftMs: 0, share: 1 };
  if (run.startedAt === undefined) return { leftMs: undefined, share: 0 };
  const leftMs = longestWay(run.tasks, (task) => leftOf(task, planned, now));
  const active = run.tasks.filter(({ state }) => state !== 'waiting' && !AT_REST.has(state));
  const stuck = active.length > 0 && active.every(({ state }) => state === 'asking');
  // By work and not by the clock: a run that waits for its operator gets no further.
  const all = sum(run.tasks.map((task) => expectedOf(task, planned)));
  const left = sum(run.tasks.map((task) => leftOf(task, planned, now)));
  const share = all === 0 ? 0 : Math.max(0, Math.min(0.99, 1 - left / all));
  return { leftMs: stuck ? undefined : leftMs, share };
}

function expectedOf({ view, state }: TaskModel, planned: Planned): number {
  const known = planned[view.id]?.ms;
  if (known !== undefined) return known;
  // Nobody knows of a plan: a run that is watched from elsewhere. What it has left alone so far may have all to do.
  return state === 'waiting' ? usual(view.id).ms : LOOK_MS;
}

function leftOf(task: TaskModel, planned: Planned, now: number): number {
  if (AT_REST.has(task.state)) return 0;
  const expected = expectedOf(task, planned);
  if (task.startedAt === undefined || task.state === 'asking') return expected;
  const left = expected - (now - task.startedAt);
  // What takes longer than expected takes a little longer still.
  return Math.max(left, byProgress(task, now) ?? 0, Math.min(expected, 2_000));
}

/** What the running command says about itself: 612 of 1900 MB in so much time. */
function byProgress({ action }: TaskModel, now: number): number | undefined {
  const { done = 0, total } = action?.progress ?? {};
  if (action === undefined || total === undefined || done <= 0 || done > total) return undefined;
  return (now - action.startedAt) * (total / done - 1);
}

/** The longest way through the parts, each of which begins when all that it waits for are done. */
function longestWay(tasks: readonly TaskModel[], msOf: (task: TaskModel) => number): number {
  const byId = new Map(tasks.map((task) => [task.view.id, task]));
  const known = new Map<string, number>();
  const endOf = (id: string): number => {
    const task = byId.get(id);
    if (task === undefined) return 0;
    const before = known.get(id);
    if (before !== undefined) return before;
    // Until it is known; needs that lead back to a part would go on for ever.
    known.set(id, 0);
    const waitsFor = [...task.view.needs, ...(task.view.follows ?? [])];
    const end = Math.max(0, ...waitsFor.map(endOf)) + msOf(task);
    known.set(id, end);
    return end;
  };
  return Math.max(0, ...tasks.map(({ view }) => endOf(view.id)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** 'about 6 minutes', 'less than a minute'. */
export function aboutText(ms: number): string {
  if (ms < 45_000) return 'less than a minute';
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`;
}
