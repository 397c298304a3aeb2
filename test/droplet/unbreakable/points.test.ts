import { expect, test } from 'vitest';
import { countedIn } from './continued.ts';
import { pointsFor } from './points.ts';
import { figures, line, type Row, table } from './row.ts';

test('there are more than 200 points, each with a name of its own', () => {
  const names = pointsFor({ seed: 'x' }).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(230);
  expect(new Set(names).size).toBe(names.length);
});

test('the same seed draws the same, of as many groups as possible; another one others', () => {
  const drawn = (seed: string) => pointsFor({ seed, sample: 12 });
  expect(drawn('7').map(({ name }) => name)).toEqual(drawn('7').map(({ name }) => name));
  expect(drawn('7').map(({ name }) => name)).not.toEqual(drawn('8').map(({ name }) => name));
  expect(new Set(drawn('7').map(({ group }) => group)).size).toBe(12);
});

test('by group or by name; a word that means nothing is refused', () => {
  expect(new Set(pointsFor({ seed: 'x', only: ['restore'] }).map(({ group }) => group))).toEqual(
    new Set(['restore']),
  );
  expect(pointsFor({ seed: 'x', only: ['restart@1 power*'] })).toHaveLength(1);
  expect(() => pointsFor({ seed: 'x', only: ['mysql'] })).toThrow('groups: ');
});

test('the table says which were counted, what was waited for, and which failed', () => {
  const good: Row = {
    name: 'a@1 engine',
    group: 'a',
    kind: 'hit',
    at: 'Stop | it',
    reached: true,
    againSeconds: 2,
    waited: 'apt-get',
    lost: [],
    seconds: 9,
  };
  const rows: readonly Row[] = [
    good,
    { ...good, name: 'b', kind: 'made', waited: undefined },
    { ...good, name: 'c', reached: false },
    { ...good, name: 'd', failure: 'lost: a chat' },
  ];
  expect(figures(rows)).toBe(
    '3 points: 2 healthy after one more run, nothing lost (1 hit, 1 made; 1 waited for what was left at work); 1 were not reached.',
  );
  expect(table(rows)).toContain('| Stop \\| it | 2.0 s | apt-get | none | ok |');
  expect(line({ ...good, failure: 'one\ntwo' })).toContain('FAILED');
});

test('what failed or was not reached is tried again, what was healthy is not', () => {
  const row = (name: string, more: object) =>
    JSON.stringify({ name, group: 'a', kind: 'hit', seconds: 1, ...more });
  const lines = [
    row('good', { reached: true }),
    row('late', { reached: false }),
    row('bad', { reached: true, failure: 'no' }),
  ];
  expect(countedIn(`${[...lines, ...lines].join('\n')}\n`).map(({ name }) => name)).toEqual(['good']);
});
