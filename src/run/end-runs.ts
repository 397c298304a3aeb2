import type { Run } from '../engine/contracts/run.ts';

/**
 * Ends runs safely; resolves when they have ended. `gone`: whoever watched is not there any more, and has not asked for an end:
 * what has a process of its own goes on.
 */
export async function endRuns(
  runs: Iterable<Pick<Run, 'stop' | 'detached' | 'result'>>,
  reason: string,
  gone = false,
): Promise<void> {
  const all = [...runs];
  for (const run of all) {
    if (gone && run.detached !== undefined) run.detached.leave();
    else run.stop(reason);
  }
  await Promise.all(all.map((run) => run.result));
}
