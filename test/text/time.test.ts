import { expect, test } from 'vitest';
import { day, fileTime, minuteText, stamp } from '../../src/text/time.ts';

const AT = Date.UTC(2026, 8, 2, 19, 5, 7, 89);

test('a time as text', () => {
  expect(minuteText(AT)).toBe('2026-09-02 19:05 UTC');
  expect(fileTime(AT)).toBe('20260902T190507Z');
  expect(stamp(AT)).toBe('20260902-190507');
  expect(day(AT)).toBe('2 Sep 2026');
});

test('what stands in a file instead of a time is said as it is', () => {
  expect(minuteText('2026-11-22T19:55:00.000Z')).toBe('2026-11-22 19:55 UTC');
  expect(minuteText('soon')).toBe('soon UTC');
});
