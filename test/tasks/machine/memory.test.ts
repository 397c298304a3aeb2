import { expect, test } from 'vitest';
import { parseContainerKills, parseMemoryKills } from '../../../src/system/services/oom.ts';
import { judgeMemory, type MemoryFacts } from '../../../src/tasks/machine/memory.ts';

const GIB = 1024 ** 3;
const healthy: MemoryFacts = {
  kills: [],
  swap: 0,
  memory: 7.7 * GIB,
  canSwap: true,
  fstab: '/dev/vda1 / ext4 defaults 0 1',
};
const kill = { at: Date.UTC(2026, 10, 22, 14, 3), what: 'hermes-gateway.service' };

test('enough memory: nothing', () => {
  expect(judgeMemory(healthy)).toEqual([]);
});

test('somebody was ended: swap is recommended, which also answers it', () => {
  const [finding] = judgeMemory({ ...healthy, kills: [kill] });
  expect(finding).toMatchObject({ code: 'memory-ran-out', severity: 'risk' });
  expect(finding?.evidence).toMatch(/hermes-gateway\.service \(once, last at 14:03 UTC\)/);
  const actions = finding?.fixes[0]?.actions ?? [];
  expect(actions).toContainEqual(expect.objectContaining({ argv: ['swapon', '/swapfile'] }));
  expect(actions).toContainEqual(
    expect.objectContaining({
      path: '/etc/fstab',
      content: '/dev/vda1 / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n',
    }),
  );
  expect(actions.at(-1)).toMatchObject({
    path: '/var/lib/otto-install/memory-ran-out',
    content: `${kill.at}\n`,
  });
});

test('where swap cannot be made it can only be noted', () => {
  const [finding] = judgeMemory({ ...healthy, kills: [kill, kill], canSwap: false });
  expect(finding?.evidence).toMatch(/2 times/);
  expect(finding?.fixes).toMatchObject([
    { consequence: expect.any(String), actions: [{ kind: 'write-file' }] },
  ]);
});

test.each<[string, Partial<MemoryFacts>, string[]]>([
  ['2 GB and no swap', { memory: 1.9 * GIB }, ['swap-missing']],
  ['2 GB and swap', { memory: 1.9 * GIB, swap: 2 * GIB }, []],
  ['2 GB in a container', { memory: 1.9 * GIB, canSwap: false }, []],
])('%s', (_, changes, expected) => {
  expect(judgeMemory({ ...healthy, ...changes }).map(({ code }) => code)).toEqual(expected);
});

test('what the journal says about those who were ended', () => {
  const lines = [
    '1795370000.123456 otto systemd[1]: hermes-gateway.service: A process of this unit has been killed by the OOM killer.',
    '1795370001.500000 otto kernel: Out of memory: Killed process 812 (python) total-vm:91828kB, anon-rss:80000kB',
    '1795370002.000000 otto kernel: Memory cgroup out of memory: Killed process 900 (node) total-vm:1kB',
    '-- No entries --',
  ];
  expect(parseMemoryKills(lines.join('\n'))).toEqual([
    { at: 1_795_370_000_123, what: 'hermes-gateway.service' },
    { at: 1_795_370_001_500, what: 'python' },
    { at: 1_795_370_002_000, what: 'node' },
  ]);
});

test('what Docker says about them', () => {
  expect(parseContainerKills('1795378985 open-webui\n')).toEqual([
    { at: 1_795_378_985_000, what: 'the container open-webui' },
  ]);
});
