import { describe, expect, test } from 'vitest';
import { chosen } from '../detached/moments.ts';
import { OURS } from './ours.ts';
import { RIVALS } from './rivals.ts';
import { line, type Row, table } from './row.ts';
import { selected } from './select.ts';

const all = OURS.flatMap((ours) => RIVALS.map((rival) => ({ ours, rival })));
const names = (only?: readonly string[], sample?: number, seed = 's') =>
  selected(all, { seed, only, sample }).map(({ ours, rival }) => `${ours.name}:${rival.name}`);

describe('which combinations are tried', () => {
  test('all; everything beside one run; one thing beside every run; one', () => {
    expect(names()).toHaveLength(OURS.length * RIVALS.length);
    expect(names(['update'])).toHaveLength(RIVALS.length);
    expect(names(['apt'])).toEqual(OURS.map(({ name }) => `${name}:apt`));
    expect(names(['fix:certbot'])).toEqual(['fix:certbot']);
    expect(() => names(['certbto'])).toThrow("nothing called 'certbto'");
  });

  test('a sample is of as many things beside it as possible, and the same for the same seed', () => {
    const drawn = names(undefined, 4);
    expect(new Set(drawn.map((name) => name.split(':')[1])).size).toBe(4);
    expect(drawn).toEqual(names(undefined, 4));
  });
});

test('which moments ssh is cut at', () => {
  const moments = (only?: readonly string[], sample?: number) => {
    const { installing, ...others } = chosen({ seed: 's', only, sample });
    const wanted = Object.entries(others).filter(([, isWanted]) => isWanted);
    return [...installing.map(({ name }) => name), ...wanted.map(([name]) => name)];
  };
  expect(moments()).toEqual(['apt', 'pull', 'pip', 'certificate', 'update', 'restore', 'detach', 'firewall']);
  expect(moments(['restore', 'pip'])).toEqual(['pip', 'restore']);
  expect(moments(undefined, 2)).toHaveLength(2);
  expect(() => moments(['pop'])).toThrow("no moment 'pop'");
});

test('the table names what failed, with its reason', () => {
  const row: Row = {
    ours: 'fix',
    rival: 'apt',
    seconds: 9.6,
    ended: 0,
    said: 'ok | done',
    runs: 1,
    lost: [],
  };
  expect(table([row, { ours: 'update', rival: 'apt', seconds: 1, failure: 'lost: a\nb' }])).toContain(
    '| fix | apt | 10 | 0 | ok \\| done | – | 1 | none | ok |',
  );
  expect(table([{ ...row, failure: 'lost: a\nb' }])).toContain('0 of 1 passed.\n- fix, apt: lost: a\n');
  expect(line({ ...row, failure: 'lost: a\nb' })).toMatch(/^FAILED .*\n {7}lost: a\n {7}b$/);
});
