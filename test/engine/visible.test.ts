import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, Secret } from '../../src/secret/secret.ts';
import {
  visibleColoured,
  visibleDeep,
  visibleJson,
  visibleLine,
  visibleText,
} from '../../src/text/visible.ts';
import { forbiddenIn, hostile } from '../hostile.ts';

describe('what leaves the program', () => {
  test.each([
    ['clears the screen', '\u001b[2J', '\\x1b[2J'],
    ['fills the clipboard', '\u001b]52;c;AAAA\u0007', '\\x1b]52;c;AAAA\\x07'],
    ['sets the title in C1', '\u009d0;x\u009c', '\\u009d0;x\\u009c'],
    ['goes back over the line', 'good\rbad\b', 'good\\x0dbad\\x08'],
    ['ends in DEL and NUL', '\u007f\u0000', '\\u007f\\x00'],
    ['turns the direction round', 'a\u202eb\u2066c\u200fd\u061c', 'a\\u202eb\\u2066c\\u200fd\\u061c'],
    ['breaks lines', 'a\u2028b\u2029c\u0085', 'a\\u2028b\\u2029c\\u0085'],
    ['hides text', 'a\u200bb\ufeffc\u00add\u{e0041}', 'a\\u200bb\\ufeffc\\u00add\\udb40\\udc41'],
    ['is half a character', 'a\ud800b', 'a\\ud800b'],
  ])('%s', (_, raw, shown) => {
    expect(visibleText(raw)).toBe(shown);
  });

  test('ordinary text of any language, line breaks, and a tab as blanks', () => {
    const text = 'Grüße, 世界, привет, שלום, 👍 ⚠️\nsecond line';
    expect(visibleText(text)).toBe(text);
    expect(visibleText('a\tb')).toBe('a    b');
    expect(visibleText('a\tb', { tabs: 'kept' })).toBe('a\tb');
    expect(visibleLine('a\nb')).toBe('a\\nb');
  });

  test('nothing unseen is left, and nothing is done twice', () => {
    fc.assert(
      fc.property(hostile(), (text) => {
        const once = visibleText(text);
        expect(forbiddenIn(once)).toEqual([]);
        expect(visibleText(once)).toBe(once);
      }),
    );
  });

  test('colours of our own stay, and no other sequence does', () => {
    expect(visibleColoured('\u001b[31mred\u001b[39m \u001b[2J')).toBe('\u001b[31mred\u001b[39m \\x1b[2J');
  });

  test('data: strings, names of parts, JSON', () => {
    expect(visibleDeep({ 'a\u001b': ['\u202e', 1, null, { b: true }] })).toEqual({
      'a\\x1b': ['\\u202e', 1, null, { b: true }],
    });
    const key = new Secret('a-secret-of-a-test-1');
    expect(visibleJson({ text: 'x\u009b2Jy', key })).toBe('{"text":"x\\\\u009b2Jy","key":"••••"}');
    expect(visibleJson(undefined)).toBe('null');
  });
});

describe('a secret with such characters in it', () => {
  const odd = 'pass\u001b[1mword\u202e-of-a-test\u200b';
  const secret = new Secret(odd);

  test('is masked before and after it was made visible', () => {
    expect(secret.reveal()).toBe(odd);
    expect(visibleText(redact(`PASSWORD ${odd}!`))).toBe('PASSWORD ••••!');
    expect(redact(visibleText(`PASSWORD ${odd}!`))).toBe('PASSWORD ••••!');
    expect(redact(visibleJson({ odd }))).toBe('{"odd":"••••"}');
  });

  test('is masked where a command printed it and its escape sequences were taken out', () => {
    expect(redact('PASSWORD password\u202e-of-a-test\u200b!')).toBe('PASSWORD ••••!');
    expect(redact(visibleText('PASSWORD password\u202e-of-a-test\u200b!'))).toBe('PASSWORD ••••!');
  });
});
