import type { Dialogue, DialogueOutcome, DialogueUi } from '../../engine/contracts/dialogue.ts';
import { DialogueCancelled } from '../../engine/contracts/dialogue.ts';
import type { Conversation } from '../../host/host.ts';
import { type DialogueReader, lastLine, readDialogue } from '../dialogue-reader.ts';

/** How long the CLI may take to show its link. */
const LINK_WITHIN_MS = 60_000;
/** How long it may take to exchange a code for tokens. */
const EXCHANGE_WITHIN_MS = 90_000;

const TITLE = 'Sign in to Claude';

/**
 * `claude auth login` with piped stdin: shows the link, takes `code#state` and waits for the CLI's verdict. The CLI
 * never ends at the end of its input (facts: claude-cli), so it is ended here when it says nothing more. A refused code
 * invalidates the link: then a new start gets a new link.
 */
export const claudeLogin: Dialogue = async (conversation, ui, problem) => {
  const before = problem === undefined ? {} : { problem };
  ui.show({ title: TITLE, lines: ['Asking the Claude CLI for a link …'], ...before });
  const reader = readDialogue(conversation);
  const offer = await reader.until(signInLink, { withinMs: LINK_WITHIN_MS, signal: ui.signal });
  if (offer === 'ended') return outcomeOf(conversation, reader);
  if (offer === 'late') {
    conversation.kill();
    return {
      ok: false,
      reason: 'The Claude CLI showed no link within a minute.',
      next: 'Check that this machine reaches claude.ai and platform.claude.com, then try again.',
    };
  }
  let complaint = problem;
  for (;;) {
    const code = await askForCode(ui, offer.url, complaint, conversation);
    const from = reader.said().length;
    conversation.write(`${code}\n`);
    ui.show({ title: TITLE, lines: ['Waiting for Claude to accept the code …'], url: offer.url });
    const reply = await reader.until(complaintIn, { withinMs: EXCHANGE_WITHIN_MS, signal: ui.signal, from });
    if (reply === 'ended') return outcomeOf(conversation, reader);
    if (reply === 'late') {
      conversation.kill();
      return {
        ok: false,
        reason: 'Claude did not respond to the code within 90 seconds.',
        next: 'Check that this machine reaches platform.claude.com, then sign in again.',
        again: !ui.signal.aborted,
      };
    }
    complaint = reply.complaint;
  }
};

/** The link after the CLI's words, whatever its form; only when something follows it, else it may be half a link. */
function signInLink(said: string): { url: string } | undefined {
  const url = /visit:\s+(https:\/\/\S+)\s/.exec(said)?.[1];
  return url === undefined ? undefined : { url };
}

function complaintIn(said: string): { complaint: string } | undefined {
  if (/doesn't look like the full code/.test(said)) return { complaint: INCOMPLETE };
  if (/That's a web address/.test(said)) return { complaint: ADDRESS };
  return undefined;
}

const INCOMPLETE = 'That is not the whole code. Copy all of it, including the # in the middle.';
const ADDRESS =
  'That is a web address. After you have signed in, the page shows a code: copy that, including the # in the middle.';

/** Asks until what was typed has the form of a code; returns `code#state`. */
async function askForCode(
  ui: DialogueUi,
  url: string,
  problem: string | undefined,
  conversation: Conversation,
): Promise<string> {
  let complaint = problem;
  for (;;) {
    const typed = await ui
      .ask({
        title: TITLE,
        lines: [
          'Open this page on any computer and sign in with the account that Otto should use.',
          'It then shows a code with a # in the middle. Copy all of it and paste it here.',
        ],
        url,
        ask: { label: 'Code', masked: true },
        problem: complaint,
      })
      .catch((error: unknown) => {
        if (error instanceof DialogueCancelled) conversation.kill();
        throw error;
      });
    const read = readCode(typed.reveal());
    if ('code' in read) return read.code;
    complaint = read.problem;
  }
}

/** What an operator pasted: `code#state`, or the address of the page that carries both. */
export function readCode(pasted: string): { code: string } | { problem: string } {
  const text = pasted.replace(/\s+/g, '');
  if (/^https?:/i.test(text)) {
    const query = URL.canParse(text) ? new URL(text).searchParams : new URLSearchParams();
    const [code, state] = [query.get('code'), query.get('state')];
    // The sign-in link itself carries code=true: that is not a code.
    return code !== null && state !== null && code !== 'true'
      ? { code: `${code}#${state}` }
      : { problem: ADDRESS };
  }
  return /^[^#]+#[^#]+$/.test(text) ? { code: text } : { problem: INCOMPLETE };
}

const FAILURES: readonly { pattern: RegExp; reason: string; next: string; again: boolean }[] = [
  {
    pattern: /code wasn't accepted/,
    reason:
      'Claude did not accept the code: it was incomplete, too old, used before, or from an earlier link. Here is a new link.',
    next: 'Open the new link and paste the code that it shows.',
    again: true,
  },
  {
    pattern: /status code 429/,
    reason: 'Claude is limiting sign-ins right now (429).',
    next: 'Wait a few minutes and sign in again.',
    again: false,
  },
  {
    pattern: /status code 5\d\d|socket hang up/,
    reason: 'Claude’s sign-in service answered with an internal error.',
    next: 'Wait a little and sign in again; status.claude.com says more.',
    again: false,
  },
  {
    pattern: /status code 403/,
    reason: 'Claude refuses this account: its organisation or country does not allow this way of signing in.',
    next: 'Use another account, or an API key (answer "api-key" for Claude).',
    again: false,
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    reason: 'This machine could not find platform.claude.com in DNS.',
    next: 'Check the resolvers (resolvectl status) and sign in again.',
    again: false,
  },
  {
    pattern: /ECONNREFUSED|ETIMEDOUT|ECONNRESET|timeout/i,
    reason: 'This machine could not connect to platform.claude.com.',
    next: 'Check whether a firewall or proxy stands between this machine and the internet.',
    again: false,
  },
  {
    pattern: /certificate/i,
    reason: 'The certificate shown for platform.claude.com is not trusted on this machine.',
    next: 'Check the clock (timedatectl) and whether a proxy decrypts the traffic.',
    again: false,
  },
];

async function outcomeOf(conversation: Conversation, reader: DialogueReader): Promise<DialogueOutcome> {
  const result = await conversation.result;
  if (result.exitCode === 0) return { ok: true };
  const said = reader.said();
  const known = FAILURES.find(({ pattern }) => pattern.test(said));
  if (known !== undefined) return { ok: false, reason: known.reason, next: known.next, again: known.again };
  if (result.timedOut)
    return { ok: false, reason: 'Nobody signed in within the time limit.', next: 'Sign in again.' };
  const last = lastLine(said);
  return {
    ok: false,
    reason: last === '' ? 'The Claude CLI ended without saying why.' : `The Claude CLI ended: ${last}`,
    next: 'Sign in again, or use an API key (answer "api-key" for Claude).',
  };
}
