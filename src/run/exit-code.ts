import type { RunModel } from './view-model.ts';

/** What every command ends with. The meaning is the same everywhere; what it says of one command stands in its help. */
export const EXIT = {
  /** Healthy, done, or read. */
  ok: 0,
  /** Findings are left, or it was started and did not succeed. */
  notDone: 1,
  /** Wrong use, missing answers, or it could not look or begin. */
  couldNotRun: 2,
  /** Stopped by the operator, as after Ctrl-C in a shell. */
  stopped: 130,
} as const;

/** What keeps a command from running, in words for the operator; it ends with {@link EXIT}.couldNotRun. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** Ends a command with this exit code; what there is to say about it was said. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super();
    this.exitCode = exitCode;
  }
}

/** Whether an operation did what was asked, and leaves something that somebody has to look at. */
export function endedWithWarning({ mode, tasks }: Pick<RunModel, 'mode' | 'tasks'>): boolean {
  const [own] = tasks;
  return mode === 'operate' && own?.state === 'healthy' && own.findings.length > 0;
}

/** The exit code of a run that has ended. */
export function exitCodeOf({ ended, mode, tasks }: RunModel): number {
  switch (ended?.outcome) {
    case 'healthy':
      return endedWithWarning({ mode, tasks }) ? EXIT.notDone : EXIT.ok;
    case 'findings':
      // A plan of things to do is a plan, not a failure; an operation is done also where something was not well before.
      if (mode === 'operate' && tasks[0]?.state === 'healthy')
        return endedWithWarning({ mode, tasks }) ? EXIT.notDone : EXIT.ok;
      return mode === 'plan' ? EXIT.ok : EXIT.notDone;
    case 'stopped':
      return EXIT.stopped;
    default:
      if (mode === 'operate') return (ended?.actions ?? 0) > 0 ? EXIT.notDone : EXIT.couldNotRun;
      return mode === 'install' ? EXIT.notDone : EXIT.couldNotRun;
  }
}
