import type { Rehearsal } from './index.ts';
import { startUnit, stopUnit } from './units.ts';

/** A way in which a droplet in memory can be broken, as it happens on real ones. */
export interface RehearsedFault {
  /** The code that a check names. */
  readonly code: string;
  /** As one would tell a colleague. */
  readonly what: string;
  readonly breakIt: (rehearsal: Rehearsal) => void | Promise<void>;
}

const ENV = '/home/cleo/.hermes/.env';
const SITE = '/etc/nginx/sites-enabled/otto';
const DAY_MS = 24 * 3_600_000;

const edit = ({ machine }: Rehearsal, path: string, change: (text: string) => string) =>
  machine.files.put(path, change(machine.files.read(path) ?? ''));

async function restartHermes(rehearsal: Rehearsal, waitMs = 30_000): Promise<void> {
  stopUnit(rehearsal.machine, 'hermes-gateway.service');
  startUnit(rehearsal.machine, 'hermes-gateway.service');
  await rehearsal.machine.wait(waitMs);
}

/** What `--rehearse=fault:CODE` can break; together as well, where one does not hide the other. */
export const REHEARSED_FAULTS: readonly RehearsedFault[] = [
  {
    code: 'nginx-down',
    what: 'nginx that was stopped',
    breakIt: async ({ host }) => {
      await host.exec(['systemctl', 'stop', 'nginx.service'], { timeoutMs: 60_000 });
    },
  },
  {
    code: 'docker0-rule-missing',
    what: 'UFW without the rule for docker0',
    breakIt: async ({ host, machine }) => {
      const rule = machine.firewall.rules.find((one) => one.includes('docker0'));
      if (rule !== undefined) await host.exec(['ufw', '--force', 'delete', ...rule.split(' ')]);
    },
  },
  {
    code: 'hermes-listens-on-loopback',
    what: 'Hermes on loopback',
    breakIt: async (rehearsal) => {
      edit(rehearsal, ENV, (text) => text.replace('API_SERVER_HOST=0.0.0.0', 'API_SERVER_HOST=127.0.0.1'));
      await restartHermes(rehearsal);
    },
  },
  {
    code: 'bridge-key-wrong',
    what: 'another key in Hermes than in Open WebUI',
    breakIt: async (rehearsal) => {
      edit(rehearsal, ENV, (text) => text.replace(/API_SERVER_KEY=.*/, `API_SERVER_KEY=${'z'.repeat(40)}`));
      await restartHermes(rehearsal);
    },
  },
  {
    code: 'hermes-key-refused',
    what: 'a key that Hermes refuses',
    breakIt: async (rehearsal) => {
      edit(rehearsal, ENV, (text) => text.replace(/API_SERVER_KEY=.*/, 'API_SERVER_KEY=short'));
      await restartHermes(rehearsal, 200_000);
    },
  },
  {
    code: 'hermes-files-of-another-user',
    what: 'a file of root among those of Hermes',
    breakIt: ({ machine }) => machine.files.change('/home/cleo/.hermes/gateway.lock', { owner: 'root:root' }),
  },
  {
    code: 'hermes-nft-missing',
    what: 'nftables that was removed',
    breakIt: async (rehearsal) => {
      rehearsal.machine.packages.delete('nftables');
      rehearsal.machine.files.remove('/usr/sbin/nft');
      await restartHermes(rehearsal);
    },
  },
  {
    code: 'nginx-site-no-websocket',
    what: 'a site that lets no WebSocket through',
    breakIt: async (rehearsal) => {
      edit(rehearsal, SITE, (text) => text.replace(/^.*proxy_set_header (Upgrade|Connection).*\n/gm, ''));
      await rehearsal.host.exec(['systemctl', 'reload', 'nginx.service']);
    },
  },
  {
    code: 'nginx-site-syntax',
    what: 'a mistake in a site',
    breakIt: (rehearsal) => edit(rehearsal, SITE, (text) => text.replace('server {', 'server')),
  },
  {
    code: 'renewal-overdue',
    what: 'a certificate that nobody renewed',
    breakIt: ({ machine }) => machine.wait(89 * DAY_MS),
  },
  {
    code: 'docker-down',
    what: 'Docker that was stopped',
    breakIt: async ({ host }) => {
      await host.exec(['systemctl', 'stop', 'docker.service']);
    },
  },
];
