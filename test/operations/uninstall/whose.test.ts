import { describe, expect, test } from 'vitest';
import { layout } from '../../../src/answers/layout.ts';
import type { JournalEntry } from '../../../src/engine/records/journal.ts';
import type { NotedThing } from '../../../src/engine/records/ledger-file.ts';
import { readHistory } from '../../../src/operations/uninstall/history-1.0.ts';
import { origins } from '../../../src/operations/uninstall/origins.ts';
import { withoutCertbot } from '../../../src/operations/uninstall/site.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { writeSite } from '../../../src/tasks/nginx-site/template.ts';
import { answersWith } from '../../tasks/answers.ts';

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

const place = layout(answersWith());
const read = (...journals: readonly string[]) => readHistory(journals, place);
const named = (kind: NotedThing['kind'], ...journals: readonly string[]) =>
  read(...journals)
    .things.filter((thing) => thing.kind === kind)
    .map(({ name }) => name);

describe('journals of release 1.0.0', () => {
  test.each([
    [['new'], true],
    [['new', 'ours', 'edited-by-hand', 'unchanged'], true],
    [['not-ours'], false],
    [['not-ours', 'ours'], false],
    [['unchanged'], false],
    // Somebody removed it, and then we wrote our own.
    [['not-ours', 'ours', 'new'], true],
  ] as const)('a file that was written as %j came from us: %s', (changes, expected) => {
    expect(read(...changes.map((change) => wrote('/etc/x', change))).files['/etc/x']).toBe(expected);
  });

  test('only what ended well counts, and a line that was cut off is left out', () => {
    const journal = `${ran('useradd --create-home cleo')}${ran('npm install --prefix /opt/cleo/claude-cli x', false)}{"phase":"bef`;
    expect(read(journal)).toEqual({ known: true, files: {}, things: [{ kind: 'user', name: 'cleo' }] });
    expect(read().known).toBe(false);
  });

  test('images that were fetched, whichever way', () => {
    expect(
      named(
        'image',
        ran(
          "curl --unix-socket /var/run/docker.sock --request POST 'http://localhost/images/create?fromImage=ghcr.io%2Fopen-webui%2Fopen-webui&tag=main'",
        ),
        ran('docker pull ghcr.io/open-webui/open-webui:main'),
        ran('docker pull --quiet ghcr.io/paperclipai/paperclip:latest'),
        ran('docker pull ghcr.io/nobody/failed:1', false),
      ),
    ).toEqual(['ghcr.io/open-webui/open-webui:main', 'ghcr.io/paperclipai/paperclip:latest']);
  });

  test('rules that were added and not taken away again', () => {
    const journal =
      ran('ufw allow 80/tcp') +
      ran('ufw allow 443/tcp') +
      ran('ufw --force delete allow 443/tcp') +
      ran('ufw allow in on docker0 to any port 8642 proto tcp') +
      ran('ufw --force delete allow in on docker0 to any port 8642 proto tcp') +
      ran('ufw insert 1 allow in on docker0 to any port 8642 proto tcp') +
      ran('ufw --force enable');
    expect(named('rule', journal)).toEqual(['80/tcp', 'in on docker0 to any port 8642 proto tcp']);
  });

  // As release 1.0.0 has written them on a droplet.
  test.each<[NotedThing['kind'], readonly string[], readonly string[]]>([
    [
      'folder',
      [
        'install -d -m 0755 -o root -g root /opt/cleo',
        'mkdir -p -m 0700 -- /home/cleo/.hermes',
        'npm_config_update_notifier=false npm install --prefix /opt/cleo/claude-cli --ignore-scripts --no-audit --no-fund @anthropic-ai/claude-code-linux-x64@latest',
        'install -m 0600 /tmp/a /etc/b',
      ],
      ['/opt/cleo', '/home/cleo/.hermes', '/opt/cleo/claude-cli'],
    ],
    [
      'certificate',
      [
        'LANG=C.UTF-8 certbot certonly --dry-run --nginx -d rehearsed.example --non-interactive',
        'LANG=C.UTF-8 certbot run --nginx -d otto.client.example --non-interactive --agree-tos -m ops@client.example --server https://acme.example/directory',
        'certbot delete --cert-name other.example --non-interactive',
      ],
      ['otto.client.example'],
    ],
    [
      'user',
      ['useradd --system --uid 999 otto-paperclip', 'usermod --shell /bin/bash ann'],
      ['otto-paperclip'],
    ],
    ['group', ['groupadd --system --gid 999 otto-paperclip'], ['otto-paperclip']],
    ['sign-in', ['GH_PROMPT_DISABLED=1 gh auth login --with-token'], [place.gh.hosts]],
    ['sign-in', ['BROWSER=/bin/true /usr/local/bin/claude auth login'], [place.claude.credentials]],
  ])('%s: %j', (kind, commands, expected) => {
    expect(named(kind, commands.map((command) => ran(command)).join(''))).toEqual(expected);
  });

  test('what later releases wrote into a journal is not read from how it is shown', () => {
    const later = ran('docker pull ghcr.io/nobody/image:1').replace(
      '"phase":"before"',
      '"phase":"before","makes":[]',
    );
    expect(read(later)).toEqual({ known: false, files: {}, things: [] });
  });
});

describe('what is ours', () => {
  const noted = (state: NotedThing['state'], name = 'i:1'): NotedThing => {
    return { kind: 'image', name, state, run: 'r1', at };
  };
  const old = read(ran('docker pull i:1'));

  test.each<[string, Parameters<typeof origins>, readonly string[]]>([
    ['made', [[noted('made')], read()], ['i:1']],
    ['there before', [[noted('found')], read()], []],
    ['never finished', [[noted('begun')], read()], []],
    ['removed since', [[noted('removed')], read()], []],
    ['made by release 1.0.0', [undefined, old], ['i:1']],
    ['made by it, and found there by a later one', [[noted('found')], old], ['i:1']],
    ['made by it, and removed since', [[noted('removed')], old], []],
    ['of both', [[noted('made', 'i:2')], old], ['i:1', 'i:2']],
  ])('%s', (_, [things, history], expected) => {
    expect(origins(things, history).made('image')).toEqual(expected);
  });

  test('a file: the ledger counts, else the journals of release 1.0.0', () => {
    const { wasThere } = origins([], read(wrote('/etc/x', 'not-ours')));
    expect([wasThere('/etc/x', undefined), wasThere('/etc/x', false), wasThere('/etc/y', true)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(wasThere('/etc/y', undefined)).toBe(false);
  });

  test('where nothing says anything, that is known', () => {
    expect(origins(undefined, read()).known).toBe(false);
    expect(origins([], read()).known).toBe(true);
  });
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
