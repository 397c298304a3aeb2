import type { Answers } from '../answers/schema.ts';
import { keepHealthy } from '../changes/healthy.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Host } from '../host/host.ts';
import { keepDurations, Stopwatch } from './durations.ts';

/**
 * Keeps what an installing run teaches: how things stood when all was healthy, and how long the parts took. The process that does
 * the work keeps it, because whoever watches may be gone by then: nothing is done for a run that is only watched from here.
 * Resolves when it has ended and all is kept.
 */
export async function keepLearned(
  run: Pick<Run, 'subscribe' | 'result' | 'detached'>,
  host: Host,
  answers: Answers,
): Promise<void> {
  const watch = new Stopwatch();
  run.subscribe((event) => watch.take(event));
  const { outcome } = await run.result;
  if (run.detached !== undefined) return;
  if (outcome === 'healthy') await keepHealthy(host, answers);
  await keepDurations(host, watch.learned);
}
