import { describe, expect, test } from 'vitest';
import type { ExecOptions, FetchResult, Host } from '../../../src/host/host.ts';
import type { ClaudeFacts } from '../../../src/tasks/claude/look.ts';
import { wordsOf } from '../../../src/tasks/finding.ts';
import {
  type ChatContext,
  chatValues,
  explainChatFailure,
} from '../../../src/tasks/first-login/chat-failure.ts';
import { failureIn, hearFailure } from '../../../src/tasks/first-login/hermes-log.ts';
import { firstLoginTask } from '../../../src/tasks/first-login/index.ts';
import type { Chat, FirstLoginFacts } from '../../../src/tasks/first-login/judge.ts';
import { isAbout, isRecent, type Proof, parseProof } from '../../../src/tasks/first-login/proof.ts';
import { answersWith } from '../answers.ts';
import { NOW } from '../containers.ts';
import { steps, words } from '../findings.ts';

const page = (status = 200, body = '<!doctype html><title>Open WebUI</title>'): FetchResult => ({
  ok: true,
  status,
  headers: {},
  body,
  durationMs: 5,
});
const failing = (failure: 'dns' | 'refused' | 'timeout' | 'tls'): FetchResult => ({
  ok: false,
  failure,
  detail: `it was ${failure}`,
  durationMs: 5,
});
const answer: Chat = {
  through: 'open-webui',
  reply: {
    status: 200,
    content: 'Yes. I am Otto,\nrunning on this droplet.',
    finishReason: 'stop',
    hermesFailed: false,
  },
  ms: 1_800,
};
const proof: Proof = {
  at: new Date(NOW - 30 * 24 * 3_600_000).toISOString(),
  domain: 'otto.client.example',
  model: 'otto',
  version: '0.12.4',
  through: 'open-webui',
  question: 'Are you there?',
  answer: 'Yes.',
  ms: 1_800,
};
const talk = { signedInAs: 'admin@client.example', models: ['otto'], chat: answer };
const healthy: FirstLoginFacts = {
  page: page(),
  byName: page(),
  config: { version: '0.12.4', onboarding: false, signUpOpen: false, loginForm: true },
  configStatus: 200,
  webSocket: 101,
  proof,
  spared: false,
  ...talk,
  nowMs: NOW,
};
const proving = { proof: undefined };
const judge = (facts: Partial<FirstLoginFacts>) =>
  firstLoginTask.judge({ ...healthy, ...facts }, answersWith());

test('Otto answers, and that was written down long ago: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

test('a moment ago it was proved, so nobody was asked: nothing to do', () => {
  expect(judge({ spared: true, chat: undefined } as never)).toEqual([]);
});

test.each([
  ['another address', { domain: 'old.client.example' }],
  ['another model', { model: 'cleo' }],
  ['another release of Open WebUI', { version: '0.8.12' }],
])('a record of %s is rewritten', (_, changes) => {
  expect(words(judge({ proof: { ...proof, ...changes } }))).toEqual(['risk chat-not-recorded']);
});

test('an answer is written down, with the time, the domain and the release', () => {
  const findings = judge(proving);
  expect(words(findings)).toEqual(['risk chat-not-recorded']);
  expect(steps(findings)).toEqual(['write /var/lib/otto-install/verified.json']);
  const [action] = findings[0]?.fixes[0]?.actions ?? [];
  const written = parseProof(action?.kind === 'write-file' ? String(action.content) : '');
  expect(written).toMatchObject({
    at: '2026-11-22T12:00:00.000Z',
    domain: 'otto.client.example',
    version: '0.12.4',
    through: 'open-webui',
    account: 'admin@client.example',
    answer: 'Yes. I am Otto, running on this droplet.',
    ms: 1_800,
  });
  expect(isAbout(written, answersWith(), '0.12.4')).toBe(true);
  expect(written !== undefined && isRecent(written, NOW + 50_000)).toBe(true);
  expect(written !== undefined && isRecent(written, NOW + 61_000)).toBe(false);
});

test.each([undefined, '', '{}', 'not json'])('%j is no record', (content) => {
  expect(parseProof(content)).toBeUndefined();
});

test('a proxy that is set for Hermes alone is named, with its file; this machine’s certificates are not blamed', () => {
  const reply = {
    status: 200,
    content: 'API call failed after 3 retries: Connection error.',
    finishReason: 'error',
    hermesFailed: true,
  };
  const proxy = { name: 'HTTPS_PROXY', where: '/etc/systemd/system/hermes-gateway.service.d/proxy.conf' };
  const context = { ms: 1, user: 'cleo', claude: {} as never, reach: 'reached' as const, proxy };
  const { kind } = explainChatFailure(reply, context);
  expect(kind.code).toBe('claude-behind-proxy');
  const text = wordsOf(kind.reason, chatValues(reply, context));
  expect(text).toContain('HTTPS_PROXY names, in /etc/systemd/system/hermes-gateway.service.d/proxy.conf');
  expect(text).not.toContain('SSL_CERT_FILE');
  expect(explainChatFailure(reply, { ...context, proxy: undefined }).kind.code).toBe(
    'claude-unreachable-for-hermes',
  );
});

describe('what a visitor stumbles over first', () => {
  test.each<[string, Partial<FirstLoginFacts>, readonly string[], RegExp]>([
    ['nothing listens yet', { page: failing('refused') }, ['missing site-unreachable'], /nginx site/],
    ['the name', { page: failing('dns') }, ['missing site-unreachable'], /Domain/],
    ['the certificate', { page: failing('tls') }, ['missing site-unreachable'], /Certificate/],
    ['a firewall', { page: failing('timeout') }, ['missing site-unreachable'], /firewall/],
    [
      "nginx's error page",
      { page: page(502, '<html>'), config: undefined },
      ['broken site-without-open-webui'],
      /Open WebUI/,
    ],
    [
      "nginx's welcome page, 200",
      { page: page(200, '<title>Welcome to nginx!</title>'), config: undefined },
      ['broken site-is-another-page'],
      /nginx site/,
    ],
    ['the page without its program', { config: undefined }, ['broken site-is-another-page'], /nginx site/],
    [
      'the page, and no answer of its program: a machine that is busy',
      { config: undefined, configStatus: undefined },
      ['broken site-without-open-webui'],
      /Open WebUI/,
    ],
    [
      'the page, and 502 in place of its program',
      { config: undefined, configStatus: 502 },
      ['broken site-without-open-webui'],
      /Open WebUI/,
    ],
    ['no WebSocket', { webSocket: 400 }, ['broken websocket-blocked'], /Upgrade and Connection/],
    [
      'a WebSocket refused for its origin',
      { webSocket: 403 },
      ['broken websocket-blocked'],
      /CORS_ALLOW_ORIGIN/,
    ],
    ['no answer to it', { webSocket: undefined }, ['broken websocket-blocked'], /Upgrade and Connection/],
    ['only past DNS', { byName: failing('timeout') }, ['risk site-not-by-name-from-here'], /public address/],
    ['no model', { models: [] }, ['broken model-not-listed'], /Way to Hermes/],
    [
      'a model of another name',
      { models: ['hermes-agent'] },
      ['broken model-not-listed'],
      /API_SERVER_MODEL_NAME/,
    ],
  ])('%s', (_, facts, codes, reason) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(findings[0]?.reason).toMatch(reason);
  });
});

test('an error that comes as an answer is none, and nothing is written down', () => {
  const reply = {
    status: 200,
    content: 'HTTP 401: Invalid bearer token',
    finishReason: 'error',
    hermesFailed: true,
  };
  const findings = judge({ chat: { ...answer, reply } });
  expect(words(findings)).toEqual(['broken claude-token-refused']);
  expect(findings[0]?.evidence).toContain('HTTP 401: Invalid bearer token');
  expect(steps(findings)).toEqual([]);
});

test('what passes by itself is asked again in silence', () => {
  const reply = {
    status: 200,
    content: 'API call failed after 3 retries: HTTP 529: Overloaded',
    finishReason: 'error',
    hermesFailed: true,
  };
  expect(judge({ chat: { ...answer, reply } })[0]?.watch).toBeDefined();
});

const CREDENTIALS = {
  ...{ readable: true, writable: true, enterable: false, owner: 'cleo', mode: 0o600 },
  signIn: { kind: 'usable' as const, refreshable: true },
};
const signedIn: ClaudeFacts = {
  now: NOW,
  cli: { path: '/usr/local/bin/claude', version: '2.1.330 (Claude Code)' },
  cliHalfInstalled: false,
  platform: undefined,
  npm: true,
  folder: { readable: true, writable: true, enterable: true, owner: 'cleo' },
  file: CREDENTIALS,
  copies: [],
  envThere: true,
  keysInEnv: [],
  keyOfAnswers: undefined,
  keyStatus: undefined,
  renewal: undefined,
  unreached: [],
};

describe('what a person can do about it here', () => {
  const failing = (content: string): Chat => ({
    through: 'open-webui',
    reply: { status: 200, content, finishReason: 'error', hermesFailed: true },
    ms: 900,
    context: { ms: 900, user: 'cleo', claude: signedIn, reach: undefined },
  });
  test.each([
    ['HTTP 401: Invalid bearer token', 'login', ['Sign in to Claude', 'Use an Anthropic API key']],
    ['HTTP 403: OAuth authentication is currently not allowed', 'login', ['Use an Anthropic API key']],
    ["HTTP 400: You're out of extra usage.", 'login', ['Use an Anthropic API key']],
    ['HTTP 401: invalid x-api-key', 'api-key', ['Use an Anthropic API key']],
    ['HTTP 529: Overloaded', 'api-key', []],
  ] as const)('%s', (content, claude, titles) => {
    const facts = { ...healthy, chat: failing(content) };
    const [finding] = firstLoginTask.judge(facts, answersWith({ claude }));
    expect(finding?.fixes.map(({ title }) => title)).toEqual(titles);
  });

  test('what stands in the log is said to be from there', () => {
    const [finding] = judge({ chat: { ...failing('HTTP 529: Overloaded'), fromLog: true } });
    expect(finding).toMatchObject({ code: 'claude-overloaded' });
    expect(finding?.evidence).toMatch(/had no answer after 0.9 s and keeps trying; its log says "HTTP 529/);
  });
});

describe('what Hermes writes down before it gives up, as 0.19 did', () => {
  const AT = '2026-11-22 19:55:08,940 WARNING [api-1fa8e291c896a325] agent.conversation_loop:';
  test.each([
    [
      `${AT} API call failed (attempt 1/3) error_type=OverloadedError thread=asyncio_1:1 provider=anthropic base_url=https://api.anthropic.com model=claude-opus-4-6 summary=HTTP 529: Overloaded`,
      'HTTP 529: Overloaded',
    ],
    [
      `${AT} Invalid API response (retry 1/3): response.content invalid (not a non-empty list) | Provider: model=claude-opus-4-6`,
      'Invalid API response',
    ],
    [`${AT} Retrying API call in 2.5s (attempt 1/3) error=Error code: 529`, undefined],
    [`${AT} Turn ended: reason=text_response(finish_reason=stop)`, undefined],
  ])('%s', (line, failure) => expect(failureIn(line)).toBe(failure));

  /** A host whose log says these lines at once; time is not waited for unless it is asked for. */
  const logging = (lines: readonly string[], sleep: () => Promise<void>) =>
    ({
      exec: async (_argv: unknown, { onLine }: ExecOptions) => {
        for (const text of lines) onLine?.(text);
      },
      sleep,
    }) as unknown as Host;
  const failedOnce = `${AT} API call failed (attempt 1/3) summary=HTTP 529: Overloaded`;
  const never = () => new Promise<void>(() => {});
  const hear = (lines: readonly string[], sleep: () => Promise<void>) =>
    Promise.race([
      hearFailure(logging(lines, sleep), answersWith(), new AbortController().signal),
      new Promise((resolve) => setTimeout(resolve, 20, 'nothing')),
    ]);

  test('one failure may be followed by an answer', async () => {
    expect(await hear([failedOnce], never)).toBe('nothing');
  });
  test('a second one is enough', async () => {
    expect(await hear([failedOnce, failedOnce], never)).toBe('HTTP 529: Overloaded');
  });
  test('so is one without an answer in the next seconds', async () => {
    expect(await hear([failedOnce], async () => {})).toBe('HTTP 529: Overloaded');
  });
});

/** Every row of the table in facts/claude-cli.md, in the words that came through Open WebUI on a test droplet. */
describe('what a failed chat means', () => {
  const NO_CREDENTIALS =
    "Internal server error: No Anthropic credentials found. Set ANTHROPIC_TOKEN or ANTHROPIC_API_KEY, run 'claude setup-token', or authenticate with 'claude /login'.";
  const context: ChatContext = { ms: 1_000, user: 'cleo', claude: signedIn, reach: undefined };
  test.each<[number, string, string, RegExp, Partial<ChatContext>?]>([
    [
      500,
      NO_CREDENTIALS,
      'chat-claude-not-signed-in',
      /claude auth login/,
      { claude: { ...signedIn, file: undefined } },
    ],
    [
      500,
      NO_CREDENTIALS,
      'claude-file-unreadable',
      /Claude credentials/,
      { claude: { ...signedIn, file: { ...CREDENTIALS, owner: 'root', readable: false } } },
    ],
    [500, NO_CREDENTIALS, 'claude-sign-in-not-renewed', /claude auth login/],
    [500, NO_CREDENTIALS, 'chat-claude-renewal-hangs', /platform\.claude\.com/, { ms: 20_000 }],
    [
      500,
      "Internal server error: [Errno 13] Permission denied: '/home/cleo/.claude/.credentials.json'",
      'claude-folder-closed',
      /Claude credentials/,
    ],
    [
      500,
      'Internal server error: No inference provider configured. Run hermes model',
      'hermes-no-provider',
      /model\.provider/,
    ],
    [200, 'HTTP 401: Invalid bearer token', 'claude-token-refused', /claude auth login/],
    [200, 'HTTP 401: invalid x-api-key', 'chat-claude-key-refused', /new key/],
    [
      200,
      'HTTP 403: OAuth authentication is currently not allowed for this organization.',
      'claude-oauth-not-allowed',
      /API key/,
    ],
    [
      200,
      'HTTP 403: OAuth token does not meet scope requirement user:inference',
      'claude-scope-missing',
      /claude auth login/,
    ],
    [
      200,
      "HTTP 400: You're out of extra usage. Add more at claude.ai/settings/usage and keep going.",
      'claude-extra-usage',
      /settings\/usage/,
    ],
    [
      200,
      'HTTP 400: Third-party apps now draw from your extra usage, not your plan limits.',
      'claude-extra-usage',
      /settings\/usage/,
    ],
    [
      200,
      'HTTP 400: Your credit balance is too low to access the Anthropic API.',
      'claude-credit-empty',
      /Billing/,
    ],
    [
      200,
      "API call failed after 3 retries: HTTP 429: This request would exceed your account's rate limit.",
      'claude-rate-limited',
      /Wait/,
    ],
    [200, 'API call failed after 3 retries: HTTP 529: Overloaded', 'claude-overloaded', /Wait/],
    [200, 'API call failed after 3 retries: HTTP 500: Internal server error', 'claude-server-error', /Wait/],
    [
      200,
      'API call failed after 3 retries: HTTP 404: model: claude-opus-4-6',
      'claude-model-unknown',
      /answer model/,
    ],
    [
      200,
      'API call failed after 3 retries: Connection error.',
      'claude-unreachable',
      /resolvectl/,
      { reach: 'dns' },
    ],
    [
      200,
      'API call failed after 3 retries: Connection error.',
      'claude-unreachable',
      /port 443/,
      { reach: 'refused' },
    ],
    [
      200,
      'API call failed after 3 retries: Connection error.',
      'claude-unreachable',
      /ca-certificates/,
      { reach: 'tls' },
    ],
    [
      200,
      'API call failed after 3 retries: Connection error.',
      'claude-unreachable-for-hermes',
      /SSL_CERT_FILE/,
      { reach: 'reached' },
    ],
    [200, 'Invalid API response after 3 retries: response time 17.3s', 'claude-answer-cut', /proxy/],
    [401, 'Invalid gateway API key (API_SERVER_KEY)', 'chat-hermes-key-refused', /Way to Hermes/],
    [504, '<html>504 Gateway Time-out</html>', 'chat-cut-on-the-way', /journalctl/],
    [200, 'Something nobody has seen', 'chat-failed', /agent\.log/],
  ])('%i %s: %s', (status, content, code, next, changes = {}) => {
    const reply = { status, content, finishReason: 'error', hermesFailed: status === 200 };
    const seen = { ...context, ...changes };
    const { kind } = explainChatFailure(reply, seen);
    expect(kind.code).toBe(code);
    expect(wordsOf(kind.reason, chatValues(reply, seen))).toMatch(next);
  });
});
