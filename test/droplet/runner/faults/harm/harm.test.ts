import { describe, expect, test } from 'vitest';
import { type Difference, harm } from './harm.ts';
import { readShown, type Shown } from './shown.ts';

const shown = (commands: readonly string[], written: readonly string[] = []): Shown => ({
  ...{ written, commands, actions: commands.length + written.length, outcome: 'healthy' },
});
const difference = (kind: string, name: string, change: Partial<Difference>): Difference => ({
  ...{ kind, name },
  ...change,
});
const container = (runs: boolean, ours = false) => JSON.stringify({ ours, runs }).replaceAll(':', ': ');

describe('what a plain fix did to the droplet', () => {
  test('is no harm when the run showed it', () => {
    const made = [
      difference('file', '/etc/nginx/sites-available/otto', { before: 'a', now: 'b' }),
      difference('file', '/etc/letsencrypt/live/otto/cert.pem', { now: 'a' }),
      difference('rule v4', 'filter -A ufw-user-input -i docker0 -p tcp -j ACCEPT', { now: 1 }),
      difference('unit', 'hermes-gateway.service', { before: 'enabled, down', now: 'enabled, up' }),
      difference('container', 'open-webui', { before: container(false), now: container(true) }),
      difference('socket', 'tcp 127.0.0.1:8080', { now: 'docker-proxy' }),
      difference('package', 'nftables:amd64', { now: '1' }),
      difference('file', '/etc/rc2.d/S01docker', { now: 'link to ../init.d/docker' }),
      difference('socket', 'tcp 127.0.0.1:46773', { now: 'containerd' }),
    ];
    const commands = [
      'certbot renew --cert-name otto',
      'ufw allow in on docker0 to any port 8642 proto tcp',
      'systemctl start hermes-gateway.service',
      'docker start open-webui',
      'apt-get install -y nftables',
      'systemctl enable cron.service',
      'systemctl start containerd.service',
    ];
    expect(harm(made, shown(commands, ['/etc/nginx/sites-available/otto']))).toEqual([]);
    // Each is harm where nothing was shown.
    expect(harm(made, shown([]))).toHaveLength(made.length);
  });

  test('is harm when it was shown of something else', () => {
    const other = difference('container', 'web', {
      before: container(true),
      now: container(true).replace('false', '0'),
    });
    expect(harm([other], shown(['docker restart open-webui']))).toHaveLength(1);
    expect(harm([other], shown(['docker restart web']))).toEqual([]);
    const file = difference('file', '/etc/ssh/sshd_config', { before: 'a', now: 'b' });
    expect(harm([file], shown(['ufw allow 22/tcp'], ['/etc/ssh/sshd_config.d/x.conf']))).toHaveLength(1);
    const file2 = difference('file', '/opt/client/notes', { before: 'a', now: null });
    expect(harm([file2], shown(['rm -rf -- /opt/cleo/paperclip.before-update']))).toEqual([
      'not shown: file /opt/client/notes is gone',
    ]);
  });

  test('is harm, shown or not, where nobody may do it unasked', () => {
    const cases = [
      difference('rule v4', 'filter -A ufw-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT', {
        now: 1,
      }),
      difference('rule v6', 'filter -A ufw6-user-input -p tcp --dport 80 -j ACCEPT', { now: 1 }),
      difference('package', 'apache2:amd64', { before: '2.4' }),
      difference('volume', 'web_data', { before: 'local' }),
      difference('container', 'agent', { before: container(true), now: container(false) }),
      difference('socket', 'tcp 0.0.0.0:3000', { now: 'docker-proxy' }),
      difference('account', 'ann of /etc/passwd', { before: 'x' }),
    ];
    const all = [
      'ufw allow 80,443/tcp',
      'apt-get remove apache2',
      'docker volume rm web_data',
      'docker stop agent',
      'userdel ann',
    ];
    expect(harm(cases, shown(all)).filter((one) => one.startsWith('unasked'))).toHaveLength(cases.length);
  });

  test('is no harm where dpkg went on with what was cut off, or systemd started a service again', () => {
    const configured = difference('package', 'agent:all', { before: '1.0 iF', now: '1.0 ii' });
    expect(harm([configured], shown(['dpkg --force-confold --configure --pending']))).toEqual([]);
    expect(harm([configured], shown(['docker start web']))).toHaveLength(1);
    const flapping = [
      difference('nft table', 'inet otto_hermes', { before: 'a' }),
      difference('unit', 'hermes-gateway.service', { before: 'enabled, up', now: 'enabled, down' }),
    ];
    const again = difference('restarts', 'hermes-gateway.service', { before: 3, now: 4 });
    expect(harm([...flapping, again], shown([]))).toEqual([]);
    expect(harm(flapping, shown([]))).toHaveLength(2);
    expect(harm([...flapping, { ...again, name: 'nginx.service' }], shown([]))).toHaveLength(2);
  });

  test('but not where it is as it was before the fault', () => {
    const back = difference('socket', 'tcp 0.0.0.0:22', { now: 'sshd', healthy: 'sshd' });
    expect(harm([back], shown(['systemctl start ssh.service']))).toEqual([]);
    const rule = 'filter -A ufw-user-input -p tcp --dport 22 -j ACCEPT';
    expect(harm([difference('rule v4', rule, { now: 1, healthy: 1 })], shown(['ufw allow 22/tcp']))).toEqual(
      [],
    );
  });

  test('ours may be stopped and made again', () => {
    const stopped = (name: string, ours: boolean) =>
      difference('container', name, { before: container(true, ours), now: container(false, ours) });
    expect(
      harm([stopped('open-webui', false), stopped('x', true)], shown(['docker stop open-webui x'])),
    ).toEqual([]);
  });
});

test.each([
  'systemctl start docker',
  'systemctl restart docker.service',
  'systemctl enable --now docker.service',
])('%s explains the containers that come back with Docker', (command) => {
  const back = difference('container', 'open-webui', { now: container(true, true) });
  expect(harm([back], shown([command]))).toEqual([]);
});

describe('what a run showed', () => {
  const started = (view: object) =>
    JSON.stringify({ type: 'action-started', at: 1, task: 'x', action: '1', view });

  test('is what it began, also of one that was cut off', () => {
    const file = {
      kind: 'write-file',
      purpose: 'x',
      path: '/etc/x',
      mode: '0644',
      owner: 'root:root',
      change: 'new',
      diff: '',
    };
    const command = {
      kind: 'run',
      purpose: 'x',
      command: 'git -C /srv/a status',
      cwd: '/srv/a',
      input: 'rm /srv/b',
    };
    expect(readShown(`noise\n${started(file)}\n${started(command)}\n`)).toEqual({
      written: ['/etc/x'],
      commands: ['git -C /srv/a status /srv/a rm /srv/b'],
      actions: 2,
      outcome: 'cut off',
    });
  });
});
