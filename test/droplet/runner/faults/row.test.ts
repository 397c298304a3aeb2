import { expect, test } from 'vitest';
import { line, type Row, table } from './row.ts';
import { lost } from './survives.ts';

const good: Row = {
  fault: 'docker-down',
  otto: 'current',
  codes: ['docker-stopped'],
  findSeconds: 2.04,
  fix: 'fix',
  fixSeconds: 8.51,
  lost: [],
  harm: [],
  seconds: 12,
};
const bad: Row = {
  ...good,
  fault: 'hermes-x',
  lost: ['chat a is gone'],
  failure: 'lost: chat a is gone\nmore',
};

test('the table says what was found, how long it took and that nothing was lost', () => {
  expect(table([good])).toContain(
    '| docker-down | current | docker-stopped | 2.0 s | fix | 8.5 s | none | none | ok |',
  );
  expect(table([good])).toContain('1 of 1 passed.');
  const second = table([good, { ...good, secondTry: true }]);
  expect(second).toContain('2 of 2 passed, 1 of them at the second try.');
  expect(second).toContain('| ok (2nd) |');
});

test('what failed is counted, and named with its reason below', () => {
  const text = table([good, bad]);
  expect(text).toContain('| chat a is gone | none | FAILED |');
  expect(text).toContain('1 of 2 passed.');
  expect(text).toContain('- hermes-x (current): lost: chat a is gone\n');
});

test('what was not come to is a dash', () => {
  const { findSeconds: _f, fix: _x, fixSeconds: _m, lost: _l, harm: _h, ...early } = { ...bad, codes: [] };
  expect(table([early])).toContain('| hermes-x | current | – | – | – | – | – | – | FAILED |');
});

test('a line for the eye has the whole reason', () => {
  expect(line(bad)).toMatch(/^FAILED hermes-x.*\n {7}lost: chat a is gone\n {7}more$/);
  expect(line(good)).toMatch(/^ok {5}docker-down/);
});

test('what is gone or another is lost, what came new is not', () => {
  expect(lost({ a: '1', b: '2', c: '3' }, { a: '1', b: '4', d: '5' })).toEqual(['b is another', 'c is gone']);
  expect(lost({ a: '1' }, { a: '1', b: '2' })).toEqual([]);
});
