import { describe, expect, test } from 'vitest';
import { knownCodes, unknownCodes } from '../../src/commands/known-codes.ts';

describe('codes that no finding can have', () => {
  test.each([
    ['a known one', ['docker-down', 'docker0-rule-missing'], []],
    ['one of a family', ['port-8642-held'], []],
    ['another of that family', ['port-22-held'], [{ code: 'port-22-held', near: 'port-80-held' }]],
    ['a slip of the finger', ['dokcer-down'], [{ code: 'dokcer-down', near: 'docker-down' }]],
    ['half of the words', ['docker0-missing'], [{ code: 'docker0-missing', near: 'docker-missing' }]],
    ['nothing like any', ['banana'], [{ code: 'banana' }]],
  ])('%s', (_, codes, expected) => {
    expect(unknownCodes(codes)).toEqual(expected);
  });
});

test('each code is known with its task and one line', () => {
  const known = new Map(knownCodes().map((one) => [one.code, one]));
  expect(known.get('hermes-settings-mode')).toMatchObject({ task: 'hermes-config', severity: 'broken' });
  expect(known.get('could-not-look')?.task).toBeUndefined();
  expect(known.get('paperclip-unclaimed')?.severity).toBeUndefined();
  for (const { code, meaning } of known.values()) expect(meaning.length, code).toBeGreaterThan(8);
});
