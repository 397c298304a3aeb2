import { describe, expect, test } from 'vitest';
import { unknownCodes } from '../../src/commands/known-codes.ts';

const known = ['docker-down', 'docker-masked', 'docker0-rule-missing', 'port-‹port›-held'].map((code) => ({
  code,
}));

describe('codes that no finding can have', () => {
  test.each([
    ['a known one', ['docker-down', 'docker0-rule-missing'], []],
    ['a known one with a placeholder', ['port-8642-held'], []],
    ['a slip of the finger', ['dokcer-down'], [{ code: 'dokcer-down', near: 'docker-down' }]],
    ['half of the words', ['docker0-missing'], [{ code: 'docker0-missing', near: 'docker0-rule-missing' }]],
    ['nothing like any', ['banana'], [{ code: 'banana' }]],
  ])('%s', (_, codes, expected) => {
    expect(unknownCodes(codes, known)).toEqual(expected);
  });

  test('without a list (the program runs from its source) none is refused', () => {
    expect(unknownCodes(['banana'], [])).toEqual([]);
  });
});
