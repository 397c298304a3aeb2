import { hermesPatch } from '../artefacts/hermesRepository.ts';
import type { Place } from '../operate/part.ts';
import { FRESH } from '../script/fresh.ts';
import type { Flow } from './point.ts';

const shell = ({ droplet }: Place, script: string) =>
  droplet.must(['sh', '-euc', script], { timeoutMs: 180_000 });

/** A part of the installation that is taken away, so that a run has to make it again: what it was before is gone. */
const without = (name: string, actions: number, script: string): Flow => ({
  name: `install: ${name}`,
  words: '--yes',
  actions,
  prepare: async (place) => void (await shell(place, script)),
});

const CHECKOUT = '/home/cleo/.hermes/hermes-agent';

/** What makes up an installation, one part each; what people made (accounts, chats, keys) stays, since it has to be found again. */
const parts: readonly Flow[] = [
  without(
    'packages',
    1,
    'systemctl stop nginx; dpkg --force-depends --remove nginx >/dev/null; dpkg --force-depends --remove certbot >/dev/null',
  ),
  without('environment', 3, `rm -rf ${CHECKOUT}/venv`),
  without('code and environment', 6, `systemctl stop hermes-gateway; rm -rf ${CHECKOUT}`),
  without(
    'service',
    5,
    'systemctl disable --now hermes-gateway; rm -rf /etc/systemd/system/hermes-gateway.service*; systemctl daemon-reload',
  ),
  without(
    'site',
    4,
    `rm -f /etc/nginx/sites-enabled/${FRESH.domain}* /etc/nginx/sites-available/${FRESH.domain}*; rm -f $(grep -rl ${FRESH.domain} /etc/nginx/sites-enabled /etc/nginx/sites-available 2>/dev/null); systemctl reload nginx`,
  ),
  without(
    'certificate',
    5,
    `certbot delete --non-interactive --cert-name ${FRESH.domain} >/dev/null 2>&1 || true; rm -rf /etc/letsencrypt/live/${FRESH.domain} /etc/letsencrypt/archive/${FRESH.domain} /etc/letsencrypt/renewal/${FRESH.domain}.conf; rm -f $(grep -rl ${FRESH.domain} /etc/nginx/sites-enabled /etc/nginx/sites-available 2>/dev/null) /var/lib/otto-install/acme-attempts.json; systemctl reload nginx`,
  ),
  without('open-webui', 3, 'docker rm -f open-webui >/dev/null'),
  without(
    'open-webui and its image',
    5,
    'docker rm -f open-webui >/dev/null; docker image prune -af >/dev/null',
  ),
  without('paperclip', 3, 'docker rm -f paperclip >/dev/null'),
  without(
    'firewall',
    5,
    'ufw --force disable >/dev/null; ufw delete allow in on docker0 to any port 8642 proto tcp >/dev/null || true',
  ),
];

/** What was offered last, by droplet and kind. */
const offered = new Map<string, boolean>();

/** Of two releases the one that was not offered last: whatever has become of the last update, one of two tries has something newer. */
async function another(
  { droplet, internet }: Place,
  name: string,
  tag: string,
  tags: readonly [string, string],
): Promise<void> {
  const key = `${droplet.name} ${name}`;
  const turn = !(offered.get(key) ?? false);
  offered.set(key, turn);
  await internet.images.point(name, tag, tags[turn ? 0 : 1]);
}

/** An update that a point before this one brought is taken back: there is something newer again. */
const BEFORE_THE_PATCH = `
cd ${CHECKOUT}
as_cleo() { runuser -u cleo -- "$@" >/dev/null; }
grep -q '^version = "0.19.0"' pyproject.toml && exit
systemctl stop hermes-gateway
as_cleo git fetch -q --tags origin
as_cleo git reset -q --hard v0.19.0
as_cleo venv/bin/pip install -q --no-deps -e .
systemctl start hermes-gateway`;

/** Everything of Maintenance that changes something. */
const operations: readonly Flow[] = [
  { name: 'restart', words: 'restart --part all --yes', actions: 4 },
  {
    name: 'reset-password',
    words:
      'reset-password --account ann@client.example --how typed --password-file /root/given-password --end-sessions yes --yes',
    actions: 1,
    prepare: async ({ droplet }) =>
      droplet.write('/root/given-password', `a-newer-horse-battery-${Date.now()}\n`, 0o600),
    changes: () => ['account ann@client.example'],
  },
  { name: 'rotate-key', words: 'rotate-key --how generated --yes', actions: 6 },
  { name: 'backup', words: 'backup --yes', actions: 1 },
  {
    name: 'restore',
    words: 'restore --from /root/kept.tar.gz --yes',
    actions: 14,
    prepare: async (place) => {
      // Of this moment: an older one would bring back what the points before have changed.
      await shell(
        place,
        'rm -rf /root/kept*; otto-install backup --yes --to /root/kept >/dev/null; mv /root/kept/otto-*.tar.gz /root/kept.tar.gz',
      );
    },
  },
  {
    name: 'update open-webui',
    words: 'update open-webui --yes',
    actions: 12,
    prepare: (place) => another(place, 'open-webui/open-webui', 'main', ['v0.12.4-rebuilt', 'v0.12.4']),
  },
  {
    name: 'update hermes',
    words: 'update hermes --yes',
    actions: 8,
    prepare: async (place) => {
      await place.internet.github.setMain(await hermesPatch('patched'));
      await shell(place, BEFORE_THE_PATCH);
    },
  },
  {
    name: 'update paperclip',
    words: 'update paperclip --yes',
    actions: 12,
    prepare: (place) => another(place, 'paperclipai/paperclip', 'latest', ['2026.916.1', '2026.824.1']),
  },
  { name: 'uninstall', words: 'uninstall --yes', actions: 8 },
  {
    name: 'fix',
    words: 'fix',
    actions: 3,
    prepare: async (place) =>
      void (await shell(
        place,
        'systemctl stop nginx; ufw delete allow in on docker0 to any port 8642 proto tcp >/dev/null || true; docker stop -t 1 open-webui >/dev/null',
      )),
  },
];
export const flows: readonly Flow[] = [...parts, ...operations];
