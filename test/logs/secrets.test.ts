import { describe, expect, it } from 'vitest';
import { valuesUnderSecretNames } from '../../src/logs/known-secrets.ts';
import { redactLog } from '../../src/logs/redact-log.ts';
import { Secret } from '../../src/secret/secret.ts';

describe('secrets in the lines of a log', () => {
  it.each([
    ['Authorization: Bearer abcdef123456', 'abcdef123456'],
    ['{"authorization":"Bearer abcdef123456"}', 'abcdef123456'],
    ['key sk-ant-api03-AbCdEfGhIj used', 'sk-ant-api03-AbCdEfGhIj'],
    ['token gho_ABCDEFGHIJKLMNOPQRST', 'gho_ABCDEFGHIJKLMNOPQRST'],
    ['cookie: token=eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl', 'eyJ'],
    ['session eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl ended', 'eyJ'],
    ['Set-Cookie: sid=abcdefghijk; Path=/', 'abcdefghijk'],
    ['"GET /cb?code=0123456789&x=1 HTTP/1.1" 200', '0123456789'],
    ['"GET /x?api_key=0123456789 HTTP/1.1" 200', '0123456789'],
    ['OPENAI_API_KEY=whatever-it-is', 'whatever-it-is'],
    ['git clone https://user:hunter22@github.com/x', 'hunter22'],
  ])('%s', (text, secret) => {
    const shown = redactLog(text);
    expect(shown).toContain('••••');
    expect(shown).not.toContain(secret);
  });

  it.each([
    'INFO gateway.run: Starting Hermes Gateway...',
    '203.0.113.9 "GET /assets/keys.js?v=3 HTTP/1.1" 200 500',
    'max_tokens=4096',
    'INFO Secret redaction: ENABLED (tool output, logs)',
  ])('leaves the rest as it is: %s', (text) => {
    expect(redactLog(text)).toBe(text);
  });

  it('masks by value whatever stands around it', () => {
    new Secret('plain-words-of-a-password');
    expect(redactLog('x plain-words-of-a-password y')).toBe('x •••• y');
  });
});

describe('values under the name of a secret', () => {
  it.each([
    ['API_SERVER_KEY=abcdef123456\nAPI_SERVER_PORT=8642', ['abcdef123456']],
    ["export SMTP_PASSWORD='with blank s'", ['with blank s']],
    [
      '{"claudeAiOauth":{"accessToken":"at-0123456789","refreshToken":"rt-0123456789","expiresAt":1795389077401}}',
      ['at-0123456789', 'rt-0123456789'],
    ],
    ['github.com:\n    oauth_token: gho_0123456789\n    user: x', ['gho_0123456789']],
    ['{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}}}', ['dXNlcjpwYXNz']],
    ['model:\n  api_key: sk-0123456789\n  max_tokens: 4096000000', ['sk-0123456789']],
    // None of these is one.
    ['SSL_KEY=/etc/ssl/x.key\nTOKEN_URL=https://x\nAPI_KEY=$OTHER_KEY\nKEY=short', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(valuesUnderSecretNames(text)).toEqual(expected);
  });
});
