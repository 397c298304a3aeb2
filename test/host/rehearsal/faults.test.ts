import { describe, expect, test } from 'vitest';
import { REHEARSED_FAULTS } from '../../../src/rehearsal/faults.ts';
import { codes, findingsOf, installedDroplet, run } from './runs.ts';

/** How things break on real droplets, done to a healthy one in memory. */
const faultOf = (code: string) => REHEARSED_FAULTS.find((fault) => fault.code === code);

describe('a fault', () => {
  test.each(REHEARSED_FAULTS.map((fault) => [fault.what, fault] as const))(
    '%s is what a check names',
    async (_, { breakIt, code }) => {
      const rehearsal = await installedDroplet();
      await breakIt(rehearsal);
      const { summary } = await run(rehearsal, 'check');
      expect(Object.values(codes(summary)).flat()).toContain(code);
    },
  );

  test('UFW without the rule for docker0 drops what the bridge sends', async () => {
    const rehearsal = await installedDroplet();
    expect(await findingsOf('bridge', rehearsal)).toEqual([]);
    await faultOf('docker0-rule-missing')?.breakIt(rehearsal);
    expect((await findingsOf('bridge', rehearsal)).map(({ code }) => code)).toContain(
      'bridge-firewall-drops',
    );
  });

  test.each([
    'docker0-rule-missing',
    'hermes-listens-on-loopback',
    'hermes-nft-missing',
    'nginx-site-no-websocket',
    'docker-down',
  ])('%s is fixed by another run', async (code) => {
    const rehearsal = await installedDroplet();
    await faultOf(code)?.breakIt(rehearsal);
    const { summary } = await run(rehearsal);
    expect(summary).toMatchObject({ outcome: 'healthy' });
    expect(summary.actions).toBeGreaterThan(0);
    const after = await run(rehearsal);
    expect(after.summary).toMatchObject({ outcome: 'healthy', actions: 0 });
    expect(after.asked).not.toContain(code);
  });
});

test('a firewall that nobody confirms turns itself off', async () => {
  const { host } = await installedDroplet();
  const arm = [
    'systemd-run',
    '--on-active=0.05',
    '--unit=otto-install-firewall-revert',
    'ufw',
    '--force',
    'disable',
  ] as const;
  await host.exec(arm);
  await expect.poll(async () => (await host.exec(['ufw', 'status'])).stdout).toBe('Status: inactive\n');
});
