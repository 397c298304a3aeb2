import { setTimeout as pause } from 'node:timers/promises';
import type { Detached, Run, Viewer, Watching } from '../engine/contracts/run.ts';
import { stopwatch } from '../engine/hosts/stopwatch.ts';
import { messageOf } from '../text/error-message.ts';
import { watchRun } from './client.ts';
import { isActive, startUnit, UNIT } from './unit.ts';
import { inThisProcess, type StartedWork, type StartWork, type Work, type WorkOptions } from './work.ts';

/** The new process listens within this time. */
const PATIENCE_MS = 15_000;
const TRY_EVERY_MS = 50;
/** Among so many tries it is asked once whether it is still there. */
const LOOK_EVERY = 10;
const ENDED = `its process ended at once, as it does where there is too little memory for it (\`journalctl -u ${UNIT}\` may say more)`;

interface DetachOptions extends WorkOptions {
  /** Who starts it. */
  readonly viewer: Omit<Viewer, 'id'>;
  /** The words that start the process of a run: this very program. */
  readonly program: readonly string[];
  /** For all to see who may talk to systemd. */
  readonly unitEnvironment: Readonly<Record<string, string>>;
  /** Nobody watches it from here. */
  readonly leaves?: boolean;
  /** Goes to the process of the run alone. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Carries work out in a unit of systemd's, so that it goes on when this process or its ssh session ends. Where that cannot be, in
 * this process, and says so.
 */
export function inItsOwnProcess(options: DetachOptions): StartWork {
  return (work) => {
    let started: StartedWork | undefined;
    const starting = begin(work, options).then((begun) => {
      started = begun;
      if (options.leaves === true) begun.run.detached?.leave();
      return begun.run;
    });
    const run = deferred(starting, () => started?.run);
    return { run, gavePassword: () => started?.gavePassword() === true };
  };
}

async function begin(work: Work, options: DetachOptions): Promise<StartedWork> {
  const { host, program, unitEnvironment, environment, viewer, onProblem = () => {} } = options;
  const now = () => host.now();
  try {
    let problem = await startUnit(host, program, unitEnvironment);
    const end = stopwatch(host) + PATIENCE_MS;
    for (let tries = 1; problem === undefined && stopwatch(host) < end; tries += 1) {
      const run = await watchRun({ viewer, work, environment, now });
      if (run !== undefined) return { run, gavePassword: run.gavePassword };
      await pause(TRY_EVERY_MS);
      if (tries % LOOK_EVERY === 0 && !(await isActive(host))) problem = ENDED;
    }
    onProblem(notDetached(problem ?? 'its process does not answer'));
  } catch (error) {
    onProblem(notDetached(messageOf(error)));
  }
  // Nobody has told the other process what to do, so it does nothing.
  return inThisProcess(options)(work);
}

const notDetached = (why: string) =>
  `This run ends with this window, because it could not get a process of its own: ${why}`;

const ALONE: Watching = { viewers: [] };

/** A run that is about to begin, as if it had begun. */
function deferred(starting: Promise<Run>, started: () => Run | undefined): Run {
  const then = (use: (run: Run) => void) => void starting.then(use);
  /** Who goes while it is being started does not end it either. */
  const pending: Detached = {
    watching: {
      get: () => started()?.detached?.watching.get() ?? ALONE,
      subscribe: () => () => {},
    },
    takeOver: () => {},
    leave: () =>
      then((run) => {
        if (run.detached === undefined) run.stop();
        else run.detached.leave();
      }),
  };
  return {
    subscribe(listener) {
      let unsubscribe: (() => void) | undefined;
      let over = false;
      then((run) => {
        if (!over) unsubscribe = run.subscribe(listener);
      });
      return () => {
        over = true;
        unsubscribe?.();
      };
    },
    decide: (decision) => then((run) => run.decide(decision)),
    vault: {
      put(secret) {
        const run = started();
        // A secret is an answer to what a run has asked.
        if (run === undefined) throw new Error('the run has not begun');
        return run.vault.put(secret);
      },
    },
    stop: (reason) => then((run) => run.stop(reason)),
    get detached() {
      const run = started();
      return run === undefined ? pending : run.detached;
    },
    result: starting.then((run) => run.result),
  };
}
