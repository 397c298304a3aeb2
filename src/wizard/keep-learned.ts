import type { AnswerKey, Answers } from '../answers/schema.ts';
import { keepTyped } from '../answers/typed-secrets.ts';
import { keepHealthy } from '../changes/healthy.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Host } from '../host/host.ts';
import { keepDurations, Stopwatch } from './durations.ts';

/**
 * Keeps what an installing run teaches: how things stood when all was healthy, how long the parts took, and, as long as it is not
 * healthy, which secrets it was given (`typed`). The process that does
 * the work keeps it, because whoever watches may be gone by then: nothing is done for a run that is only watched from here.
 * Resolves when it has ended and all is kept.
 */
export async function keepLearned(
  run: Pick<Run, 'subscribe' | 'result' | 'detached'>,
  host: Host,
  answers: Answers,
  typed: readonly AnswerKey[] = [],
): Promise<void> {
  const watch = new Stopwatch();
  let noted: Promise<void> | undefined;
  run.subscribe((event) => {
    watch.take(event);
    // What a run that did not get so far was given is still asked for; from here on this one's counts.
    if (event.type === 'run-started' && run.detached === undefined) noted = keepTyped(host, typed);
  });
  const { outcome } = await run.result;
  if (run.detached !== undefined) return;
  await noted;
  if (outcome === 'healthy') await Promise.all([keepHealthy(host, answers), keepTyped(host, [])]);
  await keepDurations(host, watch.learned);
}
