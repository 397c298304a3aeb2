import { describe, expect, test } from 'vitest';
import { mask, registerSecret, reveal, Secret, type SecretText } from '../../../src/secret/secret.ts';
import {
  type Dialect,
  envIn,
  readEnvFile,
  secretIn,
  setInEnvFile,
  settingIn,
} from '../../../src/system/formats/env-file.ts';
import { plainEnv } from '../../plain-env.ts';

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
    expect(plainEnv(text, 'dotenv').KEY).toBe(value);
  });

  test('what follows an unclosed quote is still read', () => {
    expect(plainEnv('KEY="abc\nOTHER=1', 'dotenv').OTHER).toBe('1');
  });
});

test('quotes, dollars and blanks belong to the value, as for Docker', () => {
  const content = '# a comment\nA="quoted"\nB=a $b # c \nNAME_ONLY\n  C=1\nA=last\nD=x\r\n';
  expect(plainEnv(content)).toEqual({ A: 'last', B: 'a $b # c ', C: '1', D: 'x' });
});

describe('changing', () => {
  test.each<[string, Dialect, string, Readonly<Record<string, SecretText>>, string]>([
    [
      'keeps comments, order and unknown keys; changes in place; adds at the end',
      'dotenv',
      '# mine\nOTHER="x y"\n\nAPI_SERVER_HOST=127.0.0.1 # loopback\nTAIL=1\n',
      { API_SERVER_HOST: '0.0.0.0', NEW: 'n' },
      '# mine\nOTHER="x y"\n\nAPI_SERVER_HOST=0.0.0.0\nTAIL=1\nNEW=n\n',
    ],
    [
      'the same for Docker',
      'docker',
      '# why\nA=1\n\nOTHER=x\n#B=commented out\n',
      { A: '2', B: '3' },
      '# why\nA=2\n\nOTHER=x\n#B=commented out\nB=3\n',
    ],
    ['nothing to change: LF and a newline at the end', 'dotenv', 'A=1\r\nB=2', {}, 'A=1\nB=2\n'],
    ['setting what is set already changes nothing', 'docker', '# why\nA=1\n', { A: '1' }, '# why\nA=1\n'],
    ['the assignment that counts', 'dotenv', 'A=1\nA=2\n', { A: '3' }, 'A=1\nA=3\n'],
    ['every assignment, for Docker', 'docker', 'A=1\nA=2\n', { A: '3' }, 'A=3\nA=3\n'],
    ['an empty file gets no empty first line', 'dotenv', '', { A: '1' }, 'A=1\n'],
    ['nor does Docker’s', 'docker', '', { A: '1' }, 'A=1\n'],
  ])('%s', (_, dialect, before, changes, after) => {
    expect(reveal(setInEnvFile(before, changes, dialect))).toBe(after);
    expect(reveal(setInEnvFile(readEnvFile(before, dialect), changes, dialect))).toBe(after);
  });

  test('what Docker could not read is refused', () => {
    expect(() => setInEnvFile('A=1\n', { A: 'two\nlines' }, 'docker')).toThrow('more than one line');
  });
});

describe('what is a secret stays one', () => {
  test.each<[string, Dialect, string, string]>([
    ['by its name', 'docker', 'A=1\nOPENAI_API_KEYS=one;two\nB=2\n', 'A=1\nOPENAI_API_KEYS=••••\nB=2\n'],
    ['quoted', 'dotenv', 'A_TOKEN="a b" # why\n', 'A_TOKEN=••••\n'],
    ['over two lines', 'dotenv', "A_SECRET='one\ntwo'\nB=1\n", 'A_SECRET=••••\nB=1\n'],
    ['a quote that is never closed', 'dotenv', 'A_KEY="abc\nB=1\n', 'A_KEY=••••\nB=1\n'],
    [
      'in a comment',
      'dotenv',
      '# set twice, did not count: A_KEY=old-key-1\n',
      '# set twice, did not count: A_KEY=••••\n',
    ],
    [
      'in an address',
      'docker',
      'DATABASE_URL=postgres://otto:hunter22@db/x\n',
      'DATABASE_URL=postgres://otto:••••@db/x\n',
    ],
    ['Windows line ends', 'dotenv', 'A_KEY=first-key-0\r\nB=1\r\n', 'A_KEY=••••\r\nB=1\r\n'],
    ['a mark at the start', 'dotenv', '\uFEFFB=1\nA_KEY=second-key-0\n', '\uFEFFB=1\nA_KEY=••••\n'],
    [
      'one that another name has as well, before',
      'docker',
      'WELCOME=say otto-secret-9\nA_KEY=otto-secret-9\n',
      'WELCOME=say ••••\nA_KEY=••••\n',
    ],
    [
      'switches and numbers are none',
      'docker',
      'A_AUTH=true\nMAX_TOKENS=4096\n',
      'A_AUTH=true\nMAX_TOKENS=4096\n',
    ],
    [
      'nor is what only sounds like one',
      'docker',
      'AUTH_MODE=explicit\nTOKEN_URL=https://x.example\n',
      'AUTH_MODE=explicit\nTOKEN_URL=https://x.example\n',
    ],
  ])('%s', (_, dialect, text, shown) => {
    const file = readEnvFile(text, dialect);
    expect(reveal(file)).toBe(text);
    expect(pieces(file).map(String).join('')).toBe(shown);
  });

  test('one that is known from elsewhere, wherever it stands', () => {
    registerSecret('known-from-elsewhere-1');
    const file = readEnvFile('MODEL=known-from-elsewhere-1\n', 'docker');
    expect(pieces(file).map(String).join('')).toBe('MODEL=••••\n');
    expect(String(pieces(envIn(file, 'docker').MODEL ?? '')[0])).toBe('••••');
  });

  test('among the variables, and when it is set', () => {
    const env = envIn('A=1\nA_KEY=0123456789\nB_KEY=\n', 'docker');
    expect(env).toEqual({ A: '1', A_KEY: new Secret('0123456789'), B_KEY: '' });
    expect([settingIn(env, 'A_KEY'), settingIn(env, 'C')]).toEqual(['0123456789', '']);
    expect(secretIn(env, 'A_KEY')?.reveal()).toBe('0123456789');
    expect([secretIn(env, 'B_KEY'), secretIn(env, 'C')]).toEqual([undefined, undefined]);
    const set = setInEnvFile('A=1\n', { KEY: new Secret('9876543210') }, 'dotenv');
    expect(mask(set)).toBe('A=1\nKEY=••••\n');
    expect(reveal(set)).toBe('A=1\nKEY=9876543210\n');
  });
});

const pieces = (text: SecretText): readonly (string | Secret)[] =>
  typeof text === 'string' || text instanceof Secret ? [text] : text;
