import { expect, test } from 'vitest';
import { dockerSize, judgeRoom, type RoomFacts } from '../../../src/tasks/machine/room.ts';

const MB = 1_000_000;
const root = { target: '/', size: 80_000 * MB, free: 60_000 * MB };
const facts = (free: number, waste: RoomFacts['waste'] = []): RoomFacts => ({
  fileSystems: [{ ...root, free: free * MB }],
  waste,
});
const packages = (bytes: number) =>
  ({ kind: 'packages', path: '/var/cache/apt/archives', bytes: bytes * MB }) as const;
const journal = (bytes: number) =>
  ({ kind: 'journal', path: '/var/log/journal', bytes: bytes * MB }) as const;

test('room enough: nothing', () => {
  expect(judgeRoom(facts(60_000))).toEqual([]);
  expect(judgeRoom(facts(2_100))).toEqual([]);
});

test.each([
  [1_900, 'risk disk-nearly-full'],
  [90, 'broken disk-full'],
  [0, 'broken disk-full'],
])('%d MB free of 80 GB: %s', (free, expected) => {
  expect(judgeRoom(facts(free)).map(({ severity, code }) => `${severity} ${code}`)).toEqual([expected]);
});

test('a small disk is not short because it is small', () => {
  const tmp = { target: '/tmp', size: 500 * MB, free: 400 * MB };
  expect(judgeRoom({ fileSystems: [root, tmp], waste: [] })).toEqual([]);
});

test.each([
  [0, 'broken disk-full'],
  [400, 'risk disk-nearly-full'],
  [50_000, undefined],
])('%d of 1,000,000 inodes free: %s', (free, expected) => {
  const findings = judgeRoom({
    fileSystems: [{ ...root, inodes: { size: 1_000_000, free: free * 10 } }],
    waste: [],
  });
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
    expected === undefined ? [] : [expected],
  );
  if (expected !== undefined) expect(findings[0]?.reason).toMatch(/du -x --inodes \//);
});

test('what is enough and missed by nobody is recommended, and needs no consent', () => {
  const [finding] = judgeRoom(facts(50, [packages(3_000), journal(900)]));
  expect(finding?.fixes[0]?.consequence).toBeUndefined();
  expect(finding?.fixes[0]?.actions).toMatchObject([{ argv: ['apt-get', 'clean'] }]);
  expect(finding?.fixes[1]?.consequence).toMatch(/Log lines/);
});

test('log lines go only with consent, and only when the rest is not enough', () => {
  const [finding] = judgeRoom(facts(50, [packages(100), journal(3_000)]));
  expect(finding?.fixes).toMatchObject([
    {
      consequence: expect.stringMatching(/Log lines/),
      actions: [{ argv: ['apt-get', 'clean'] }, { argv: ['journalctl', '--rotate', '--vacuum-size=16M'] }],
    },
  ]);
});

test('what lies on another disk makes no room here', () => {
  const data = { target: '/var', size: 20_000 * MB, free: 15_000 * MB };
  const [finding] = judgeRoom({ fileSystems: [{ ...root, free: 0 }, data], waste: [packages(5_000)] });
  expect(finding).toMatchObject({
    code: 'disk-full',
    fixes: [],
    reason: expect.stringMatching(/du -xh \//),
  });
});

test.each([
  ['1.5GB', 1_500_000_000],
  ['12.5kB', 12_500],
  ['0B', 0],
  ['', 0],
])('Docker writes %s', (text, bytes) => {
  expect(dockerSize(text)).toBe(bytes);
});

test('a container’s log without limit is named, and emptied only with consent', () => {
  const path = '/var/lib/docker/containers/abc/abc-json.log';
  const [finding] = judgeRoom(facts(50, [{ kind: 'log', path, bytes: 20_000 * MB }]));
  expect(finding?.evidence).toContain('the log of a container');
  expect(finding?.fixes[0]?.consequence).toMatch(/^What these containers wrote into their logs is lost/);
  expect(finding?.fixes[0]?.actions).toMatchObject([{ argv: ['truncate', '--size=0', path] }]);
});
