import type { Changes } from '../changes/changes.ts';
import type { Run } from '../engine/contracts/run.ts';
import { type Followed, Listeners } from '../run/listeners.ts';
import { followRun } from '../run/run-store.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { NOT_STARTED, type RunModel } from '../run/view-model.ts';
import { comesByItself, type FixAttempt } from './home.ts';

/** What the home knows at a moment. */
export interface HomeState {
  /** The last complete look; the first one is shown as it comes in. */
  readonly look: RunModel;
  /** Whether a look is running. */
  readonly looking: boolean;
  /** What was fixed before this look, until an operator looks again. */
  readonly attempt?: FixAttempt;
  /** The result of an operation before this look, also until an operator looks again. */
  readonly operated?: readonly SeenLine[];
  /** Something was done since the first look: what was found before that is no longer news. */
  readonly touched?: true;
  /** What has changed since everything was healthy the last time; undefined while that is not known. */
  readonly changes?: Changes;
}

/** What was done before a look: something was fixed, or an operation ended. */
type DoneBefore = Pick<HomeState, 'attempt' | 'operated'>;

/** A look that was started. */
export interface BegunLook {
  readonly run: Run;
  /** Never rejects. */
  readonly changes: Promise<Changes | undefined>;
}

/** The looks of a home, one after the other, for a screen that draws them. */
interface HomeStore extends Followed {
  state(): HomeState;
  /** Looks at everything; a look that is still running is abandoned. `after`: what was done just now. */
  look(after?: DoneBefore): void;
  /** Ends the current look; `look` starts another one. */
  rest(): void;
}

/** While something is coming up by itself: delay before another look, and maximum number of looks. */
const AGAIN_MS = 5_000;
const MOST_AGAIN = 24;

/** A home whose looks are made by `start`. Nothing begins before `look` is called. */
export function followHome(start: () => BegunLook, againMs = AGAIN_MS): HomeStore {
  let state: HomeState = { look: NOT_STARTED, looking: false };
  let current: { readonly run: Run; readonly unfollow: () => void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let byItself = 0;
  let before: DoneBefore = NOTHING;
  const listeners = new Listeners();
  const change = (next: HomeState) => {
    state = next;
    listeners.tell();
  };
  const rest = () => {
    clearTimeout(timer);
    current?.unfollow();
    if (state.looking) current?.run.stop('not needed any more');
    current = undefined;
    if (state.looking) change({ ...state, looking: false });
  };
  const look = (after: DoneBefore) => {
    rest();
    const { run, changes } = start();
    const store = followRun(run);
    void changes.then((known) => {
      if (known !== undefined && current?.run === run) change({ ...state, changes: known });
    });
    const live = state.look.ended === undefined || after !== before;
    before = after;
    if (after !== NOTHING) state = { ...state, touched: true };
    // What was fixed is not shown as it was before, not even for a moment.
    change(live ? { ...withoutDone(state), look: NOT_STARTED, looking: true } : { ...state, looking: true });
    const unfollow = store.subscribe(() => {
      const model = store.model();
      // The same again is shown when it is complete: nothing jumps, and nothing moves under a key.
      if (model.ended !== undefined) took(model, after);
      else if (live) change({ ...state, look: model });
    });
    current = { run, unfollow };
  };
  const took = (model: RunModel, after: DoneBefore) => {
    current?.unfollow();
    change({ ...withoutDone(state), look: model, looking: false, ...after });
    if (!comesByItself(model) || byItself >= MOST_AGAIN) return;
    timer = setTimeout(() => {
      byItself += 1;
      look(after);
    }, againMs);
    timer.unref();
  };
  return {
    subscribe: listeners.subscribe,
    state: () => state,
    look: (after = NOTHING) => {
      byItself = 0;
      look(after);
    },
    rest,
  };
}

const NOTHING: DoneBefore = {};

function withoutDone({ attempt: _, operated: __, ...rest }: HomeState): HomeState {
  return rest;
}
