import { describe, expect, it } from 'vitest';
import { asking } from '../asking.ts';
import { createClaude, VALID_API_KEY } from './claude.ts';
import { challengeOf } from './login.ts';
import { ANSWER } from './messages.ts';
import type { MessagePlay } from './plays.ts';

const VERIFIER = 'a-verifier-of-more-than-forty-three-characters-0123';
const SHORT_LINK = `https://claude.ai/oauth/authorize?z-${challengeOf(VERIFIER)}`;
const KEY = { 'x-api-key': VALID_API_KEY };

async function standIn() {
  const claude = createClaude();
  const api = await asking('api.anthropic.com', claude.api);
  const tokens = await asking('platform.claude.com', claude.tokens);
  const grant = (fields: Record<string, string>) =>
    tokens('/v1/oauth/token', { method: 'POST', body: new URLSearchParams(fields) });
  const login = async () => {
    const [code = ''] = (await claude.control.authorize(SHORT_LINK)).split('#');
    const answer = await grant({ grant_type: 'authorization_code', code, code_verifier: VERIFIER });
    return (await answer.json()) as { access_token: string; refresh_token: string };
  };
  const say = (headers: Record<string, string>, message: object = {}) =>
    api('/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'claude-sonnet-4-6', ...message }),
    });
  return { claude, tokens, grant, login, say };
}

describe("Claude's sign-in", () => {
  it('gives tokens for the code that the page showed, once', async () => {
    const { claude, grant } = await standIn();
    const [code = '', state] = (await claude.control.authorize(SHORT_LINK)).split('#');
    expect(state).toBeTruthy();
    const fields = { grant_type: 'authorization_code', code, code_verifier: VERIFIER };
    expect((await grant(fields)).status).toBe(200);
    expect((await grant(fields)).status).toBe(400);
  });

  it('refuses a code with the wrong verifier', async () => {
    const { claude, grant } = await standIn();
    const [code = ''] = (await claude.control.authorize(SHORT_LINK)).split('#');
    const answer = await grant({ grant_type: 'authorization_code', code, code_verifier: 'another' });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('takes the long form of the link and gives its state back', async () => {
    const { claude } = await standIn();
    const query = new URLSearchParams({ code: 'true', code_challenge: challengeOf(VERIFIER), state: 'abc' });
    expect(await claude.control.authorize(`https://claude.com/cai/oauth/authorize?${query}`)).toMatch(
      /.+#abc$/,
    );
  });

  it.each([
    'https://claude.ai/login',
    'https://example.com/oauth/authorize?code_challenge=x',
    SHORT_LINK.slice(0, -9),
  ])('does not take %s for a sign-in link', async (link) => {
    const { claude } = await standIn();
    await expect(claude.control.authorize(link)).rejects.toThrow();
  });

  it('renews with a refresh token, which is good once', async () => {
    const { grant, login, say } = await standIn();
    const { refresh_token } = await login();
    const renewed = await grant({ grant_type: 'refresh_token', refresh_token });
    const { access_token } = (await renewed.json()) as { access_token: string };
    expect((await say({ authorization: `Bearer ${access_token}` })).status).toBe(200);
    expect((await grant({ grant_type: 'refresh_token', refresh_token })).status).toBe(400);
  });

  it.each(['invalid-grant', 'server-error', 'rate-limited'] as const)('plays %s', async (play) => {
    const { claude, grant, login } = await standIn();
    const { refresh_token } = await login();
    await claude.control.playToken(play);
    expect((await grant({ grant_type: 'refresh_token', refresh_token })).ok).toBe(false);
    await claude.control.playToken('normal');
    expect((await grant({ grant_type: 'refresh_token', refresh_token })).ok).toBe(true);
  });
});

describe('POST /v1/messages', () => {
  it('answers a token and a key, whole or as events', async () => {
    const { login, say } = await standIn();
    const { access_token } = await login();
    const whole = await say({ authorization: `Bearer ${access_token}` });
    expect(await whole.json()).toMatchObject({ content: [{ type: 'text', text: ANSWER }] });
    const events = await (await say(KEY, { stream: true })).text();
    const texts = [...events.matchAll(/"text_delta","text":"([^"]*)"/g)].map(([, text]) => text);
    expect(texts.join('')).toBe(ANSWER);
    expect(events.trimEnd().split('\n\n').at(-1)).toContain('message_stop');
  });

  it('runs what it is asked to run, and answers once the tool has', async () => {
    const { claude, say } = await standIn();
    const tools = [{ name: 'read_file' }, { name: 'mcp__terminal' }];
    const ask = { role: 'user', content: [{ type: 'text', text: 'Please run\n```\necho "a" >b\nls\n```' }] };
    const use = { name: 'mcp__terminal', input: { command: 'echo "a" >b\nls' } };
    const whole = await (await say(KEY, { tools, messages: [ask] })).json();
    expect(whole).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', ...use }] });
    const events = await (await say(KEY, { tools, messages: [ask], stream: true })).text();
    const pieces = [...events.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map(([, text = '']) =>
      JSON.parse(text),
    );
    expect(JSON.parse(pieces.join(''))).toEqual(use.input);
    expect(events).toContain('"stop_reason":"tool_use"');
    const result = {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'x', content: '```\nls\n```' }],
    };
    for (const request of [{ tools, messages: [ask, result] }, { messages: [ask] }]) {
      expect(await (await say(KEY, request)).json()).toMatchObject({ content: [{ text: ANSWER }] });
    }
    await claude.control.play('declines-tools');
    expect(await (await say(KEY, { tools, messages: [ask] })).json()).toMatchObject({
      content: [{ text: ANSWER }],
    });
  });

  it('refuses a stranger, in the words for what the stranger showed', async () => {
    const { say } = await standIn();
    for (const [headers, words] of [
      [{ 'x-api-key': 'sk-ant-api03-wrong' }, 'invalid x-api-key'],
      [{ authorization: 'Bearer sk-ant-oat01-wrong' }, 'Invalid bearer token'],
    ] as const) {
      const answer = await say(headers);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { message: words } });
    }
  });

  it('refuses every token after they were revoked', async () => {
    const { claude, login, say } = await standIn();
    const { access_token } = await login();
    await claude.control.revokeAll();
    expect((await say({ authorization: `Bearer ${access_token}` })).status).toBe(401);
  });

  it.each<[MessagePlay, number, string]>([
    ['unauthorized', 401, 'invalid x-api-key'],
    ['oauth-not-allowed', 403, 'OAuth authentication is currently not allowed'],
    ['missing-scope', 403, 'does not meet scope requirement user:inference'],
    ['out-of-extra-usage', 400, "You're out of extra usage"],
    ['third-party', 400, 'Third-party apps now draw from your extra usage'],
    ['credit-balance', 400, 'Your credit balance is too low'],
    ['rate-limited', 429, 'rate limit'],
    ['overloaded', 529, 'Overloaded'],
    ['server-error', 500, 'Internal server error'],
    ['unknown-model', 404, 'model: claude-sonnet-4-6'],
  ])('plays %s', async (play, status, words) => {
    const { claude, say } = await standIn();
    await claude.control.play(play);
    const answer = await say(KEY, { stream: true });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(await answer.text()).toContain(words);
  });

  it('asks to wait in one kind of rate limit', async () => {
    const { claude, say } = await standIn();
    await claude.control.play('rate-limited-retry-after');
    expect((await say(KEY)).headers.get('retry-after')).toBe('20');
  });

  it('cuts an answer off in the middle', async () => {
    const { claude, say } = await standIn();
    await claude.control.play('cut');
    const answer = await say(KEY, { stream: true });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('does not know a model that is none of Claude', async () => {
    const { say } = await standIn();
    expect((await say(KEY, { model: 'gpt-5' })).status).toBe(404);
    expect((await say(KEY, { model: '' })).status).toBe(404);
  });
});
