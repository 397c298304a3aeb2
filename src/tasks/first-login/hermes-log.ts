import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';

/** How long Hermes may keep trying after a first failure before that failure counts. */
const PATIENCE_MS = 4_000;

/** What Hermes writes while it tries a question up to three times, up to 41 s long (facts: claude-cli). */
const FAILED = /API call failed \(attempt \d+\/\d+\).*? summary=(.+)$/;
const INVALID = /(Invalid API response) \(retry \d+\/\d+\)/;

/** The failure that a line of agent.log tells of, in the words of the answer that it will become; undefined for others. */
export function failureIn(line: string): string | undefined {
  return FAILED.exec(line)?.[1]?.trim() ?? INVALID.exec(line)?.[1];
}

/**
 * Listens to Hermes's log while it is asked something. Resolves with the failure as soon as it failed twice, or once and
 * was not successful within four seconds; never while nothing fails, so race it against the answer and abort `over`
 * when that has come.
 */
export function hearFailure(host: Host, answers: Answers, over: AbortSignal): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let before = false;
  const hear = (line: string) => {
    const failure = failureIn(line);
    if (failure === undefined) return;
    if (before) resolve(failure);
    else host.sleep(PATIENCE_MS, over).then(() => resolve(failure), ignore);
    before = true;
  };
  // As the deploy user, whose file it is: it may be a link to anywhere.
  host
    .exec(['tail', '-n', '0', '-F', `${layout(answers).hermes.logs}/agent.log`], {
      user: answers.user,
      timeoutMs: 160_000,
      signal: over,
      onLine: hear,
    })
    .catch(ignore);
  return promise;
}

/** Without its log Hermes's own answer is waited for. */
const ignore = () => {};
