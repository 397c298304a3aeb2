import type { FetchResult } from '../../host/host.ts';
import type { ChatReply } from '../../system/web-apps/open-webui-api.ts';
import type { ClaudeFacts } from '../claude/look.ts';

/** What helps to tell failures apart that look alike in the answer. */
export interface ChatContext {
  /** From the question to the answer. */
  readonly ms: number;
  /** The service's user. */
  readonly user: string;
  /** Credentials, key and the way to Claude, as the step Claude credentials looks at them. */
  readonly claude: ClaudeFacts;
  /** This machine's own try at Claude's API, made when the answer was about the connection. */
  readonly reach: Extract<FetchResult, { ok: false }>['failure'] | 'reached' | undefined;
}

/** A failed chat, translated. */
export interface ChatFailure {
  readonly code: string;
  /** Why, to an operator. */
  readonly because: string;
  /** What to do. */
  readonly next: string;
  /** It may be gone in a minute. */
  readonly passes?: true;
  readonly mend?: Mend;
}

/** What a person can do about it here: sign in again (or use a key), or put in another key. */
export type Mend = 'sign-in' | 'key';

const SIGN_IN_AGAIN =
  'Sign in again: `claude auth login` as the deploy user, or look at the step Claude credentials. Hermes uses the new sign-in from the next message on, without a restart.';

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
    explain: (context) => ({
      code: 'claude-folder-closed',
      because: `${whoRuns(context)} cannot enter the folder ~/.claude. Somebody signed in as another user, probably root.`,
      next: 'See the step Claude credentials, which fixes the owner of the folder and the file.',
    }),
  },
  {
    matches: /No inference provider configured/,
    explain: () => ({
      code: 'hermes-no-provider',
      because: 'config.yaml names no provider, so Hermes does not know that it should use Claude.',
      next: 'See the step Hermes configuration: model.provider must be anthropic.',
    }),
  },
  {
    matches: /invalid x-api-key/i,
    explain: () => ({
      code: 'claude-key-refused',
      because:
        "Claude does not know the API key in Hermes's .env: it is mistyped, was deleted, or belongs to another service.",
      next: 'Create a new key (console.anthropic.com → API keys) and enter it.',
      mend: 'key',
    }),
  },
  {
    matches: /HTTP 401/,
    explain: () => ({
      code: 'claude-token-refused',
      because:
        'Claude refuses the sign-in, and renewing it did not help: it was revoked, or a copy of it was used elsewhere.',
      next: SIGN_IN_AGAIN,
      mend: 'sign-in',
    }),
  },
  {
    matches: /does not meet scope requirement/,
    explain: () => ({
      code: 'claude-scope-missing',
      because: 'The sign-in was made for something else: it lacks the permission user:inference.',
      next: SIGN_IN_AGAIN,
      mend: 'sign-in',
    }),
  },
  {
    matches: /OAuth authentication is currently not (allowed|supported)/,
    explain: () => ({
      code: 'claude-oauth-not-allowed',
      because: 'The organisation of this account does not allow this way of signing in.',
      next: 'Use an Anthropic API key (answer claude: api-key), or have its administrator allow it.',
      mend: 'key',
    }),
  },
  {
    matches: /Third-party apps|extra usage/i,
    explain: () => ({
      code: 'claude-extra-usage',
      because:
        'Claude treats Hermes as a third-party app: with a subscription it runs only on purchased extra usage, never on what the plan includes. Pro plans cannot use it at all.',
      next: 'Add extra usage at claude.ai/settings/usage (Max plan), or use an Anthropic API key (answer claude: api-key).',
      mend: 'key',
    }),
  },
  {
    matches: /credit balance/i,
    explain: () => ({
      code: 'claude-credit-empty',
      because: 'The API account that the key belongs to has no credit left.',
      next: 'Buy credit (console.anthropic.com → Billing), then look again; or use the key of another account.',
      mend: 'key',
    }),
  },
  {
    matches: /HTTP 429/,
    explain: () => ({
      code: 'claude-rate-limited',
      because:
        'Claude is limiting this account right now. Hermes tries three times and waits as long as Claude says, up to ten minutes each time; Open WebUI shows nothing in the meantime.',
      next: 'Wait until the limit is over (claude.ai/settings/usage shows when), then look again.',
    }),
  },
  {
    matches: /HTTP 529|Overloaded/i,
    explain: () => ({
      code: 'claude-overloaded',
      because: 'Claude is overloaded right now. Nothing is wrong on this machine.',
      next: 'Wait a few minutes, then look again. status.anthropic.com shows outages.',
      passes: true,
    }),
  },
  {
    matches: /HTTP 5\d\d/,
    explain: () => ({
      code: 'claude-server-error',
      because: 'Claude had an internal error. Nothing is wrong on this machine.',
      next: 'Wait a few minutes, then look again. status.anthropic.com shows outages.',
      passes: true,
    }),
  },
  {
    matches: /HTTP 404: model|model: .* not found|not_found_error/i,
    explain: () => ({
      code: 'claude-model-unknown',
      because:
        "Claude has no model with the name in Hermes's config.yaml (model.default), or not for this account.",
      next: 'Change the answer model, for example to claude-sonnet-4-6, and run this again.',
    }),
  },
  { matches: /Connection error/i, explain: unreachable },
  {
    matches: /Invalid API response/i,
    explain: () => ({
      code: 'claude-answer-cut',
      because:
        "Claude's answers are cut off. Something between this machine and Claude ends connections early: a proxy or a filter.",
      next: "Look at the path to api.anthropic.com (proxy variables, the provider's filters), then look again.",
    }),
  },
  {
    matches: /Invalid API key|gateway_auth|Invalid gateway API key/i,
    explain: () => ({
      code: 'hermes-key-refused',
      because: 'Hermes refuses the key that it was sent.',
      next: 'See the step Way to Hermes.',
    }),
  },
];

/** What a reply that is no answer means and what to do about it. */
export function explainChatFailure(reply: ChatReply, context: ChatContext | undefined): ChatFailure {
  const row = ROWS.find(({ matches }) => matches.test(reply.content));
  if (row !== undefined) return row.explain(context);
  if (reply.status === 504 || reply.status === 502)
    return {
      code: 'chat-cut-on-the-way',
      because: 'nginx gave up waiting, or Open WebUI or Hermes stopped.',
      next: 'Look at `journalctl -u hermes-gateway -n 30` and `docker logs --tail 30 open-webui`.',
    };
  return {
    code: 'chat-failed',
    because: reply.content === '' ? 'The answer has no text.' : 'otto-install does not know this failure.',
    next: 'Look at ~/.hermes/logs/agent.log of the deploy user: it has what Claude answered.',
  };
}

const whoRuns = (context: ChatContext | undefined) =>
  context === undefined ? 'The user that runs Hermes' : `${context.user}, who runs Hermes,`;

/** Four causes share this message; Hermes's log does not tell them apart either. */
function noCredentials(context: ChatContext | undefined): ChatFailure {
  const file = context?.claude.file;
  if (context === undefined || file === undefined)
    return {
      code: 'claude-not-signed-in',
      because: 'Hermes finds neither a sign-in to Claude nor an API key.',
      next: SIGN_IN_AGAIN,
      mend: 'sign-in',
    };
  if (!file.readable)
    return {
      code: 'claude-file-unreadable',
      because: `The file with the sign-in belongs to ${file.owner}, and Hermes runs as ${context.user}.`,
      next: 'See the step Claude credentials, which gives it back.',
    };
  // The token endpoint has ten seconds at each of its two names.
  if (context.ms > 15_000)
    return {
      code: 'claude-renewal-hangs',
      because: 'The sign-in must be renewed, and platform.claude.com did not answer in time.',
      next: 'Check that this machine reaches https://platform.claude.com, then look again.',
    };
  return {
    code: 'claude-sign-in-not-renewed',
    because:
      'The sign-in has ended and Claude refused to renew it: it was revoked, or a copy of the file was used on another machine or by another user. Only one holder can renew a sign-in; the second is refused for good.',
    next: SIGN_IN_AGAIN,
    mend: 'sign-in',
  };
}

const REACH: Readonly<Record<NonNullable<ChatContext['reach']>, { because: string; next: string }>> = {
  dns: {
    because: 'The name api.anthropic.com does not resolve on this machine.',
    next: 'Check DNS: `resolvectl status`.',
  },
  refused: {
    because: 'Connections to api.anthropic.com are refused: a firewall or a proxy is in the way.',
    next: 'Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  },
  timeout: {
    because: 'Connections to api.anthropic.com get no answer: a filter for outgoing traffic is in the way.',
    next: 'Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  },
  tls: {
    because:
      'The certificate of api.anthropic.com is not trusted here: something on the way decrypts the traffic, or ca-certificates is missing.',
    next: 'Install ca-certificates, or the certificate authority of the proxy that decrypts the traffic.',
  },
  reset: {
    because: 'Connections to api.anthropic.com are cut off: a filter is in the way.',
    next: 'Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  },
  other: {
    because: 'This machine cannot reach api.anthropic.com.',
    next: 'Try `curl -v https://api.anthropic.com/` on it.',
  },
  reached: {
    because:
      'This machine reaches api.anthropic.com, but Hermes does not: its service uses another trust store or another proxy, or the connection failed at that moment.',
    next: 'Look again. If it stays, set SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt in ~/.hermes/.env and restart Hermes.',
  },
};

/** Refused, not trusted and not resolved all read 'Connection error.'; our own try tells which. */
function unreachable(context: ChatContext | undefined): ChatFailure {
  return { code: 'claude-unreachable', ...REACH[context?.reach ?? 'other'] };
}
