import { describe, expect, test } from 'vitest';
import type { FetchResult } from '../../src/host/host.ts';
import { type ChatContext, explainChatFailure } from '../../src/tasks/first-login/chat-failure.ts';
import type { Chat, FirstLoginFacts } from '../../src/tasks/first-login/judge.ts';
import { isAbout, isRecent, type Proof, parseProof } from '../../src/tasks/first-login/proof.ts';
import { firstLoginTask } from '../../src/tasks/first-login.ts';
import { answersWith } from './answers.ts';
import { NOW } from './containers.ts';
import { steps, words } from './findings.ts';

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
])('a record of %s is written anew', (_, changes) => {
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
  ])('%s', (_, facts, codes, because) => {
    const findings = judge(facts);
    expect(words(findings)).toEqual(codes);
    expect(findings[0]?.because).toMatch(because);
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
  expect(findings[0]?.saw).toContain('HTTP 401: Invalid bearer token');
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

/** Every row of the table in facts/claude-cli.md, in the words that came through Open WebUI on a test droplet. */
describe('what a failed chat means', () => {
  const NO_CREDENTIALS =
    "Internal server error: No Anthropic credentials found. Set ANTHROPIC_TOKEN or ANTHROPIC_API_KEY, run 'claude setup-token', or authenticate with 'claude /login'.";
  const context: ChatContext = { ms: 1_000, user: 'cleo', credentialsOwner: 'cleo', reach: undefined };
  test.each<[number, string, string, RegExp, Partial<ChatContext>?]>([
    [500, NO_CREDENTIALS, 'claude-not-signed-in', /claude auth login/, { credentialsOwner: undefined }],
    [
      500,
      NO_CREDENTIALS,
      'claude-file-unreadable',
      /chown -R cleo: ~cleo\/\.claude/,
      { credentialsOwner: 'root' },
    ],
    [500, NO_CREDENTIALS, 'claude-sign-in-expired', /claude auth login/],
    [500, NO_CREDENTIALS, 'claude-refresh-hangs', /platform\.claude\.com/, { ms: 20_000 }],
    [
      500,
      "Internal server error: [Errno 13] Permission denied: '/home/cleo/.claude/.credentials.json'",
      'claude-folder-closed',
      /chown -R cleo:/,
    ],
    [
      500,
      'Internal server error: No inference provider configured. Run hermes model',
      'hermes-no-provider',
      /model\.provider/,
    ],
    [200, 'HTTP 401: Invalid bearer token', 'claude-token-refused', /claude auth login/],
    [200, 'HTTP 401: invalid x-api-key', 'claude-key-refused', /new key/],
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
      'claude-unreachable',
      /SSL_CERT_FILE/,
      { reach: 'reached' },
    ],
    [200, 'Invalid API response after 3 retries: response time 17.3s', 'claude-answer-cut', /proxy/],
    [401, 'Invalid gateway API key (API_SERVER_KEY)', 'hermes-key-refused', /Way to Hermes/],
    [504, '<html>504 Gateway Time-out</html>', 'chat-cut-on-the-way', /journalctl/],
    [200, 'Something nobody has seen', 'chat-failed', /agent\.log/],
  ])('%i %s: %s', (status, content, code, next, changes = {}) => {
    const reply = { status, content, finishReason: 'error', hermesFailed: status === 200 };
    const failure = explainChatFailure(reply, { ...context, ...changes });
    expect(failure.code).toBe(code);
    expect(failure.next).toMatch(next);
  });
});
