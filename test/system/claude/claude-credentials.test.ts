import { describe, expect, test } from 'vitest';
import { readCredentials, sameSignIn } from '../../../src/system/claude/claude-credentials.ts';

const NOW = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;
const file = (oauth: object) => JSON.stringify({ claudeAiOauth: oauth, mcpOAuth: {} });
const tokens = { accessToken: 'sk-ant-oat01-x', refreshToken: 'sk-ant-ort01-x' };

describe('usable', () => {
  test('as the CLI writes it', () => {
    const text = file({
      ...tokens,
      expiresAt: NOW + 8 * HOUR,
      refreshTokenExpiresAt: NOW + 600 * HOUR,
      scopes: ['user:inference', 'user:profile'],
      subscriptionType: 'max',
    });
    expect(readCredentials(text, NOW)).toEqual({
      kind: 'usable',
      refreshable: true,
      accessUntil: NOW + 8 * HOUR,
      refreshUntil: NOW + 600 * HOUR,
      subscription: 'max',
    });
  });

  test('as Hermes writes it after a refresh: no subscription, no end of the refresh token', () => {
    expect(readCredentials(file({ ...tokens, expiresAt: NOW + HOUR }), NOW)).toMatchObject({
      kind: 'usable',
    });
  });

  test('expired, but it can be refreshed', () => {
    expect(readCredentials(file({ ...tokens, expiresAt: NOW - HOUR }), NOW)).toMatchObject({
      kind: 'usable',
    });
  });

  test('expiresAt 0 means never, when there is a token', () => {
    expect(readCredentials(file({ accessToken: 'sk-ant-oat01-x', expiresAt: 0 }), NOW)).toEqual({
      kind: 'usable',
      refreshable: false,
    });
  });
});

test.each([
  [
    'cut off',
    '{"claudeAiOauth":{"accessToken":"sk-ant-oat01-secret',
    { kind: 'malformed', detail: 'it is not JSON' },
  ],
  ['empty', '', { kind: 'malformed', detail: 'it is empty' }],
  ['a list', '[]', { kind: 'malformed', detail: expect.stringContaining('look like') }],
  ['something else only', '{"mcpOAuth":{}}', { kind: 'none' }],
  ['blanked by the CLI', file({ accessToken: '', refreshToken: '', expiresAt: 0 }), { kind: 'blanked' }],
  [
    'expired without a refresh token',
    file({ accessToken: 'sk-ant-oat01-x', expiresAt: NOW - HOUR }),
    { kind: 'expired', since: NOW - HOUR },
  ],
  [
    'both expired',
    file({ ...tokens, expiresAt: NOW - 2 * HOUR, refreshTokenExpiresAt: NOW - HOUR }),
    { kind: 'expired', since: NOW - HOUR },
  ],
  [
    'signed in for the console only',
    file({ ...tokens, expiresAt: NOW + HOUR, scopes: ['org:create_api_key'] }),
    { kind: 'wrong-scope', scopes: ['org:create_api_key'] },
  ],
])('%s', (_, text, expected) => {
  expect(readCredentials(text, NOW)).toEqual(expected);
});

test('nothing of a token is in what is said about a damaged file', () => {
  expect(JSON.stringify(readCredentials('{"accessToken":"sk-ant-oat01-secret', NOW))).not.toContain('secret');
});

describe('the same sign-in in two files', () => {
  const mine = file({ ...tokens, expiresAt: NOW });
  test('a copy', () => expect(sameSignIn(mine, mine)).toBe(true));
  test('a copy that was renewed in part', () => {
    expect(sameSignIn(mine, file({ ...tokens, accessToken: 'sk-ant-oat01-y' }))).toBe(true);
  });
  test.each([
    ['another sign-in', file({ accessToken: 'sk-ant-oat01-y', refreshToken: 'sk-ant-ort01-y' })],
    ['none', '{}'],
    ['no JSON', 'nothing'],
  ])('%s', (_, other) => expect(sameSignIn(mine, other)).toBe(false));
  test('two that are emptied share nothing', () => {
    const empty = file({ accessToken: '', refreshToken: '' });
    expect(sameSignIn(empty, empty)).toBe(false);
  });
});
