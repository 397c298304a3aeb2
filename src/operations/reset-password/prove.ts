import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { signInBody } from '../../system/web-apps/open-webui-api.ts';
import { found } from '../../tasks/finding.ts';
import type { ResetChoice, ResetFacts } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Open WebUI lets an address try 15 times in 3 minutes (facts: open-webui A2). */
const LIMIT_WAITS_MS: readonly number[] = [30_000, 60_000, 100_000];

/** Signs in through Open WebUI with the new password; empty when it is let in. */
export async function provesReset(
  host: Host,
  facts: ResetFacts,
  choice: ResetChoice,
  answers: Answers,
): Promise<readonly Finding[]> {
  const account = facts.accounts?.all.find(({ id }) => id === choice.accountId);
  if (account === undefined) return [];
  const url = `http://127.0.0.1:${layout(answers).openWebui.port}/api/v1/auths/signin`;
  for (const waitMs of [...LIMIT_WAITS_MS, undefined]) {
    const answer = await host.fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: signInBody(account.email, choice.password),
      timeoutMs: 30_000,
    });
    const stopped = !account.active && !choice.activate;
    if (answer.ok && answer.status === 429 && waitMs !== undefined) await host.sleep(waitMs);
    else return judgeSignIn(answer.ok ? { status: answer.status, body: answer.body } : undefined, stopped);
  }
  return [];
}

/** Pure. What a sign-in with the new password came back with; `deactivated`: it cannot get in, and is not meant to. */
export function judgeSignIn(
  answer: { readonly status: number; readonly body: string } | undefined,
  deactivated: boolean,
): readonly Finding[] {
  const said = object(parseJson(answer?.body ?? ''));
  // With a second factor the password alone leads to the next step.
  if (answer?.status === 200 && (text(said.token) !== '' || 'next_step' in said)) return [];
  if (answer?.status === 400 && deactivated) return [];
  const evidence =
    answer === undefined
      ? 'Open WebUI did not answer the sign-in with the new password.'
      : `Signing in with the new password came back with status ${answer.status}: ${text(said.detail) || 'no reason given'}`;
  return [
    found(FINDINGS['reset-not-proved'], {
      evidence,
      values: { refusesAll: answer?.status === 403 },
    }),
  ];
}
