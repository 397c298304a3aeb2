import type { FailureView } from '../engine/contracts/event.ts';

/** Why an action failed: the known cause and what to do, else what it printed last. */
export function failureLines(failure: FailureView): readonly string[] {
  if (failure.cancelled === true)
    return ['You cancelled this before it was finished. Nothing is wrong; it can be started again.'];
  const end = failure.timedOut
    ? 'It did not finish in time.'
    : failure.exitCode === undefined
      ? undefined
      : `It ended with exit code ${failure.exitCode}.`;
  const words = [failure.reason ?? end, failure.next].filter((text) => text !== undefined);
  return [...words, ...failure.tail.slice(-8).map((text) => `| ${text}`)];
}
