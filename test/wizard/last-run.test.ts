import { describe, expect, it } from 'vitest';
import { lastRunText } from '../../src/wizard/last-run.ts';

const AT = Date.parse('2026-11-22T17:03:11Z');
const MINUTE = 60_000;

describe('how the last run ended', () => {
  it.each([
    [
      undefined,
      'The last run was cut off 12 min 0 s ago (2026-11-22 17:03 UTC); 7 of 19 parts were done. It continues from there.',
    ],
    [
      'stopped',
      'The last run was stopped 12 min 0 s ago (2026-11-22 17:03 UTC); 7 of 19 parts were done. It continues from there.',
    ],
    [
      'findings',
      'The last run ended 12 min 0 s ago (2026-11-22 17:03 UTC) with something left to do; 7 of 19 parts were done.',
    ],
    [
      'failed',
      'The last run ended 12 min 0 s ago (2026-11-22 17:03 UTC) with something left to do; 7 of 19 parts were done.',
    ],
    ['healthy', 'The last run ended 12 min 0 s ago (2026-11-22 17:03 UTC) with Otto ready.'],
  ])('%s', (outcome, text) => {
    const last = { at: AT, done: 7, ...(outcome === undefined ? {} : { outcome }) };
    expect(lastRunText(last, 19, AT + 12 * MINUTE)).toBe(text);
  });

  it('names only the day when it was long ago', () => {
    expect(lastRunText({ outcome: 'healthy', at: AT, done: 19 }, 19, AT + 48 * 60 * MINUTE)).toBe(
      'The last run ended on 2026-11-22 17:03 UTC with Otto ready.',
    );
  });
});
