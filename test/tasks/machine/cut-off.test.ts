import { expect, test } from 'vitest';
import { judgeCutOff, lookForCutOff } from '../../../src/tasks/machine/cut-off.ts';
import { FakeHost } from '../../engine/fake-host.ts';

const STATE = '/var/lib/otto-install';
const record = (state: 'at-work' | 'verified') =>
  JSON.stringify({
    ...{ operation: 'rotate-key', title: 'Change the key', run: 'r1', state, begun: 3 },
    ...{ startedAt: '2026-11-22T20:15:00.000Z', undo: [], afterwards: [] },
  });
const stat = (ticks: string) => `812 (node (x) y) S ${'0 '.repeat(18)}${ticks} 0 0`;
const holder = (startTicks: string) =>
  JSON.stringify({ pid: 812, startTicks, since: '2026-11-22T20:15:00Z', mode: 'operate', version: '1' });

function hostWith(files: Readonly<Record<string, string>>): FakeHost {
  const host = new FakeHost();
  for (const [path, content] of Object.entries(files))
    host.files.set(path, { content, mode: 0o600, owner: 'root' });
  return host;
}

test('nothing was started', async () => {
  expect(await lookForCutOff(hostWith({}))).toBeUndefined();
});

test('what is still at work was not cut off; the same pid of a later process changes nothing', async () => {
  const files = {
    [`${STATE}/operation.json`]: record('at-work'),
    [`${STATE}/lock-holder.json`]: holder('777'),
  };
  expect(await lookForCutOff(hostWith({ ...files, '/proc/812/stat': stat('777') }))).toBeUndefined();
  expect(await lookForCutOff(hostWith({ ...files, '/proc/812/stat': stat('9999') }))).toBeDefined();
  expect(await lookForCutOff(hostWith(files))).toBeDefined();
});

test.each([
  ['at-work', /undoes it/],
  ['verified', /finishes these/],
] as const)(
  'cut off while it was %s: what it was, since when, and what comes of it',
  async (state, reason) => {
    const cutOff = await lookForCutOff(hostWith({ [`${STATE}/operation.json`]: record(state) }));
    if (cutOff === undefined) throw new Error('not found');
    const found = judgeCutOff(cutOff);
    expect(found).toMatchObject({ code: 'operation-cut-off', severity: 'broken', fixes: [] });
    expect(found.evidence).toContain("'Change the key' was started at 2026-11-22 20:15 UTC");
    expect(found.reason).toMatch(reason);
  },
);

test('a record that nobody can read is told too', async () => {
  const cutOff = await lookForCutOff(hostWith({ [`${STATE}/operation.json`]: '{"title":' }));
  expect(cutOff).toBe('unreadable');
  expect(judgeCutOff('unreadable')).toMatchObject({ code: 'operation-record-unreadable', fixes: [] });
});
