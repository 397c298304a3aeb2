import { describe, expect, it } from 'vitest';
import { thorough } from '../thorough.ts';
import { catalogue } from './catalogue.tsx';
import { faultsOf, laidOut } from './layout.tsx';

/** No screen overlaps, or loses text without a mark, in a terminal of any size from 20 x 10 to 200 x 60. */

const range = (from: number, to: number, by: number) =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, at) => from + at * by);
/** The sizes at which something changes, and the usual ones; each run adds some of its own. */
const COLUMNS = thorough ? [...range(20, 100, 8), 59, 60, 69, 70, 150, 200] : [20, 40, 80];
const ROWS = thorough ? [...range(10, 24, 2), 15, 19, 20, 21, 40, 60] : [10, 15, 24];
const random = () => ({
  columns: 20 + Math.floor(Math.random() * 181),
  rows: 10 + Math.floor(Math.random() * 51),
});
const SIZES = [
  ...COLUMNS.flatMap((columns) => ROWS.map((rows) => ({ columns, rows }))),
  { columns: 200, rows: 60 },
  ...Array.from({ length: thorough ? 20 : 1 }, random),
];

describe('at any size nothing overlaps, and nothing is lost without a mark', () => {
  it.each(Object.keys(catalogue()))('%s', (name) => {
    const screen = laidOut(catalogue()[name]);
    const faults = SIZES.flatMap((size) =>
      faultsOf(screen.at(size), size).map((fault) => `${size.columns}x${size.rows}: ${fault}`),
    );
    screen.end();
    expect(faults).toEqual([]);
  });
});
