import { describe, expect, test } from 'vitest';
import type { Fault, Group } from '../../faults/fault.ts';
import { findFaults } from '../../faults/index.ts';
import { UNTRIED } from '../../faults/untried.ts';
import { combination, parsePart, select } from './select.ts';

const fault = (group: Group, name: string, more: Partial<Fault> = {}): Fault => ({
  name: `${group}-${name}`,
  group,
  title: name,
  code: name,
  break: async () => undefined,
  ...more,
});

const groups: readonly Group[] = ['bridge', 'docker', 'hermes', 'machine'];
const all = groups.flatMap((group) =>
  Array.from({ length: 6 }, (_, index) => fault(group, `f${index}`, { touches: [`${group}${index % 2}`] })),
);
const names = (trials: readonly { readonly fault: Fault; readonly otto: string }[]) =>
  trials.map((trial) => `${trial.fault.name} ${trial.otto}`);

describe('which faults are tried', () => {
  test('all, each on the Ottos that it is for, one Otto after the other', () => {
    const two = [fault('bridge', 'both', { on: ['april', 'current'] }), fault('docker', 'now')];
    expect(names(select(two, { seed: 's' }))).toEqual([
      'bridge-both current',
      'docker-now current',
      'bridge-both april',
    ]);
  });

  test('by pattern; one that means nothing is an error', () => {
    expect(select(all, { seed: 's', only: ['docker-*', 'bridge-f1'] })).toHaveLength(7);
    expect(() => select(all, { seed: 's', only: ['dokcer-*'] })).toThrow(
      "there is none that is called 'dokcer-*'",
    );
  });

  test('the same seed draws the same, another one others', () => {
    const draw = (seed: string) => names(select(all, { seed, sample: 8 }));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('a sample is of as many groups as possible', () => {
    const drawn = select(all, { seed: 'a', sample: 8 });
    for (const group of groups) expect(drawn.filter((trial) => trial.fault.group === group)).toHaveLength(2);
  });

  test('what has never been through on a droplet is tried with the whole catalogue, and drawn by no sample', async () => {
    const faults = await findFaults();
    const drawn = (sample?: number) =>
      select(faults, { seed: 'a', sample }).filter(({ fault: { name } }) => UNTRIED.has(name));
    expect(new Set(drawn().map(({ fault: { name } }) => name))).toEqual(UNTRIED);
    expect(drawn(10_000)).toEqual([]);
  });

  test('the parts of one seed are everything, each fault once', () => {
    const parts = [1, 2, 3].flatMap((part) => names(select(all, { seed: 'a', part: { part, of: 3 } })));
    expect(parts.sort()).toEqual(names(select(all, { seed: 'a' })).sort());
  });

  test.each(['0/4', '5/4', '1', 'a/b'])('%s is no part', (text) => {
    expect(() => parsePart(text)).toThrow('write 1/4');
  });
});

describe('several at once', () => {
  test('do not touch the same, and are the same for the same seed', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const three = combination(all, 3, `${seed}`);
      expect(three).toHaveLength(3);
      expect(new Set(three.flatMap(({ touches = [] }) => touches)).size).toBe(3);
      expect(combination(all, 3, `${seed}`)).toEqual(three);
    }
  });

  test.each<[string, Partial<Fault>]>([
    ['one that says nothing of what it touches', {}],
    ['one that only a person fixes', { touches: ['x'], repair: 'dialogue' }],
    ['one that is no fault', { touches: ['x'], code: undefined }],
    ['one that spoils the droplet', { touches: ['x'], spoils: true }],
    ['one of another Otto', { touches: ['x'], on: ['april'] }],
  ])('%s is never among them', (_, more) => {
    expect(combination([fault('bridge', 'x', more)], 3, 's')).toEqual([]);
  });
});
