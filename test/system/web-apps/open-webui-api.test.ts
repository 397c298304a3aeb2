import { describe, expect, test } from 'vitest';
import {
  chatBody,
  isAnswer,
  parseChatReply,
  parseModelIds,
  parsePublicConfig,
  parseSessionToken,
} from '../../../src/system/web-apps/open-webui-api.ts';

/** `/api/config` of 0.12.4 once the administrator exists. */
const CONFIG =
  '{"status":true,"name":"Open WebUI","version":"0.12.4","default_locale":"","oauth":{"providers":{},"auto_redirect":false},"features":{"slim":true,"auth":true,"enable_signup":false,"enable_login_form":true,"enable_websocket":true}}';

describe('/api/config', () => {
  test('with an administrator', () => {
    expect(parsePublicConfig(CONFIG)).toEqual({
      version: '0.12.4',
      onboarding: false,
      signUpOpen: false,
      loginForm: true,
    });
  });

  test('before the first account', () => {
    const body = '{"status":true,"version":"0.8.12","onboarding":true,"features":{"enable_signup":true}}';
    expect(parsePublicConfig(body)).toMatchObject({ onboarding: true, signUpOpen: true });
  });

  test.each(['<!doctype html><html>', '', '{"detail":"Not Found"}', '{"status":true}'])(
    '%j is not it',
    (body) => {
      expect(parsePublicConfig(body)).toBeUndefined();
    },
  );
});

test('models of Open WebUI and of Hermes', () => {
  expect(parseModelIds('{"data":[{"id":"otto","object":"model"},{"id":"other"}]}')).toEqual([
    'otto',
    'other',
  ]);
  expect(parseModelIds('{"object":"list","data":[]}')).toEqual([]);
  expect(parseModelIds('<html>')).toBeUndefined();
});

test('a sign-in that wants a second step has no session', () => {
  expect(parseSessionToken('{"next_step":"mfa"}')).toBeUndefined();
  expect(parseSessionToken('{"token":"ey.session"}')?.reveal()).toBe('ey.session');
});

test('the question is not streamed', () => {
  expect(JSON.parse(chatBody('otto'))).toMatchObject({ model: 'otto', stream: false });
});

/** As they came through nginx and Open WebUI 0.12.4 from Hermes 0.19.0. */
describe('chat replies', () => {
  const completion = (content: string, finish: string, more = {}) =>
    JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish }],
      ...more,
    });
  const NO_CREDENTIALS =
    '{"error":{"message":"Internal server error: No Anthropic credentials found. Set ANTHROPIC_TOKEN","type":"server_error","param":null,"code":null}}';

  test.each([
    ['an answer', 200, completion('Yes. I am Otto.', 'stop'), true, 'Yes. I am Otto.'],
    ['an answer that was cut at its length', 200, completion('Yes, I', 'length'), true, 'Yes, I'],
    [
      'an error that looks like an answer',
      200,
      completion('HTTP 401: invalid x-api-key', 'error', { hermes: { failed: true } }),
      false,
      'HTTP 401: invalid x-api-key',
    ],
    [
      'an error that only Hermes calls one',
      200,
      completion('HTTP 400: no', 'stop', { hermes: { failed: true } }),
      false,
      'HTTP 400: no',
    ],
    ['an error that only the reason tells', 200, completion('HTTP 400: no', 'error'), false, 'HTTP 400: no'],
    ['an empty answer', 200, completion('', 'stop'), false, undefined],
    [
      'a server error',
      500,
      NO_CREDENTIALS,
      false,
      'Internal server error: No Anthropic credentials found. Set ANTHROPIC_TOKEN',
    ],
    ["Open WebUI's own error", 400, '{"detail":"Model not found"}', false, 'Model not found'],
    ['a page', 502, '<html>502 Bad Gateway</html>', false, '<html>502 Bad Gateway</html>'],
  ])('%s', (_, status, body, answered, content) => {
    const reply = parseChatReply(status, body);
    expect(isAnswer(reply)).toBe(answered);
    if (content !== undefined) expect(reply.content).toBe(content);
  });
});
