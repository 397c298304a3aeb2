import { describe, expect, test } from 'vitest';
import { parseStarts, sleepsUntil, startAllowedFrom } from '../../../src/system/hermes/hermes-starts.ts';

const NOW = 1_790_000_000_000;
const startsAgo = (...seconds: number[]) => seconds.map((s) => NOW - s * 1000).sort((a, b) => a - b);

test('the ledger as Hermes 0.19 writes it', () => {
  expect(parseStarts('1790000000.25\n\nnonsense\n1790000001.5\n')).toEqual([
    1_790_000_000_250, 1_790_000_001_500,
  ]);
  expect(parseStarts('')).toEqual([]);
});

describe('the breaker', () => {
  test('five starts are fine', () => {
    expect(sleepsUntil(startsAgo(50, 40, 30, 20, 10))).toBeUndefined();
  });
  test.each([
    [1, 10],
    [2, 20],
    [3, 40],
    [6, 300],
    [9, 300],
  ])('%i too many: %i s of sleep after the last start', (tooMany, seconds) => {
    const starts = startsAgo(...Array.from({ length: 5 + tooMany }, (_, index) => 5 + index));
    expect(sleepsUntil(starts)).toBe(NOW - 5_000 + seconds * 1000);
  });
  test('starts outside of the two minutes do not count', () => {
    expect(sleepsUntil(startsAgo(500, 400, 300, 200, 150, 10))).toBeUndefined();
  });
});

describe('another start', () => {
  test('at once after four', () => {
    expect(startAllowedFrom(startsAgo(40, 30, 20, 10), NOW)).toBe(NOW);
  });
  test('after five only when the first of them is two minutes old', () => {
    const allowed = startAllowedFrom(startsAgo(100, 40, 30, 20, 10), NOW);
    expect(allowed).toBeGreaterThan(NOW + 19_000);
    expect(allowed).toBeLessThan(NOW + 22_000);
    expect(sleepsUntil([...startsAgo(100, 40, 30, 20, 10), allowed])).toBeUndefined();
  });
});
