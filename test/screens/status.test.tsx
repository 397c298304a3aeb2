import { describe, expect, it } from 'vitest';
import { StatusOf } from '../../src/screens/tools/status.tsx';
import { SupportOf } from '../../src/screens/tools/support.tsx';
import type { Checked, StatusFacts } from '../../src/status/facts.ts';
import type { Bundle } from '../../src/support/bundle.ts';
import { ENTER, ESCAPE, showScreen, widest } from './glass.tsx';

const FACTS: StatusFacts = {
  atMs: 65_000,
  domain: 'otto.client.example',
  services: [
    {
      name: 'hermes-gateway',
      state: 'active (running)',
      running: true,
      sinceMs: 1_000,
      restarts: 0,
      memory: 137e6,
    },
    { name: 'open-webui', state: 'container exited (exit code 1)', running: false, restarts: 3 },
  ],
  versions: [{ name: 'Hermes', version: '0.19.0' }],
  ports: [{ port: 8642, listeners: [{ address: '0.0.0.0', by: 'hermes' }] }],
  disks: [],
  problems: [],
};
const CHECKED: Checked = {
  outcome: 'findings',
  ms: 1,
  findings: [{ code: 'open-webui-down', severity: 'broken', evidence: 'The container exited with code 1.' }],
  waiting: 0,
};
const SIZES = [
  [80, 24],
  [40, 15],
] as const;

describe('the status', () => {
  it.each(SIZES)('fits into %i columns and %i rows', async (columns, rows) => {
    const shown = await showScreen(
      <StatusOf facts={FACTS} checked={CHECKED} onLookAgain={() => {}} onBack={() => {}} />,
      { columns, rows },
    );
    expect(shown.screen()).toContain('✗ One finding');
    expect(shown.screen()).toContain('● hermes-gateway');
    expect(widest(shown.screen())).toBeLessThanOrEqual(columns);
    expect(shown.scrolledAway()).toBe(0);
  });

  it('shows what is known before the check has ended', async () => {
    const shown = await showScreen(
      <StatusOf facts={FACTS} checked={undefined} onLookAgain={() => {}} onBack={() => {}} />,
    );
    expect(shown.screen()).toContain('Checking everything');
    expect(shown.screen()).toContain('✗ open-webui');
  });

  it('looks again with r and goes back with Escape', async () => {
    const done: string[] = [];
    const shown = await showScreen(
      <StatusOf
        facts={undefined}
        checked={undefined}
        onLookAgain={() => done.push('again')}
        onBack={() => done.push('back')}
      />,
    );
    expect(shown.screen()).toContain('looking …');
    await shown.send('r');
    await shown.send(ESCAPE);
    await expect.poll(() => done).toEqual(['again', 'back']);
  });
});

describe('the support bundle', () => {
  const bundle: Bundle = {
    name: 'otto-support-x',
    atMs: 0,
    items: Array.from({ length: 30 }, (_, index) => ({
      name: `logs/${index}.log`,
      what: 'a log',
      content: 'x\n',
    })),
  };

  it.each(SIZES)('is listed before it is written, in %i columns and %i rows', async (columns, rows) => {
    const written: Bundle[] = [];
    const shown = await showScreen(
      <SupportOf state={{ name: 'listed', bundle }} onWrite={(one) => written.push(one)} onBack={() => {}} />,
      { columns, rows },
    );
    expect(shown.screen()).toContain('logs/0.log');
    expect(shown.screen()).toContain('Enter write it');
    expect(widest(shown.screen())).toBeLessThanOrEqual(columns);
    expect(written).toEqual([]);
    await shown.send(ENTER);
    expect(written).toEqual([bundle]);
  });

  it('says where it is, and that it was not written', async () => {
    const shown = await showScreen(
      <SupportOf
        state={{ name: 'written', written: { ok: true, path: '/root/b.tar.gz', bytes: 55_130 } }}
        onWrite={() => {}}
        onBack={() => {}}
      />,
    );
    expect(shown.screen()).toContain('/root/b.tar.gz, 55 kB');
    await shown.show(
      <SupportOf
        state={{ name: 'written', written: { ok: false, problem: 'the disk is full' } }}
        onWrite={() => {}}
        onBack={() => {}}
      />,
    );
    expect(shown.screen()).toContain('It was not written: the disk is full');
  });
});
