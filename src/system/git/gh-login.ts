import type { Dialogue, DialogueOutcome } from '../../engine/contracts/dialogue.ts';
import { lastLine, readDialogue } from '../dialogue-reader.ts';

/** How long gh may take to show its code; without one it waits forever for something that will not come. */
const CODE_WITHIN_MS = 30_000;
/** GitHub's device codes live so long; gh ends by itself when they do. */
const CODE_LIVES_MS = 15 * 60_000;
const TYPED_WITHIN_MS = CODE_LIVES_MS + 60_000;

const TITLE = 'Sign in to GitHub';

/**
 * `gh auth login --web` without a terminal: shows the code that is to be typed at github.com/login/device and waits
 * until GitHub says that it was. One failed poll kills gh and the code (facts: gh 4); then a new start gets a new one.
 */
export const ghLogin: Dialogue = async (conversation, ui, problem) => {
  const before = problem === undefined ? {} : { problem };
  ui.show({ title: TITLE, lines: ['Asking GitHub for a code …'], ...before });
  const reader = readDialogue(conversation);
  const offer = await reader.until(deviceOffer, { withinMs: CODE_WITHIN_MS, signal: ui.signal });
  if (offer === 'late' || offer === 'no-device-code') {
    conversation.kill();
    return {
      ok: false,
      reason: 'GitHub gave no sign-in code: it is down, or a portal or proxy answers instead of it.',
      next: 'Try again, or use a token: create one at github.com/settings/tokens and answer "token" for GitHub.',
    };
  }
  if (offer !== 'ended') {
    ui.show({
      title: TITLE,
      lines: [
        'Open this page on any computer, sign in with an account that can read the repository,',
        'and type the code. It is valid for 15 minutes. This screen continues by itself.',
      ],
      url: offer.link,
      code: offer.code,
      goodForMs: CODE_LIVES_MS,
      ...before,
    });
    await reader.until(() => undefined, { withinMs: TYPED_WITHIN_MS, signal: ui.signal });
  }
  if (ui.signal.aborted) conversation.kill();
  const result = await conversation.result;
  return result.exitCode === 0 ? { ok: true } : failure(reader.said(), result.timedOut);
};

/** What gh offers: a code, or the way that cannot work here (it waits for a browser on this very machine). */
function deviceOffer(said: string): { code: string; link: string } | 'no-device-code' | undefined {
  if (/https:\/\/\S+\/login\/oauth\/authorize\?/.test(said)) return 'no-device-code';
  const code = /one-time code: ?([A-Z0-9]{4}-[A-Z0-9]{4,})/.exec(said)?.[1];
  const link = /https:\/\/\S+\/login\/device\b/.exec(said)?.[0];
  return code === undefined || link === undefined ? undefined : { code, link };
}

const ENDINGS: readonly { pattern: RegExp; reason: string; again: boolean; next: string }[] = [
  {
    pattern: /access_denied/,
    reason: 'The request was denied in the browser.',
    again: true,
    next: 'Sign in again and choose "Authorize".',
  },
  {
    pattern: /expired_token|device_code has expired/,
    reason: 'Nobody typed the code within 15 minutes.',
    again: true,
    next: 'Sign in again with a new code.',
  },
  {
    pattern: /slow_down|HTTP 5\d\d|HTTP 200|: EOF|connection reset/,
    reason: 'A request from gh to GitHub failed, so the code can no longer be used.',
    again: true,
    next: 'Sign in again with a new code.',
  },
  {
    pattern: /deadline exceeded|i\/o timeout/,
    reason: 'GitHub did not answer in time.',
    again: false,
    next: 'Check the connection to github.com and sign in again.',
  },
  {
    pattern: /environment variable is being used for authentication/,
    reason: 'GH_TOKEN or GITHUB_TOKEN is set for this user and overrides every sign-in.',
    again: false,
    next: 'Remove it from /etc/environment and the user’s shell profile, then try again.',
  },
  {
    pattern: /failed to (read|parse|migrate) config/,
    reason: 'gh cannot read its own settings in ~/.config/gh.',
    again: false,
    next: 'Look again; the wizard offers to set them aside.',
  },
  {
    pattern: /no such host|error connecting/,
    reason: 'This machine could not find github.com in DNS.',
    again: false,
    next: 'Check the resolvers (resolvectl status) and sign in again.',
  },
  {
    pattern: /x509/,
    reason: 'The certificate shown for github.com is not trusted on this machine.',
    again: false,
    next: 'Check the clock (timedatectl) and whether a proxy decrypts the traffic.',
  },
  {
    pattern: /connection refused/,
    reason: 'The connection to github.com was refused.',
    again: false,
    next: 'Check whether a firewall or proxy stands between this machine and the internet.',
  },
];

function failure(said: string, timedOut: boolean): DialogueOutcome {
  const ending = ENDINGS.find(({ pattern }) => pattern.test(said));
  if (ending !== undefined) {
    const { reason, next, again } = ending;
    return { ok: false, reason, next, again };
  }
  if (timedOut)
    return { ok: false, reason: 'Nobody signed in within the time limit.', next: 'Sign in again.' };
  const last = lastLine(said);
  return {
    ok: false,
    reason: last === '' ? 'gh ended without saying why.' : `gh ended: ${last}`,
    next: 'Sign in again, or use a token from github.com/settings/tokens.',
  };
}
