import { describe, expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../src/secret/secret.ts';
import { dotenvValue, mergeDotenv, parseDotenv } from '../../src/system/formats/dotenv.ts';

describe('values, as python-dotenv reads them', () => {
  test.each([
    ['plain', 'KEY=abc', 'abc'],
    ['spaces around it', '  KEY =  abc  ', 'abc'],
    ['exported', 'export KEY=abc', 'abc'],
    ['a comment behind it', 'KEY=abc # why', 'abc'],
    ['a hash that is part of it', 'KEY=abc#d', 'abc#d'],
    ['double quotes', 'KEY="a b # c"  # why', 'a b # c'],
    ['escapes in double quotes', String.raw`KEY="a\nb\"c"`, 'a\nb"c'],
    ['single quotes keep backslashes', String.raw`KEY='a\nb'`, String.raw`a\nb`],
    ['a quoted value over two lines', 'KEY="a\nb"\nOTHER=1', 'a\nb'],
    ['a quote that is never closed', 'KEY="abc\nOTHER=1', '"abc'],
    ['empty', 'KEY=', ''],
    ['the last assignment counts', 'KEY=1\nKEY=2', '2'],
    ['Windows line ends', 'KEY=abc\r\nOTHER=1\r\n', 'abc'],
    ['a byte order mark', '\uFEFFKEY=abc', 'abc'],
    ['a commented line is no assignment', '#KEY=abc', undefined],
  ])('%s', (_, text, value) => {
    expect(dotenvValue(parseDotenv(text), 'KEY')).toBe(value);
  });

  test('what follows an unclosed quote is still read', () => {
    expect(dotenvValue(parseDotenv('KEY="abc\nOTHER=1'), 'OTHER')).toBe('1');
  });
});

describe('merging', () => {
  test('keeps comments, order and unknown keys; changes in place; adds at the end', () => {
    const before = '# mine\nOTHER="x y"\n\nAPI_SERVER_HOST=127.0.0.1 # loopback\nTAIL=1\n';
    const after = mergeDotenv(before, { API_SERVER_HOST: '0.0.0.0', NEW: 'n' });
    expect(reveal(after)).toBe('# mine\nOTHER="x y"\n\nAPI_SERVER_HOST=0.0.0.0\nTAIL=1\nNEW=n\n');
  });

  test('nothing to change: the same text, with LF and a newline at the end', () => {
    expect(reveal(mergeDotenv('A=1\r\nB=2', {}))).toBe('A=1\nB=2\n');
  });

  test('the assignment that counts is the one that is changed', () => {
    expect(reveal(mergeDotenv('A=1\nA=2\n', { A: '3' }))).toBe('A=1\nA=3\n');
  });

  test('an empty file gets no empty first line', () => {
    expect(reveal(mergeDotenv('', { A: '1' }))).toBe('A=1\n');
  });

  test('a secret that is set does not show', () => {
    const merged = mergeDotenv('A=1\n', { KEY: new Secret('0123456789') });
    expect(mask(merged)).toBe('A=1\nKEY=••••\n');
    expect(reveal(merged)).toBe('A=1\nKEY=0123456789\n');
  });
});
