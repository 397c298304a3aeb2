/** What a droplet has to have so that it finds the small internet, and trusts it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nobleEnvironment } from '../base/noble.ts';
import type { DropletFile } from '../machine/files.ts';
import { isLikeNoble, type Release, suiteOf } from '../machine/release.ts';
import { AUTHORITY_FILES } from './acme/authority.ts';
import { INTERNET_ADDRESS } from './names.ts';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const TRUST_UNIT = 'otto-droplet-trust.service';
const UNITS = '/usr/lib/systemd/system';

// The bundle is put together at boot, by the droplet's own tool, before anything can ask for it.
const TRUST = `[Unit]
Description=Trusts the certificate authorities of the small internet (test droplet)
After=local-fs.target
Before=ssh.service docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/update-ca-certificates
`;

const ACCOUNTS_UNIT = 'otto-droplet-acme-accounts.service';
const ACCOUNTS_SCRIPT = '/usr/local/lib/otto-droplet/acme-accounts.py';

// A saved state has accounts that a new pebble does not know; a real droplet's authority forgets nobody.
const ACCOUNTS = `[Unit]
Description=Makes this droplet's ACME accounts known to the small internet (test droplet)
ConditionPathExistsGlob=/etc/letsencrypt/accounts/acme-*/directory/*
After=${TRUST_UNIT}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/python3 ${ACCOUNTS_SCRIPT}
`;

/**
 * The files that point a droplet at the small internet: name server, mirrors of apt, pip and npm, and the trusted
 * certificates. Node and pip bring their own lists of authorities, so they are told of the system's; a real droplet
 * needs none of that, because the real services' authorities are in every list.
 */
export async function dropletFiles(
  release: Release,
  authorityDir: string,
  pebbleRootPem: string,
): Promise<DropletFile[]> {
  const root = await readFile(join(authorityDir, AUTHORITY_FILES.root), 'utf8');
  const accountsScript = await readFile(join(import.meta.dirname, 'in-droplet/acme-accounts.py'), 'utf8');
  // Named after its content: a saved state keeps the roots of earlier runs, which signed the certificates it has.
  const pebbleName = `small-internet-acme-${createHash('sha256').update(pebbleRootPem).digest('hex').slice(0, 8)}`;
  const file = (path: string, content: string): DropletFile => ({ path, content, mode: 0o644 });
  return [
    ...(isLikeNoble(release)
      ? []
      : [file('/etc/resolv.conf', `nameserver ${INTERNET_ADDRESS}\noptions timeout:2 attempts:2\n`)]),
    file('/usr/local/share/ca-certificates/small-internet.crt', root),
    file(`/usr/local/share/ca-certificates/${pebbleName}.crt`, pebbleRootPem),
    file(`${UNITS}/${TRUST_UNIT}`, TRUST),
    file(`${UNITS}/sysinit.target.d/otto-droplet-trust.conf`, `[Unit]\nWants=${TRUST_UNIT}\n`),
    file(`${UNITS}/${ACCOUNTS_UNIT}`, ACCOUNTS),
    file(`${UNITS}/multi-user.target.d/otto-droplet-acme-accounts.conf`, `[Unit]\nWants=${ACCOUNTS_UNIT}\n`),
    file(ACCOUNTS_SCRIPT, accountsScript),
    isLikeNoble(release)
      ? file('/etc/apt/sources.list.d/ubuntu.sources', sourcesStanza(suiteOf(release)))
      : file(
          '/etc/apt/sources.list',
          `deb [trusted=yes] http://deb.small.example/ ${suiteOf(release)} main\n`,
        ),
    file('/etc/pip.conf', `[global]\nindex-url = https://pypi.small.example/simple/\ncert = ${BUNDLE}\n`),
    file('/etc/npmrc', `registry=https://npm.small.example/\ncafile=${BUNDLE}\nupdate-notifier=false\n`),
    file(
      '/etc/environment',
      `${isLikeNoble(release) ? nobleEnvironment : ''}NODE_EXTRA_CA_CERTS=${BUNDLE}\n`,
    ),
  ];
}

/** The mirror in the form and the place that Ubuntu has since 24.04. */
const sourcesStanza = (suite: string): string =>
  `Types: deb\nURIs: http://deb.small.example/\nSuites: ${suite}\nComponents: main\nTrusted: yes\n`;
