import type { Place } from '../operate/part.ts';
import { type Rival, shell } from './rival.ts';
import { replaced } from './watchtower.ts';

/** Not in the base: it comes from the mirror, and apt fetches and unpacks it again. */
const PACKAGE = 'sqlite3';

/** Every clear refusal says these. */
const ONLY_ONE = /Another otto-install is (?:at work|running) on this machine/;

export const secondWizard: Rival = {
  name: 'second-wizard',
  title: 'otto-install --yes, and an operation, in another session',
  async act({ run, check }) {
    for (const words of ['otto-install --yes --plain', 'otto-install restart --part hermes --yes']) {
      const { exitCode, stdout, stderr } = await run(words, 120_000);
      check.that(`'${words}' does not begin`, exitCode !== 0, `${exitCode}: ${stdout}`);
      check.matches(`what '${words}' says`, `${stdout}${stderr}`, ONLY_ONE);
    }
    const { exitCode, stdout, stderr } = await run('otto-install check --plain', 120_000);
    check.that('a look is always allowed', [0, 1].includes(exitCode), `${exitCode}: ${stdout}${stderr}`);
    return 'refused with the way to watch; a look is allowed';
  },
};

export const apt: Rival = {
  name: 'apt',
  title: `apt-get install --reinstall ${PACKAGE}, by an administrator`,
  async act(place) {
    await shell(
      place,
      `DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=200 install -y --reinstall ${PACKAGE} >/dev/null 2>&1`,
    );
    return 'installed';
  },
  survives: wholePackages,
};

async function wholePackages({ droplet, check }: Place): Promise<void> {
  check.equal('what dpkg finds unfinished', await droplet.must(['dpkg', '--audit']), '');
}

/** The program's own name is what the lock's holder is known by. */
const UPGRADE = `#!/usr/bin/python3
import fcntl, subprocess, time
lock = open('/var/lib/dpkg/lock-frontend', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
time.sleep(8)
# As the packages' own scripts and needrestart do after a new nginx, a new OpenSSL.
subprocess.run(['systemctl', 'try-restart', 'nginx', 'hermes-gateway'])
time.sleep(4)
`;

export const upgrade: Rival = {
  name: 'unattended-upgrade',
  title: 'unattended-upgrade holds dpkg’s lock for 12 s, and restarts nginx and Hermes',
  prepare: ({ droplet }) => droplet.write('/usr/local/sbin/unattended-upgrade', UPGRADE, 0o755),
  async act(place) {
    await shell(place, '/usr/local/sbin/unattended-upgrade');
    return 'done';
  },
  survives: wholePackages,
};

export const certbot: Rival = {
  name: 'certbot',
  title: 'certbot renew --force-renewal',
  async act(place) {
    const argv = ['certbot', 'renew', '--force-renewal', '--no-random-sleep-on-renew'];
    const { exitCode, stdout, stderr } = await place.droplet.exec(argv, { timeoutMs: 240_000 });
    // It has a lock of its own; its timer tries again in twelve hours.
    if (/Another instance of Certbot is already running/.test(stderr)) return 'refused: certbot is at work';
    place.check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
    return 'renewed';
  },
  async survives({ droplet, check }) {
    const served = await droplet.must([
      'sh',
      '-euc',
      `d=/etc/letsencrypt/live/otto.client.example
openssl s_client -connect 127.0.0.1:443 -servername otto.client.example </dev/null 2>/dev/null | openssl x509 -noout -fingerprint
openssl x509 -in $d/cert.pem -noout -fingerprint`,
    ]);
    const [inUse, onDisk] = served.trim().split('\n');
    check.equal('the certificate in use', inUse, onDisk);
  },
};

const SITE = '/etc/nginx/sites-available/handbook';

export const nginx: Rival = {
  name: 'nginx-edit',
  title: 'an administrator saves a site with a typing error, and corrects it 6 s later',
  async act(place) {
    const site = (listen: string) =>
      `printf '# by hand\\nserver {\\n  listen 80${listen}\\n  server_name handbook.client.example;\\n  return 204;\\n}\\n' >${SITE}`;
    await shell(place, `${site('')}; ln -sf ${SITE} /etc/nginx/sites-enabled/handbook; sleep 6`);
    await shell(place, `${site(';')}; nginx -qt; systemctl reload nginx`);
    return 'reloaded';
  },
  async survives({ droplet, check }) {
    const argv = [
      'curl',
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '-H',
      'Host: handbook.client.example',
    ];
    check.equal('what the site answers', await droplet.must([...argv, 'http://127.0.0.1/']), '204');
    check.matches('the site', await droplet.read(SITE), /listen 80;/);
  },
};

export const dockerRestart: Rival = {
  name: 'docker-restart',
  title: 'systemctl restart docker',
  async act(place) {
    await shell(place, 'systemctl restart docker');
    return 'restarted';
  },
};

const containerRestart: Rival = {
  name: 'container-restart',
  title: 'docker restart open-webui',
  async act(place) {
    // There may be no such container at this moment.
    await shell(place, 'docker restart open-webui >/dev/null 2>&1 || true');
    return 'restarted';
  },
};

export const watchtower: Rival = {
  name: 'watchtower',
  title: 'somebody’s Watchtower replaces open-webui: stop, rm, run with the same settings',
  act: replaced,
};

const NIGHTLY = 'otto-install-backup.service';

const nightly: Rival = {
  name: 'nightly-backup',
  title: 'the nightly backup begins',
  async prepare({ run, check, droplet }) {
    if ((await droplet.exec(['test', '-e', `/etc/systemd/system/${NIGHTLY}`])).exitCode === 0) return;
    const { exitCode, stdout, stderr } = await run(
      'otto-install backup --daily yes --keep 3 --to /var/backups/nightly --yes',
    );
    check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
  },
  async act(place) {
    const { exitCode, stderr } = await place.droplet.exec(['systemctl', 'start', NIGHTLY], {
      timeoutMs: 240_000,
    });
    if (exitCode === 0) return 'made';
    const journal = await place.droplet.must(['journalctl', '-u', NIGHTLY, '-n', '12', '-o', 'cat']);
    // One of two that begin at once may say so, and leaves nothing half made.
    if (/Another backup is at work/.test(journal)) return 'refused: another backup is at work';
    throw new Error(`the nightly backup failed: ${stderr}${journal}`);
  },
  async survives({ droplet, check }) {
    const newest = '$(ls -t /var/backups/nightly/otto-*.tar.gz | head -n 1)';
    const names = await droplet.must(['sh', '-euc', `tar -tzf ${newest}`]);
    check.matches('the newest archive', names, /webui\.db$/m);
    const left = await droplet.must(['sh', '-c', 'ls /var/backups/nightly | grep growing || true']);
    check.equal('what is half written', left, '');
    const paused = await droplet.must(['docker', 'ps', '-q', '--filter', 'status=paused']);
    check.equal('containers that are paused', paused, '');
  },
};

export const RIVALS: readonly Rival[] = [
  ...[secondWizard, apt, upgrade, certbot, nginx],
  ...[dockerRestart, containerRestart, watchtower, nightly],
];
