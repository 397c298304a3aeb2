import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/logs/line.ts';
import type { LogState, LogStore } from '../../src/logs/store.ts';
import type { Wanted } from '../../src/logs/wanted.ts';
import { LogsOf } from '../../src/screens/tools/logs.tsx';
import { ENTER, ESCAPE, showScreen, UP, widest } from './glass.tsx';

const RIGHT = '\x1b[C';
const PAGE_UP = '\x1b[5~';
const END = '\x1b[F';
const NOON = new Date(2026, 10, 22, 12).getTime();

function lineAt(second: number, changes: Partial<LogLine> = {}): LogLine {
  const text = `INFO line ${second}`;
  return { atMs: NOON + second * 1_000, source: 'hermes', text, level: 'info', error: false, ...changes };
}

const hundred = Array.from({ length: 100 }, (_, second) => lineAt(second));

function scripted(first: Partial<LogState> = {}) {
  const listeners = new Set<() => void>();
  const asked: Wanted[] = [];
  let state: LogState = { lines: hundred, problems: [], reading: false, ...first };
  const store: LogStore = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    show: (wanted) => asked.push(wanted),
    close: () => {},
  };
  const change = (next: Partial<LogState>) => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };
  return { store, asked, change };
}

async function logs(columns: number, rows: number, first: Partial<LogState> = {}) {
  const { store, asked, change } = scripted(first);
  let left = 0;
  const shown = await showScreen(<LogsOf store={store} onBack={() => (left += 1)} />, { columns, rows });
  return { ...shown, asked, change, left: () => left };
}

describe('the logs', () => {
  it.each([
    [80, 24],
    [40, 15],
  ])('fit into %i columns and %i rows, and show the end', async (columns, rows) => {
    const shown = await logs(columns, rows);
    expect(shown.screen()).toContain('INFO line 99');
    expect(shown.screen()).toContain('Esc back');
    expect(widest(shown.screen())).toBeLessThanOrEqual(columns);
    expect(shown.scrolledAway()).toBe(0);
  });

  it('go on with what comes', async () => {
    const shown = await logs(80, 24);
    shown.change({ lines: [...hundred, lineAt(100)] });
    await shown.waitFor('INFO line 100');
    expect(shown.screen()).toContain('following');
  });

  it('stand still when they are scrolled up, say how much came, and go on at the end', async () => {
    const shown = await logs(80, 24);
    await shown.send(PAGE_UP);
    expect(shown.screen()).not.toContain('INFO line 99');
    const before = shown.screen();
    shown.change({ lines: [...hundred, lineAt(100)] });
    await shown.waitFor('paused, 1 new');
    expect(shown.screen().split('\n').slice(3)).toEqual(before.split('\n').slice(3));
    await shown.send(END);
    await shown.waitFor('INFO line 100');
    expect(shown.screen()).toContain('following');
  });

  it('stop and go on with f', async () => {
    const shown = await logs(80, 24);
    await shown.send('f');
    shown.change({ lines: [...hundred, lineAt(100)] });
    await shown.waitFor('1 new');
    expect(shown.screen()).not.toContain('INFO line 100');
    await shown.send('f');
    await shown.waitFor('INFO line 100');
  });

  it('ask for one log, for errors, and for a text', async () => {
    const shown = await logs(80, 24);
    await shown.send(RIGHT);
    await shown.send('5');
    await shown.send('e');
    await shown.send('/');
    await shown.send('e5q?');
    await shown.send(ENTER);
    expect(shown.asked).toEqual([
      { sources: ['hermes'], search: '', errorsOnly: false },
      { sources: ['nginx'], search: '', errorsOnly: false },
      { sources: ['nginx'], search: '', errorsOnly: true },
      { sources: ['nginx'], search: 'e5q?', errorsOnly: true },
    ]);
    expect(shown.screen()).toContain('errors only, "e5q?"');
    expect(shown.left()).toBe(0);
  });

  it('leave the search alone with Escape, and go back with the next one', async () => {
    const shown = await logs(80, 24);
    await shown.send('/');
    await shown.send('x');
    await shown.send(ESCAPE);
    expect([shown.asked, shown.left()]).toEqual([[], 0]);
    await shown.send(ESCAPE);
    await expect.poll(shown.left).toBe(1);
  });

  it('break long lines and keep what belongs to a line below it', async () => {
    const long = lineAt(1, {
      text: `ERROR ${'word '.repeat(12)}end\n  Traceback`,
      level: 'error',
      error: true,
    });
    const shown = await logs(40, 15, { lines: [long] });
    expect(shown.screen()).toContain('end');
    expect(shown.screen()).toContain('Traceback');
    expect(shown.screen().match(/12:00:01/g)).toHaveLength(1);
  });

  it('say what could not be read, and that there is nothing', async () => {
    const shown = await logs(80, 24, {
      lines: [],
      problems: ['paperclip: There is no container paperclip.'],
    });
    expect(shown.screen()).toContain('Nothing was logged.');
    expect(shown.screen()).toContain('no container paperclip');
  });

  it('write little for a line that comes', async () => {
    const shown = await logs(80, 24);
    const before = shown.raw().length;
    for (let second = 100; second < 105; second += 1) {
      shown.change({
        lines: [...hundred, ...Array.from({ length: second - 99 }, (_, at) => lineAt(100 + at))],
      });
      await shown.waitFor(`INFO line ${second}`);
    }
    // Each line moves all rows: less than 2 KB, twice a second at most.
    expect((shown.raw().length - before) / 5).toBeLessThan(2_500);
  });

  it('scroll a row at a time', async () => {
    const shown = await logs(80, 24);
    await shown.send(UP);
    expect(shown.screen()).not.toContain('INFO line 99');
    expect(shown.screen()).toContain('INFO line 98');
    expect(shown.screen()).toContain('↓ 1 more');
  });
});
