import type { Argv } from '../../host/host.ts';

/** Lists every package that dpkg knows, with its state. Output: {@link parsePackages}. */
export const LIST_PACKAGES: Argv = [
  'dpkg-query',
  '--show',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of dpkg's own
  '--showformat=${db:Status-Abbrev}\\t${Package}\\t${Version}\\n',
];

/** A package that is there, or was. */
export interface Package {
  /** dpkg's three letters: wanted, status, error. 'ii ' is installed, 'iF ' half-configured, 'rc ' removed. */
  readonly status: string;
  readonly version: string;
}

/** Reads {@link LIST_PACKAGES}. With several architectures of a package the installed one counts. */
export function parsePackages(output: string): ReadonlyMap<string, Package> {
  const packages = new Map<string, Package>();
  for (const line of output.split('\n')) {
    const [status, name, version] = line.split('\t');
    if (status === undefined || name === undefined || version === undefined) continue;
    const known = packages.get(name);
    if (known === undefined || known.status[1] !== 'i') packages.set(name, { status, version });
  }
  return packages;
}

/** Whether the package is unpacked and configured. */
export function isInstalled(packages: ReadonlyMap<string, Package>, name: string): boolean {
  return packages.get(name)?.status[1] === 'i';
}

/**
 * Packages whose installation was interrupted, with dpkg's word for where: those block every later installation (`dpkg
 * --configure -a` goes on with them). dpkg-query(1): U unpacked, F half-configured, H half-installed, W and t await
 * triggers.
 */
export function interruptedPackages(packages: ReadonlyMap<string, Package>): readonly string[] {
  const words: Readonly<Record<string, string>> = {
    U: 'unpacked, not configured',
    F: 'half configured',
    H: 'half installed',
    W: 'waits for a trigger',
    t: 'waits for its trigger',
  };
  return [...packages].flatMap(([name, { status }]) => {
    const word = words[status[1] ?? ''];
    return word === undefined ? [] : [`${name} (${word})`];
  });
}

/**
 * Packages whose own files are not whole, so that dpkg can configure nothing before they are unpacked again: H half-installed,
 * or marked as such (R reinst-required). Only apt, which fetches them, gets over these.
 */
export function halfInstalledPackages(packages: ReadonlyMap<string, Package>): readonly string[] {
  return [...packages].flatMap(([name, { status }]) =>
    status[1] === 'H' || status[2] === 'R' ? [name] : [],
  );
}

/**
 * Asks which packages own paths. Output: {@link parseOwners}; ends with 1 when one of them is nobody's. Where /lib is a link to
 * /usr/lib many packages still name their files without /usr, so that both are asked for.
 */
export function whoOwns(paths: readonly string[]): Argv {
  const asked = paths.flatMap((path) => [path, ...(MERGED.test(path) ? [path.slice('/usr'.length)] : [])]);
  // What dpkg takes are patterns.
  const patterns = asked.map((path) => path.replace(/[*?[\]\\]/g, '\\$&'));
  return ['dpkg-query', '--search', '--', ...new Set(patterns)];
}

const MERGED = /^\/usr\/(?:lib|lib64|bin|sbin)(?=\/|$)/;

/** Reads {@link whoOwns}, lines like 'ufw, docker.io:amd64: /usr/lib/ufw': the packages by path. */
export function parseOwners(output: string): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, readonly string[]>();
  for (const line of output.split('\n')) {
    const [, packages, path] = /^(\S+(?:, \S+)*): (\/.*)$/.exec(line) ?? [];
    if (packages === undefined || path === undefined) continue;
    for (const name of [path, `/usr${path}`])
      if (name === path || MERGED.test(name))
        owners.set(name, [...new Set([...(owners.get(name) ?? []), ...packages.split(', ')])]);
  }
  return owners;
}
