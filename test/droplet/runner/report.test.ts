import { expect, test } from 'vitest';
import { report } from './report.ts';

test('the table gives each outcome, and the last line counts them', () => {
  const text = report([
    { name: 'fresh', release: 'bookworm', seconds: 61.25 },
    { name: 'browser', release: 'trixie', seconds: 4, failure: 'no answer on the page\nwith more below' },
  ]);
  expect(text.split('\n')).toEqual([
    '  fresh     bookworm     passed     61.3 s',
    '  browser   trixie       failed      4.0 s  no answer on the page',
    '1 passed, 1 failed',
  ]);
});
