import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { use } from 'react';
import { describe, expect, it } from 'vitest';
import { type KeySheet, KeySheetContext } from '../../src/components/key-sheet.ts';
import { thorough } from '../thorough.ts';
import { catalogue } from './catalogue.tsx';
import { DOWN, ENTER, ESCAPE, showScreen, UP } from './glass.tsx';

/** Hints are true and complete: what a footer names does something, and all that is bound is named there or in the key sheet. */

const SENT: Readonly<Record<string, string>> = {
  Enter: ENTER,
  Esc: ESCAPE,
  '↑↓': DOWN,
  '↑↓ ←→': DOWN,
  '←→': '\x1b[C',
  End: '\x1b[F',
};
/** They belong to the app, above all screens. */
const OF_THE_APP = ['Ctrl-C'];
/** The frame of the catalogue has keys that are only words. */
const NAMES = Object.keys(catalogue()).filter((name) => name !== 'frame');

let sheet: KeySheet | undefined;
function Watch() {
  sheet = use(KeySheetContext);
  return null;
}

/** The hints in the last rows of a screen. */
function footer(screen: string): readonly (readonly [key: string, what: string])[] {
  const rows = screen.trimEnd().split('\n');
  const first = rows.findLastIndex(
    (row, at) => at < rows.length && !/^ \S+( \S+)* {3}|^ (Enter|Esc|\?|Ctrl-C|↑↓|[a-z]) /.test(row),
  );
  return rows
    .slice(first + 1)
    .flatMap((row) => row.trim().split(/ {3,}/))
    .flatMap((hint) => {
      const [, key, what] = /^(↑↓ ←→|\S+) (.*)$/.exec(hint) ?? [];
      return key === undefined || what === undefined ? [] : [[key, what] as const];
    });
}

describe.each(NAMES)('the screen "%s"', (name) => {
  const open = async () => {
    const heard: string[] = [];
    const shown = await showScreen(
      <>
        <Watch />
        {catalogue((what) => heard.push(what))[name]}
      </>,
      { columns: 100, rows: 24 },
    );
    return { shown, heard };
  };

  it('names only keys that are bound, and its key sheet all that can be pressed', async () => {
    const { shown } = await open();
    const bound = sheet?.bindings() ?? [];
    const hints = footer(shown.screen());
    expect(hints.length).toBeGreaterThan(0);
    for (const [key, what] of hints) {
      if (OF_THE_APP.includes(key)) continue;
      const names = bound
        .filter((one) => one.what === what)
        .flatMap(({ keys, shown: all }) => [...keys, all]);
      expect(names, `${key} ${what}`).toContain(key);
    }
    if (!bound.some(({ keys }) => keys.includes('?'))) return;
    await shown.resize(100, 60);
    await shown.send('?');
    const lines = shown.screen().split('\n');
    for (const { keys, shown: all, what } of bound)
      for (const key of all === undefined ? keys : [all])
        expect(
          lines.some((line) => line.includes(key) && line.includes(what)),
          `${key}: ${what}`,
        ).toBe(true);
  });
});

/** Low enough that there is something to scroll. */
const LOW = { columns: 100, rows: 14 };
const BUSY = [
  'first look',
  'plan',
  'finding',
  'home',
  'home finding',
  'fix all',
  'maintenance',
  'status',
  'logs',
  'end',
  'log',
];

it.each(thorough ? BUSY : BUSY.slice(0, 4))(
  'every hint of "%s" does something: the screen changes, or what it was made for is called',
  async (name) => {
    const heard: string[] = [];
    const node = catalogue((what) => heard.push(what))[name];
    const hints = footer((await showScreen(node, LOW)).screen());
    const idle: string[] = [];
    for (const [key] of hints.filter(([one]) => !OF_THE_APP.includes(one))) {
      const shown = await showScreen(node, LOW);
      await new Promise((resolve) => setTimeout(resolve, name.startsWith('home') ? 260 : 0));
      const before = shown.screen();
      heard.length = 0;
      const isIdle = () => shown.screen() === before && heard.length === 0;
      if (key === 'End') await shown.send('\x1b[H');
      else await shown.send(SENT[key] ?? key);
      // A log begins at its end: there is nothing further down, but further up.
      if (isIdle() && key.startsWith('↑↓')) await shown.send(UP);
      // Ink waits for the rest of a sequence.
      if (isIdle() && key === 'Esc') await new Promise((resolve) => setTimeout(resolve, 60));
      if (isIdle()) idle.push(key);
    }
    expect(idle).toEqual([]);
  },
);

it('no component reads keys but through its table', () => {
  const source = join(import.meta.dirname, '../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const reading = files.filter((name) =>
    /\buse(Keys|Input)\(/.test(readFileSync(join(source, name), 'utf8')),
  );
  // The table itself; what it is made of; a line that is edited; the help, which lies over the table; Ctrl-C.
  expect(reading.toSorted()).toEqual([
    'components/frame.tsx',
    'components/keys.ts',
    'components/terminal.tsx',
    'components/text-field.tsx',
    'screens/interruptible.tsx',
  ]);
});
