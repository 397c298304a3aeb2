import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/logs/line.ts';
import { FIRST_VIEW, type LogMove, moved, rowsOf } from '../../src/logs/view.ts';

const NOON = new Date(2026, 10, 22, 12).getTime();
const line = (text: string): LogLine => ({ atMs: NOON, source: 'hermes', text, level: 'info', error: false });

describe('moves on the logs', () => {
  const still = { ...FIRST_VIEW, follow: false, top: 40 };
  it.each<[string, typeof FIRST_VIEW, LogMove, object]>([
    ['the next log', FIRST_VIEW, { kind: 'source', step: 1 }, { source: 'hermes' }],
    ['the one before all is the last', FIRST_VIEW, { kind: 'source', step: -1 }, { source: 'runs' }],
    ['by its number', still, { kind: 'source-number', number: 5 }, { source: 'nginx', follow: true }],
    ['a number that there is not', still, { kind: 'source-number', number: 9 }, still],
    ['up stands still', FIRST_VIEW, { kind: 'scroll', rows: -1 }, { follow: false, top: 79 }],
    ['up from where it stands', still, { kind: 'scroll', rows: -10 }, { follow: false, top: 30 }],
    ['not above the first', still, { kind: 'scroll', rows: -99 }, { follow: false, top: 0 }],
    ['down to the end follows', still, { kind: 'scroll', rows: 99 }, { follow: true, top: 80 }],
    ['not quite to the end does not', still, { kind: 'scroll', rows: 39 }, { follow: false, top: 79 }],
    ['the beginning', FIRST_VIEW, { kind: 'start' }, { follow: false, top: 0 }],
    ['f stops', FIRST_VIEW, { kind: 'follow' }, { follow: false, top: 80 }],
    ['f goes on', still, { kind: 'follow' }, { follow: true }],
    [
      'a search goes to the end',
      { ...still, typing: true },
      { kind: 'search', text: 'x' },
      { search: 'x', typing: false, follow: true },
    ],
  ])('%s', (_, view, move, expected) => {
    expect(moved(view, move, 100, 20)).toMatchObject(expected);
  });

  it('has nowhere to go where all is seen', () => {
    expect(moved(FIRST_VIEW, { kind: 'scroll', rows: -1 }, 3, 20)).toMatchObject({ follow: true });
    expect(moved(FIRST_VIEW, { kind: 'start' }, 3, 20)).toMatchObject({ follow: true });
  });
});

describe('rows of the logs', () => {
  it.each([
    ['one', 80, 'all', ['12:00:00 hermes     |one']],
    ['one', 40, 'all', ['12:00:00 He |one']],
    ['one', 80, 'hermes', ['12:00:00 |one']],
    ['one\n  two', 80, 'hermes', ['12:00:00 |one', '         |  two']],
    ['many words that go on', 25, 'hermes', ['12:00:00 |many words that', '         |go on']],
    [
      'a'.repeat(35),
      25,
      'hermes',
      [`12:00:00 |${'a'.repeat(16)}`, `         |${'a'.repeat(16)}`, '         |aaa'],
    ],
    ['字'.repeat(10), 25, 'hermes', [`12:00:00 |${'字'.repeat(8)}`, '         |字字']],
  ] as const)('%s in %i columns (%s)', (text, width, source, expected) => {
    expect(rowsOf([line(text)], width, source).map((row) => `${row.head}|${row.text}`)).toEqual(expected);
  });

  it('end a line that would fill the screen', () => {
    const rows = rowsOf([line('x'.repeat(5_000))], 50, 'hermes');
    expect(rows.length).toBeLessThan(20);
    expect(rows.at(-1)?.text).toBe('…');
  });
});
