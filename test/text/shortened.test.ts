import { expect, test } from 'vitest';
import { shortened } from '../../src/text/shortened.ts';

test('a text that a person can read stays as it is', () => {
  expect(shortened('short', 10)).toBe('short');
});

test('of one that is too long, the beginning and the end are left', () => {
  expect(shortened(`begins ${'x'.repeat(1_000)} ends`, 20)).toBe(
    'begins xxx … (992 characters left out) … xxxxx ends',
  );
});

test('no character is cut in two', () => {
  expect(shortened(`abc${'👍'.repeat(50)}xyz`, 8)).toBe('abc … (100 characters left out) … xyz');
});
