import type { ChatReply } from '../../system/web-apps/open-webui-api.ts';
import type { ClaudeFacts } from '../claude/look.ts';
import { type ChatKind, type ChatValues, FINDINGS, type Reach } from './findings.ts';

/** What helps to distinguish failures that look alike in the answer. */
export interface ChatContext {
  /** From the question to the answer. */
  readonly ms: number;
  /** The service's user. */
  readonly user: string;
  /** Credentials, key and the way to Claude, as the step Claude credentials looks at them. */
  readonly claude: ClaudeFacts;
  /** This machine's own try at Claude's API, made when the answer was about the connection. */
  readonly reach: Reach | undefined;
  /** A proxy that is set for Hermes, and the file that sets it; looked for then, too. */
  readonly proxy?: { readonly name: string; readonly where: string } | undefined;
}

/** A failed chat, translated. */
interface ChatFailure {
  readonly kind: ChatKind;
  /** It may be gone in a minute. */
  readonly passes?: true;
  readonly remedy?: Remedy;
}

/** What a person can do about it here: sign in again (or use a key), or put in another key. */
export type Remedy = 'sign-in' | 'key';

interface Row {
  readonly matches: RegExp;
  readonly explain: (context: ChatContext | undefined) => ChatFailure;
}

/**
 * The table of facts/claude-cli.md, 'Failures as the caller of /v1/chat/completions sees them', row by row. Order counts:
 * a message may hold several of these words, the more telling ones come first.
 */
const ROWS: readonly Row[] = [
  { matches: /No Anthropic credentials found/, explain: noCredentials },
  {
    matches: /Permission denied.*\.credentials\.json/,
    explain: () => ({ kind: FINDINGS['claude-folder-closed'] }),
  },
  {
    matches: /No inference provider configured/,
    explain: () => ({
      kind: FINDINGS['hermes-no-provider'],
    }),
  },
  {
    matches: /invalid x-api-key/i,
    explain: () => ({
      kind: FINDINGS['chat-claude-key-refused'],
      remedy: 'key',
    }),
  },
  {
    matches: /HTTP 401/,
    explain: () => ({
      kind: FINDINGS['claude-token-refused'],
      remedy: 'sign-in',
    }),
  },
  {
    // Its network's own page, or its words; the API's are JSON and say permission_error.
    matches: /HTTP 403[\s\S]*(?:<!?\w|\bforbidden\b|Request not allowed)/i,
    explain: () => ({
      kind: FINDINGS['claude-network-refuses'],
    }),
  },
  {
    matches: /does not meet scope requirement/,
    explain: () => ({
      kind: FINDINGS['claude-scope-missing'],
      remedy: 'sign-in',
    }),
  },
  {
    matches: /OAuth authentication is currently not (allowed|supported)/,
    explain: () => ({
      kind: FINDINGS['claude-oauth-not-allowed'],
      remedy: 'key',
    }),
  },
  {
    matches: /Third-party apps|extra usage/i,
    explain: () => ({
      kind: FINDINGS['claude-extra-usage'],
      remedy: 'key',
    }),
  },
  {
    matches: /credit balance/i,
    explain: () => ({
      kind: FINDINGS['claude-credit-empty'],
      remedy: 'key',
    }),
  },
  {
    matches: /HTTP 429/,
    explain: () => ({
      kind: FINDINGS['claude-rate-limited'],
    }),
  },
  {
    matches: /HTTP 529|Overloaded/i,
    explain: () => ({
      kind: FINDINGS['claude-overloaded'],
      passes: true,
    }),
  },
  {
    matches: /HTTP 5\d\d/,
    explain: () => ({
      kind: FINDINGS['claude-server-error'],
      passes: true,
    }),
  },
  {
    matches: /HTTP 404: model|model: .* not found|not_found_error/i,
    explain: () => ({
      kind: FINDINGS['claude-model-unknown'],
    }),
  },
  {
    matches: /Connection error/i,
    explain: (context) => ({
      kind: FINDINGS[
        context?.proxy !== undefined
          ? 'claude-behind-proxy'
          : context?.reach === 'reached'
            ? 'claude-unreachable-for-hermes'
            : 'claude-unreachable'
      ],
    }),
  },
  {
    matches: /Invalid API response/i,
    explain: () => ({
      kind: FINDINGS['claude-answer-cut'],
    }),
  },
  {
    matches: /Invalid API key|gateway_auth|Invalid gateway API key/i,
    explain: () => ({
      kind: FINDINGS['chat-hermes-key-refused'],
    }),
  },
];

/** What a reply that is not an answer means, and what to do about it. */
export function explainChatFailure(reply: ChatReply, context: ChatContext | undefined): ChatFailure {
  const row = ROWS.find(({ matches }) => matches.test(reply.content));
  if (row !== undefined) return row.explain(context);
  if (reply.status === 504 || reply.status === 502)
    return {
      kind: FINDINGS['chat-cut-on-the-way'],
    };
  return {
    kind: FINDINGS['chat-failed'],
  };
}

/** What the words about a failure depend on. */
export function chatValues(reply: ChatReply, context: ChatContext | undefined): ChatValues {
  return {
    who: context === undefined ? 'The user that runs Hermes' : `${context.user}, who runs Hermes,`,
    owner: context?.claude.file?.owner ?? 'another user',
    user: context?.user ?? 'another one',
    silent: reply.content === '',
    // Refused, not trusted and not resolved all read 'Connection error.'; our own try tells which.
    reach: context?.reach ?? 'other',
    proxy: context?.proxy,
  };
}

/** Four causes share this message; Hermes's log does not tell them apart either. */
function noCredentials(context: ChatContext | undefined): ChatFailure {
  const file = context?.claude.file;
  if (context === undefined || file === undefined)
    return {
      kind: FINDINGS['chat-claude-not-signed-in'],
      remedy: 'sign-in',
    };
  if (!file.readable)
    return {
      kind: FINDINGS['claude-file-unreadable'],
    };
  // The token endpoint has ten seconds at each of its two names.
  if (context.ms > 15_000)
    return {
      kind: FINDINGS['chat-claude-renewal-hangs'],
    };
  return {
    kind: FINDINGS['claude-sign-in-not-renewed'],
    remedy: 'sign-in',
  };
}
