import type { FetchResult } from '../../host/host.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';

type FetchFailure = Extract<FetchResult, { ok: false }>;

/** Why the page did not come. */
const PAGE: Readonly<Record<FetchFailure['failure'], string>> = {
  dns: 'The name does not resolve. See the step Domain.',
  refused: 'Nothing listens on port 443. See the steps nginx site and Certificate.',
  timeout: 'There was no answer in time. A firewall may block port 443, or Open WebUI is busy.',
  tls: 'Browsers do not trust the certificate for this name. See the step Certificate.',
  reset: 'The connection was cut off. `journalctl -u nginx -n 30` may say why.',
  other: 'See the steps nginx site and Certificate.',
};

/** How far connections from this machine to Claude get. */
export type Reach = FetchFailure['failure'] | 'reached';

const REACH: Readonly<Record<FetchFailure['failure'], string>> = {
  dns: 'The name api.anthropic.com does not resolve on this machine. Check DNS: `resolvectl status`.',
  refused:
    'Connections to api.anthropic.com are refused: a firewall or a proxy is in the way. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  timeout:
    'Connections to api.anthropic.com get no answer: a filter for outgoing traffic is in the way. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  tls: 'The certificate of api.anthropic.com is not trusted here: something on the way decrypts the traffic, or ca-certificates is missing. Install ca-certificates, or the certificate authority of the proxy that decrypts the traffic.',
  reset:
    'Connections to api.anthropic.com are cut off: a filter is in the way. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  other: 'This machine cannot reach api.anthropic.com. Try `curl -v https://api.anthropic.com/` on it.',
};

/** What the words about a failed chat depend on. */
export interface ChatValues {
  readonly who: string;
  /** Whose the file with the sign-in is. */
  readonly owner: string;
  readonly user: string;
  /** Nothing was answered. */
  readonly silent: boolean;
  readonly reach: Reach;
  readonly proxy?: { readonly name: string; readonly where: string } | undefined;
}
const chat = (words: (values: ChatValues) => string) =>
  wording<ChatValues, string>(
    {
      who: '‹user›, who runs Hermes,',
      owner: 'root',
      user: '‹user›',
      silent: false,
      reach: 'other',
      proxy: undefined,
    },
    words,
  );

const NO_ANSWER = 'The page works, but every message is answered with an error.';
const SIGN_IN_AGAIN =
  'Sign in again: `claude auth login` as the deploy user, or look at the step Claude credentials. Hermes uses the new sign-in from the next message on, without a restart.';

/** Every way in which the question that is asked at the end is known to fail. */
const CHAT = declareFindings('first-login', 'tasks/first-login/first-login.test.ts', {
  'claude-folder-closed': {
    severity: 'broken',
    cuts: 'claude',
    reason: chat(
      ({ who }) =>
        `${who} cannot enter the folder ~/.claude. Somebody signed in as another user, probably root. See the step Claude credentials, which fixes the owner of the folder and the file.`,
    ),
    impact: NO_ANSWER,
  },
  'hermes-no-provider': {
    severity: 'broken',
    cuts: 'hermes',
    reason:
      'config.yaml names no provider, so Hermes does not know that it should use Claude. See the step Hermes configuration: model.provider must be anthropic.',
    impact: NO_ANSWER,
  },
  'chat-claude-key-refused': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      "Claude does not know the API key in Hermes's .env: it is mistyped, was deleted, or belongs to another service. Create a new key (console.anthropic.com → API keys) and enter it.",
    impact: NO_ANSWER,
  },
  'claude-token-refused': {
    severity: 'broken',
    cuts: 'claude',
    reason: `Claude refuses the sign-in, and renewing it did not help: it was revoked, or a copy of it was used elsewhere. ${SIGN_IN_AGAIN}`,
    impact: NO_ANSWER,
  },
  'claude-network-refuses': {
    severity: 'broken',
    cuts: 'to-claude',
    reason:
      "The refusal (403) comes from the network in front of Claude, before any account or key was looked at. It goes by this machine's address: a country that Anthropic does not serve, a proxy or VPN, or a hosting network that is blocked. A new key or sign-in changes nothing. Try the same from another network; support.anthropic.com has the list of countries.",
    impact: NO_ANSWER,
    proof: { fault: 'claude-network-refuses' },
  },
  'claude-scope-missing': {
    severity: 'broken',
    cuts: 'claude',
    reason: `The sign-in was made for something else: it lacks the permission user:inference. ${SIGN_IN_AGAIN}`,
    impact: NO_ANSWER,
  },
  'claude-oauth-not-allowed': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'The organisation of this account does not allow this way of signing in. Use an Anthropic API key (answer claude: api-key), or have its administrator allow it.',
    impact: NO_ANSWER,
  },
  'claude-extra-usage': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'Claude treats Hermes as a third-party app: with a subscription it runs only on purchased extra usage, never on what the plan includes. Pro plans cannot use it at all. Add extra usage at claude.ai/settings/usage (Max plan), or use an Anthropic API key (answer claude: api-key).',
    impact: NO_ANSWER,
  },
  'claude-credit-empty': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'The API account that the key belongs to has no credit left. Buy credit (console.anthropic.com → Billing), then look again; or use the key of another account.',
    impact: NO_ANSWER,
  },
  'claude-rate-limited': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'Claude is limiting this account right now. Hermes tries three times and waits as long as Claude says, up to ten minutes each time; Open WebUI shows nothing in the meantime. Wait until the limit is over (claude.ai/settings/usage shows when), then look again.',
    impact: NO_ANSWER,
  },
  'claude-overloaded': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'Claude is overloaded right now. Nothing is wrong on this machine. Wait a few minutes, then look again. status.anthropic.com shows outages.',
    impact: NO_ANSWER,
  },
  'claude-server-error': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'Claude had an internal error. Nothing is wrong on this machine. Wait a few minutes, then look again. status.anthropic.com shows outages.',
    impact: NO_ANSWER,
  },
  'claude-model-unknown': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      "Claude has no model with the name in Hermes's config.yaml (model.default), or not for this account. Change the answer model, for example to claude-sonnet-4-6, and run this again.",
    impact: NO_ANSWER,
  },
  'claude-behind-proxy': {
    severity: 'broken',
    cuts: 'to-claude',
    reason: chat(
      ({ proxy, reach }) =>
        `Hermes goes to Claude through the proxy that ${proxy?.name ?? 'HTTPS_PROXY'} names, in ${proxy?.where ?? 'a drop-in of its unit'}, and got no connection${reach === 'reached' ? '; this machine itself reaches Claude without it' : ''}. Correct that line or take it out, then \`systemctl daemon-reload && systemctl restart hermes-gateway\`.`,
    ),
    impact: NO_ANSWER,
    proof: { fault: 'claude-proxy-in-drop-in' },
  },
  'claude-unreachable': {
    severity: 'broken',
    cuts: 'to-claude',
    reason: chat(({ reach }) => REACH[reach === 'reached' ? 'other' : reach]),
    impact: NO_ANSWER,
  },
  'claude-unreachable-for-hermes': {
    severity: 'broken',
    cuts: 'to-claude',
    reason:
      'This machine reaches api.anthropic.com, but Hermes does not: its service uses another trust store, another proxy or another address, or the connection failed at that moment. Look again. If it stays, set SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt in ~/.hermes/.env and restart Hermes.',
    impact: NO_ANSWER,
  },
  'claude-answer-cut': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      "Claude's answers are cut off. Something between this machine and Claude ends connections early: a proxy or a filter. Look at the path to api.anthropic.com (proxy variables, the provider's filters), then look again.",
    impact: NO_ANSWER,
  },
  'chat-hermes-key-refused': {
    severity: 'broken',
    cuts: 'hermes',
    reason: 'Hermes refuses the key that it was sent. See the step Way to Hermes.',
    impact: NO_ANSWER,
  },
  'chat-cut-on-the-way': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'nginx gave up waiting, or Open WebUI or Hermes stopped. Look at `journalctl -u hermes-gateway -n 30` and `docker logs --tail 30 open-webui`.',
    impact: NO_ANSWER,
  },
  'chat-failed': {
    severity: 'broken',
    cuts: 'claude',
    reason: chat(
      ({ silent }) =>
        `${silent ? 'The answer has no text.' : 'otto-install does not know this failure.'} Look at ~/.hermes/logs/agent.log of the deploy user: it shows what Claude answered.`,
    ),
    impact: NO_ANSWER,
  },
  'chat-claude-not-signed-in': {
    severity: 'broken',
    cuts: 'claude',
    reason: `Hermes finds neither a sign-in to Claude nor an API key. ${SIGN_IN_AGAIN}`,
    impact: NO_ANSWER,
  },
  'claude-file-unreadable': {
    severity: 'broken',
    cuts: 'claude',
    reason: chat(
      ({ owner, user }) =>
        `The file with the sign-in belongs to ${owner}, and Hermes runs as ${user}. See the step Claude credentials, which corrects the owner.`,
    ),
    impact: NO_ANSWER,
  },
  'chat-claude-renewal-hangs': {
    severity: 'broken',
    cuts: 'claude',
    reason:
      'The sign-in must be renewed, but platform.claude.com did not answer in time. Check that this machine reaches https://platform.claude.com, then look again.',
    impact: NO_ANSWER,
  },
  'claude-sign-in-not-renewed': {
    severity: 'broken',
    cuts: 'claude',
    reason: `The sign-in has ended and Claude refused to renew it: it was revoked, or a copy of the file was used on another machine or by another user. Only one holder can renew a sign-in; the second is refused for good. ${SIGN_IN_AGAIN}`,
    impact: NO_ANSWER,
  },
});
export type ChatKind = (typeof CHAT)[keyof typeof CHAT];

/** What can be wrong with the way of a visitor, from the page to an answer. */
const WAY = declareFindings('first-login', 'tasks/first-login/first-login.test.ts', {
  'site-unreachable': {
    severity: 'missing',
    cuts: 'to-nginx',
    reason: wording(
      { failure: 'other' as FetchFailure['failure'] },
      ({ failure }) => `Every visitor sees this. ${PAGE[failure]}`,
    ),
    impact: 'Nobody reaches Otto.',
  },
  'site-without-open-webui': {
    severity: 'broken',
    reason: 'nginx answers, but Open WebUI behind it does not. See the step Open WebUI.',
    impact: 'Nobody reaches Otto.',
  },
  'site-is-another-page': {
    severity: 'broken',
    reason:
      'Another site of nginx answers for this name, or Open WebUI shows an error. See the step nginx site.',
    impact: 'Nobody reaches Otto.',
  },
  'websocket-blocked': {
    severity: 'broken',
    cuts: 'to-open-webui',
    reason: wording({ refused: false, origins: undefined as string | undefined }, ({ refused, origins }) =>
      refused
        ? `${
            origins === undefined
              ? 'Whoever answers 403 refuses it: access rules of nginx, something in front of this machine, or Open WebUI itself. Its container names no addresses from which pages may come (CORS_ALLOW_ORIGIN), so that is not why.'
              : `Open WebUI refuses pages from this address: CORS_ALLOW_ORIGIN in the environment of its container allows ${origins} only. Add this one there, separated by ";", and recreate the container.`
          } Without a WebSocket the page never shows its sign-in form.`
        : 'Without a WebSocket the page never shows its sign-in form. The site of nginx needs proxy_http_version 1.1 and the headers Upgrade and Connection. See the step nginx site.',
    ),
    impact: 'The page stays empty.',
  },
  'site-not-by-name-from-here': {
    severity: 'risk',
    cuts: 'to-nginx',
    reason:
      'Some networks do not let a machine reach its own public address. If the page opens on your own computer, everything is fine.',
  },
  'model-not-listed': {
    severity: 'broken',
    cuts: 'to-hermes',
    reason: wording({ none: true }, ({ none }) =>
      none
        ? 'Open WebUI does not reach Hermes with the address and key in its database. See the step Way to Hermes.'
        : 'Hermes calls its model by API_SERVER_MODEL_NAME in its .env. See the step Hermes configuration.',
    ),
    impact: 'People can sign in, but there is no model to chat with.',
  },
  'chat-not-recorded': {
    severity: 'risk',
    cuts: 'claude',
    reason:
      'The whole chain answers. otto-install records that, so that the next look does not have to ask again.',
  },
});

export const FINDINGS = { ...WAY, ...CHAT };

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
