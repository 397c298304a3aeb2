import { describe, expect, test } from 'vitest';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import { startUnit, stopUnit } from '../../../src/rehearsal/units.ts';
import { findingsOf, installedDroplet, run } from './runs.ts';

function restartHermes({ machine }: Rehearsal): void {
  stopUnit(machine, 'hermes-gateway.service');
  startUnit(machine, 'hermes-gateway.service');
}

const ENV = '/home/cleo/.hermes/.env';
const SITE = '/etc/nginx/sites-enabled/otto';
const DAY_MS = 24 * 3_600_000;

const edit = ({ machine }: Rehearsal, path: string, change: (text: string) => string) =>
  machine.files.put(path, change(machine.files.read(path) ?? ''));

/** Lets the droplet's time pass, so that what was just started is up. */
const settle = ({ machine }: Rehearsal) => machine.wait(30_000);

/** How things break on real droplets, done to a healthy one in memory: [what, how, the task that sees it, its finding]. */
const FAULTS: readonly (readonly [string, (rehearsal: Rehearsal) => void | Promise<void>, string, string])[] =
  [
    [
      'UFW without the rule for docker0',
      ({ machine }) => {
        const { rules } = machine.firewall;
        rules.splice(
          rules.findIndex((rule) => rule.includes('docker0')),
          1,
        );
      },
      'bridge',
      'bridge-firewall-drops',
    ],
    [
      'Hermes on loopback',
      async (rehearsal) => {
        edit(rehearsal, ENV, (text) => text.replace('API_SERVER_HOST=0.0.0.0', 'API_SERVER_HOST=127.0.0.1'));
        restartHermes(rehearsal);
        await settle(rehearsal);
      },
      'hermes-config',
      'hermes-listens-on-loopback',
    ],
    [
      'another key in Hermes than in Open WebUI',
      async (rehearsal) => {
        edit(rehearsal, ENV, (text) => text.replace(/API_SERVER_KEY=.*/, `API_SERVER_KEY=${'z'.repeat(40)}`));
        restartHermes(rehearsal);
        await settle(rehearsal);
      },
      'bridge',
      'bridge-key-wrong',
    ],
    [
      'a key that Hermes refuses',
      async (rehearsal) => {
        edit(rehearsal, ENV, (text) => text.replace(/API_SERVER_KEY=.*/, 'API_SERVER_KEY=short'));
        restartHermes(rehearsal);
        await rehearsal.machine.wait(200_000);
      },
      'hermes-service',
      'hermes-silent',
    ],
    [
      'a file of root among those of Hermes',
      ({ machine }) => machine.files.change('/home/cleo/.hermes/gateway.lock', { owner: 'root:root' }),
      'hermes-service',
      'hermes-files-of-another-user',
    ],
    [
      'nftables that was removed',
      async (rehearsal) => {
        rehearsal.machine.packages.delete('nftables');
        rehearsal.machine.files.remove('/usr/sbin/nft');
        restartHermes(rehearsal);
        await settle(rehearsal);
      },
      'hermes-service',
      'hermes-nft-missing',
    ],
    [
      'a site that lets no WebSocket through',
      (rehearsal) => {
        edit(rehearsal, SITE, (text) => text.replace(/^.*proxy_set_header (Upgrade|Connection).*\n/gm, ''));
        rehearsal.host.exec(['systemctl', 'reload', 'nginx.service']);
      },
      'nginx-site',
      'nginx-site-no-websocket',
    ],
    [
      'a mistake in a site',
      (rehearsal) => edit(rehearsal, SITE, (text) => text.replace('server {', 'server')),
      'nginx-site',
      'nginx-site-syntax',
    ],
    [
      'a certificate that nobody renewed',
      ({ machine }) => machine.wait(89 * DAY_MS),
      'certificate',
      'renewal-overdue',
    ],
    [
      'Docker that was stopped',
      async ({ host }) => {
        await host.exec(['systemctl', 'stop', 'docker.service']);
      },
      'server-packages',
      'docker-down',
    ],
  ];

describe('a fault', () => {
  test.each(FAULTS)('%s', async (_, breakIt, task, code) => {
    const rehearsal = await installedDroplet();
    expect(await findingsOf(task, rehearsal)).toEqual([]);
    await breakIt(rehearsal);
    expect((await findingsOf(task, rehearsal)).map((finding) => finding.code)).toContain(code);
  });

  test.each([
    ['UFW without the rule for docker0', 'docker0-rule-missing'],
    ['Hermes on loopback', 'hermes-listens-on-loopback'],
    ['nftables that was removed', 'hermes-nft-missing'],
    ['a site that lets no WebSocket through', 'nginx-site-no-websocket'],
    ['Docker that was stopped', 'docker-down'],
  ])('%s is fixed by another run', async (fault, code) => {
    const rehearsal = await installedDroplet();
    await FAULTS.find(([name]) => name === fault)?.[1](rehearsal);
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
