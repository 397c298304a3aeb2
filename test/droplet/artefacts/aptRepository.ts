import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mirrorSources } from '../base/mirror.ts';
import { cached } from '../cache.ts';
import { isLikeNoble, type Release, type Suite, suiteOf } from '../machine/release.ts';
import { must } from '../machine/shell.ts';
import { addSecurityUpdate, updateRecipe } from './securityUpdate.ts';

/** What the runbook and the wizard install on an empty droplet. */
const wanted: readonly string[] = [
  ...['git', 'python3-venv', 'python3-pip', 'sqlite3', 'curl', 'jq', 'ca-certificates', 'gnupg', 'cron'],
  ...['docker.io', 'nginx', 'certbot', 'python3-certbot-nginx', 'gh', 'ufw'],
];

/**
 * Packages that only some releases have: trixie split docker's command from docker.io, and the Python of forky is too new for
 * Hermes.
 */
const wantedOnly: Readonly<Record<Suite, readonly string[]>> = {
  bookworm: [],
  trixie: ['docker-cli'],
  forky: ['docker-cli', 'python3.13', 'python3.13-venv'],
};

/** What every Debian has and a fault removes: it must be there to be installed again. */
const again: readonly string[] = ['nftables'];

/**
 * Returns a Debian repository, `dists/<release>/main` and `pool`, with the packages above and everything that installing them
 * adds to the bare root file system. What they recommend is there too (python3-pip recommends a compiler):
 * a plain `apt install` is to cost what it costs on a real droplet. The repository is not signed.
 * @param emptyRootfs the root file system that the packages are to be installed on
 */
export async function aptRepository(release: Release, emptyRootfs: string): Promise<string> {
  const packages = [...wanted, ...again, ...wantedOnly[suiteOf(release)]];
  const update = isLikeNoble(release) ? { update: updateRecipe } : {};
  const recipe = JSON.stringify({ release, packages, emptyRootfs, layout: 2, ...update });
  return cached(`apt-${release}`, recipe, async (dir) => {
    const scratch = join(dir, 'scratch');
    const archives = join(scratch, 'cache/archives');
    const pool = join(dir, 'pool/main');
    await mkdir(pool, { recursive: true });
    const apt = await aptOf(release, emptyRootfs, scratch);
    await must([...apt, '--yes', '--download-only', '--reinstall', 'install', ...packages]);
    if (isLikeNoble(release)) await addSecurityUpdate(apt, pool, join(scratch, 'update'));
    const files = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
    await Promise.all(
      files.map((name) => rename(join(archives, name), join(pool, name.replace('%3a', '.')))),
    );
    await rm(scratch, { recursive: true });
    // Automatic updates look at where a package is from.
    await writeLists(
      dir,
      suiteOf(release),
      isLikeNoble(release) ? { Origin: 'Debian', Label: 'Debian' } : {},
    );
  });
}

/**
 * Returns this machine's apt-get with options that let it work out and fetch packages as if it ran on the empty root file system:
 * with that system's record of what is installed, the same mirror for its release, and nothing written outside `scratch`, where
 * the packages come to cache/archives.
 */
async function aptOf(release: Release, emptyRootfs: string, scratch: string): Promise<readonly string[]> {
  const suite = suiteOf(release);
  const parts = join(scratch, 'sources');
  const directories = [join(scratch, 'state/lists/partial'), join(scratch, 'cache/archives/partial'), parts];
  await Promise.all(directories.map((path) => mkdir(path, { recursive: true })));
  for (const from of suite === 'forky' ? [suite, 'sid'] : [suite]) {
    const sources = await mirrorSources(from);
    if (sources === undefined)
      throw new Error("this machine's apt knows no Debian mirror to fetch packages from");
    await writeFile(join(parts, `${from}-${sources.fileName}`), sources.text);
  }
  const settings = {
    'Dir::State': join(scratch, 'state'),
    'Dir::State::status': join(emptyRootfs, 'var/lib/dpkg/status'),
    'Dir::Cache': join(scratch, 'cache'),
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': parts,
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'true',
    'APT::Keep-Downloaded-Packages': 'true',
    ...(suite === 'forky' ? forkySettings : {}),
  };
  const apt = [
    'apt-get',
    '--quiet',
    ...Object.entries(settings).map(([key, value]) => `--option=${key}=${value}`),
  ];
  await must([...apt, 'update']);
  return apt;
}

/** gh has left testing and comes from unstable, alone. Testing's Release files expire within days: a mirror may be older. */
const forkySettings = { 'APT::Default-Release': 'forky', 'Acquire::Check-Valid-Until': 'false' };

/** Writes the lists that apt reads first, for the packages in `pool`. */
async function writeLists(dir: string, release: Suite, like: object): Promise<void> {
  const lists = `dists/${release}/main/binary-amd64`;
  await mkdir(join(dir, lists), { recursive: true });
  const packages = await must(['apt-ftparchive', 'packages', 'pool'], { cwd: dir });
  await writeFile(join(dir, lists, 'Packages'), packages);
  await must(['gzip', '--keep', '--no-name', join(dir, lists, 'Packages')]);
  const about = { Suite: release, Codename: release, Components: 'main', Architectures: 'amd64', ...like };
  const options = Object.entries(about).map(
    ([key, value]) => `--option=APT::FTPArchive::Release::${key}=${value}`,
  );
  const text = await must(['apt-ftparchive', ...options, 'release', `dists/${release}`], { cwd: dir });
  await writeFile(join(dir, 'dists', release, 'Release'), text);
}
