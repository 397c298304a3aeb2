import { expect, test } from 'vitest';
import type { JournalEntry } from '../../../src/engine/records/journal.ts';
import { did, imagesFetched, readHistory, rulesAdded } from '../../../src/operations/uninstall/history.ts';
import { withoutCertbot } from '../../../src/operations/uninstall/site.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { writeSite } from '../../../src/tasks/nginx-site/template.ts';

const at = '2026-11-22T20:00:00.000Z';
let count = 0;

/** The two lines that an action leaves in the journal. */
function lines(view: Extract<JournalEntry, { phase: 'before' }>['view'], ok = true): string {
  count += 1;
  const action = `a${count}`;
  return [
    { phase: 'before', at, task: 't', action, view },
    { phase: 'after', at, action, ok },
  ]
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
}
const ran = (command: string, ok = true) => lines({ kind: 'run', purpose: 'p', command }, ok);
const wrote = (path: string, change: 'new' | 'ours' | 'not-ours' | 'unchanged' | 'edited-by-hand') =>
  lines({ kind: 'write-file', purpose: 'p', path, mode: '0644', owner: 'root:root', change, diff: '' });

test.each([
  [['new'], true],
  [['new', 'ours', 'edited-by-hand', 'unchanged'], true],
  [['not-ours'], false],
  [['not-ours', 'ours'], false],
  [['unchanged'], false],
  // Somebody removed it, and then we wrote our own.
  [['not-ours', 'ours', 'new'], true],
] as const)('a file that was written as %j came from us: %s', (changes, expected) => {
  const { made } = readHistory(changes.map((change) => wrote('/etc/x', change)));
  expect(made['/etc/x']).toBe(expected);
});

test('only what ended well counts, and a line that was cut off is left out', () => {
  const history = readHistory([
    `${ran('useradd --create-home cleo')}${ran('npm install --prefix /opt/cleo/claude-cli x', false)}{"phase":"bef`,
  ]);
  expect(history.commands).toEqual(['useradd --create-home cleo']);
  expect(did(history, 'useradd', 'cleo')).toBe(true);
  expect(did(history, 'cleo', 'useradd')).toBe(false);
  expect(readHistory([]).known).toBe(false);
});

test('images that were fetched, whichever way', () => {
  const history = readHistory([
    ran(
      "curl --unix-socket /var/run/docker.sock --request POST 'http://localhost/images/create?fromImage=ghcr.io%2Fopen-webui%2Fopen-webui&tag=main'",
    ),
    ran('docker pull ghcr.io/open-webui/open-webui:main'),
    ran('docker pull --quiet ghcr.io/paperclipai/paperclip:latest'),
    ran('docker pull ghcr.io/nobody/failed:1', false),
  ]);
  expect(imagesFetched(history)).toEqual([
    'ghcr.io/open-webui/open-webui:main',
    'ghcr.io/paperclipai/paperclip:latest',
  ]);
});

test('rules that were added and not taken away again; never those for SSH', () => {
  const history = readHistory([
    ran('ufw allow 22/tcp') +
      ran('ufw allow 2222/tcp') +
      ran('ufw allow 80/tcp') +
      ran('ufw allow 443/tcp') +
      ran('ufw --force delete allow 443/tcp') +
      ran('ufw allow in on docker0 to any port 8642 proto tcp') +
      ran('ufw --force delete allow in on docker0 to any port 8642 proto tcp') +
      ran('ufw insert 1 allow in on docker0 to any port 8642 proto tcp') +
      ran('ufw --force enable'),
  ]);
  expect(rulesAdded(history)).toEqual(['80/tcp', 'in on docker0 to any port 8642 proto tcp']);
});

/** What certbot made of the site, as seen with its release 2.1. */
function withCertbot(site: string, domain: string, listens: string): string {
  const head = site.slice(0, site.indexOf('    listen 80;'));
  return `${head}    listen [::]:443 ssl ipv6only=on; # managed by Certbot
    listen 443 ssl; # managed by Certbot
    ssl_certificate /etc/letsencrypt/live/${domain}/fullchain.pem; # managed by Certbot
    ssl_certificate_key /etc/letsencrypt/live/${domain}/privkey.pem; # managed by Certbot
    include /etc/letsencrypt/options-ssl-nginx.conf; # managed by Certbot
    ssl_dhparam /etc/letsencrypt/ssl-dhparams.pem; # managed by Certbot

}

server {
    if ($host = ${domain}) {
        return 301 https://$host$request_uri;
    } # managed by Certbot


    server_name ${domain};

    ${listens}
    return 404; # managed by Certbot


}`;
}

test.each([true, false])('a site that only certbot changed is as we wrote it (IPv6: %s)', (ipv6) => {
  const domain = 'otto.client.example';
  const site = String(reveal(writeSite('/x', { domain, token: 'abc', ipv6, hashBucketSet: false }).content));
  const listens = ipv6 ? 'listen 80;\n    listen [::]:80;' : 'listen 80;';
  const changed = withCertbot(site, domain, listens);
  expect(withoutCertbot(changed)).toBe(site);
  expect(withoutCertbot(changed.replace('100m', '500m'))).not.toBe(site);
  expect(withoutCertbot(site)).toBe(site);
});
