/**
 * The root file systems that droplets start from, made once per machine by mmdebstrap.
 *
 * empty: what a droplet has at its first login. Ubuntu's base has xz, Debian's bare system has not.
 * bare: the distribution's nodejs and npm as well.
 * prepared: the runbook's prerequisites and the packages of its Step 1 are there as well.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import type { Kind } from '../machine/record.ts';
import { isLikeNoble, type Release, suiteOf } from '../machine/release.ts';
import { lastLines, run } from '../machine/shell.ts';
import { mirrorSources } from './mirror.ts';
import { nobleFinishing, noblePackages } from './noble.ts';

const emptyPackages = [
  ...[
    'systemd',
    'systemd-sysv',
    'libpam-systemd',
    'dbus',
    'cron',
    'procps',
    'sudo',
    'less',
    'locales',
    'tzdata',
  ],
  ...[
    'iproute2',
    'iptables',
    'iputils-ping',
    'openssh-server',
    'curl',
    'ca-certificates',
    'openssl',
    'python3',
  ],
];
const NODE = ['nodejs', 'npm'];

const preparedPackages = (release: Release): string[] => [
  ...['ufw', 'nginx', 'certbot', 'python3-certbot-nginx', 'docker.io'],
  ...['git', 'python3-pip', 'python3-venv', 'sqlite3', 'jq', 'gnupg'],
  // A package of its own since trixie.
  ...(release === 'bookworm' ? [] : ['docker-cli']),
  // It has left testing.
  ...(suiteOf(release) === 'forky' ? [] : ['gh']),
];

/** Run in the finished tree ($1): what a cloud image has set and Debian's bare system has not. */
const plainFinishing = `
  printf 'LANG=C.UTF-8\\n' >"$1/etc/default/locale"
  rm -f "$1/etc/hostname" "$1/etc/resolv.conf" "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*
`;

/**
 * Returns the directory of a root file system; builds it if it is not in the cache (about a minute).
 * Throws with the end of mmdebstrap's output when that fails.
 */
export async function baseRootfs(release: Release, kind: Kind): Promise<string> {
  const packages = [
    ...emptyPackages,
    ...(kind === 'empty' ? ['xz-utils'] : NODE),
    ...(kind === 'prepared' ? preparedPackages(release) : []),
    ...(isLikeNoble(release) ? noblePackages : []),
  ].sort();
  const finishing = isLikeNoble(release) ? `${plainFinishing}${nobleFinishing}` : plainFinishing;
  const recipe = JSON.stringify({ release, packages, finishing });
  return cached(`rootfs-${release}-${kind}`, recipe, async (dir) => {
    const scratch = await mkdtemp(join(tmpdir(), 'otto-droplet-base-'));
    try {
      const argv = ['mmdebstrap', '--quiet', '--variant=important', '--format=directory'];
      // Testing's Release files expire within days, and a mirror may be older than that.
      if (suiteOf(release) === 'forky') argv.push('--aptopt=Acquire::Check-Valid-Until "false"');
      argv.push(`--include=${packages.join(',')}`, `--customize-hook=${finishing}`, suiteOf(release), dir);
      const sources = await mirrorSources(suiteOf(release));
      if (sources !== undefined) {
        const file = join(scratch, sources.fileName);
        await writeFile(file, sources.text);
        argv.push(file);
      }
      const built = await run(argv, { timeoutMs: 15 * 60_000 });
      if (built.exitCode !== 0) {
        throw new Error(`mmdebstrap could not make ${release} (${kind}): ${lastLines(built, 15)}`);
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}
