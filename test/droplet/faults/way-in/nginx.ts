import type { Fault } from '../fault.ts';

/** Faults of nginx as a service, and of the name that leads to it. */

const DOMAIN = 'otto.client.example';

export const nginxFaults: readonly Fault[] = [
  {
    name: 'way-in-nginx-down',
    group: 'way-in',
    title: 'nginx was stopped',
    break: async ({ run }) => void (await run('systemctl', 'stop', 'nginx')),
    code: 'nginx-down',
    touches: ['nginx'],
  },
  {
    name: 'way-in-nginx-masked',
    group: 'way-in',
    title: 'nginx is masked',
    break: async ({ run }) => void (await run('systemctl', 'mask', '--now', 'nginx')),
    code: 'nginx-masked',
    touches: ['nginx'],
  },
  {
    name: 'way-in-nginx-outside',
    group: 'way-in',
    title: 'nginx was started by hand, outside its service',
    break: async ({ shell }) => void (await shell('systemctl stop nginx && nginx')),
    code: 'nginx-outside-its-service',
    touches: ['nginx'],
  },
  {
    name: 'way-in-nginx-outside-uploading',
    group: 'way-in',
    title:
      'nginx was started by hand, and an upload is open: the old one ends later, and takes the pid file along',
    async break({ shell, droplet }) {
      await shell('systemctl stop nginx && nginx');
      // Slow enough to be there while the other one is started.
      await droplet.exec([
        'sh',
        '-c',
        `dd if=/dev/zero of=/tmp/upload bs=1M count=4 2>/dev/null; setsid curl -sk --limit-rate 100k --resolve ${DOMAIN}:443:127.0.0.1 -F file=@/tmp/upload https://${DOMAIN}/api/v1/files/ >/dev/null 2>&1 &`,
      ]);
    },
    code: 'nginx-outside-its-service',
    async after({ run, check }) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      await run('systemctl', 'reload', 'nginx');
      const pid = (await run('cat', '/run/nginx.pid')).trim();
      const main = (await run('systemctl', 'show', '-P', 'MainPID', 'nginx')).trim();
      check.equal('the pid file names the nginx that serves', pid, main);
    },
    touches: ['nginx'],
  },
  {
    name: 'way-in-nginx-pid-file-gone',
    group: 'way-in',
    title: 'the pid file of a running nginx is gone: reloads and renewals fail, and nothing shows it',
    break: async ({ run }) => void (await run('rm', '/run/nginx.pid')),
    code: 'nginx-cannot-be-reloaded',
    after: async ({ run }) => void (await run('systemctl', 'reload', 'nginx')),
    touches: ['nginx'],
  },
  {
    name: 'way-in-nginx-disabled',
    group: 'way-in',
    title: 'nginx does not start with the machine',
    break: async ({ run }) => void (await run('systemctl', 'disable', 'nginx')),
    code: 'nginx-not-enabled',
    touches: ['nginx'],
  },
  {
    name: 'way-in-port-80-apache',
    group: 'way-in',
    title: 'apache holds port 80 (a service apache2 that was started while nginx was away)',
    async break({ shell, until, droplet }) {
      const unit = [
        '[Unit]\nDescription=The Apache HTTP Server',
        '[Service]\nExecStart=/usr/bin/python3 -m http.server 80 --directory /var/empty\nRestart=always',
        '[Install]\nWantedBy=multi-user.target\n',
      ].join('\n');
      await shell('mkdir -p /var/empty');
      await droplet.write('/etc/systemd/system/apache2.service', unit);
      await shell('systemctl stop nginx && systemctl daemon-reload && systemctl enable -q --now apache2');
      await until('apache listens on port 80', async () => (await shell('ss -Htln sport = :80')) !== '');
    },
    code: 'port-80-held',
    async after({ shell }) {
      await shell(
        'systemctl disable -q --now apache2; rm /etc/systemd/system/apache2.service; systemctl daemon-reload',
      );
    },
    touches: ['nginx'],
  },
  {
    name: 'way-in-dns-gone',
    group: 'way-in',
    title: 'the name is gone from DNS',
    break: ({ internet }) => internet.dns.set(DOMAIN, 'A', 'NXDOMAIN'),
    code: 'domain-not-in-dns',
    repair: ({ internet }) => internet.dns.reset(),
    touches: ['dns'],
  },
  {
    name: 'way-in-dns-changed',
    group: 'way-in',
    title: 'the name leads to another machine',
    break: ({ internet }) => internet.dns.set(DOMAIN, 'A', ['203.0.113.200']),
    code: 'domain-leads-elsewhere',
    repair: ({ internet }) => internet.dns.reset(),
    touches: ['dns'],
  },
  {
    name: 'way-in-dns-ipv6',
    group: 'way-in',
    title: 'an AAAA record leads to another machine',
    break: ({ internet }) => internet.dns.set(DOMAIN, 'AAAA', ['2001:db8::200']),
    code: 'domain-ipv6-elsewhere',
    repair: ({ internet }) => internet.dns.reset(),
    touches: ['dns'],
  },
  {
    name: 'way-in-dns-silent',
    group: 'way-in',
    title: "the domain's name servers fail",
    break: ({ internet }) => internet.dns.set(DOMAIN, 'A', 'SERVFAIL'),
    code: 'domain-dns-fails',
    repair: ({ internet }) => internet.dns.reset(),
    touches: ['dns'],
  },
];
