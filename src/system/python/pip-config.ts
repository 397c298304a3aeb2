/** Where pip looks for its configuration, the later ones win; pip(1), "Configuration Files". */
export function pipConfigFiles(home: string): readonly string[] {
  return ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', `${home}/.pip/pip.conf`, `${home}/.config/pip/pip.conf`];
}

/** Debian's pip: holds the index that pip uses when nothing is configured. */
export const PIP_DEFAULTS_FILE = '/usr/lib/python3/dist-packages/pip/_internal/models/index.py';

/**
 * The package index that pip uses: from its configuration files (in the order of {@link pipConfigFiles}), else from
 * its own source. Undefined when neither says, as before pip is installed, or when pip is told to use no index.
 */
export function pipIndex(
  configs: readonly (string | undefined)[],
  source: string | undefined,
): string | undefined {
  let index: string | undefined;
  for (const config of configs) {
    const settings = globalSettings(config ?? '');
    if (/^(?:1|true|yes|on)$/i.test(settings.get('no-index') ?? '')) return undefined;
    index = settings.get('index-url') ?? index;
  }
  return index ?? /^PyPI = PackageIndex\(\s*"(https?:[^"]+)"/m.exec(source ?? '')?.[1];
}

/** The settings that count for `pip install`: [global], overridden by [install]. */
function globalSettings(config: string): ReadonlyMap<string, string> {
  const sections = new Map<string, Map<string, string>>();
  let section = '';
  for (const line of config.split('\n')) {
    const name = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (name !== undefined) section = name;
    const [, key, value] = /^([\w-]+)\s*[=:]\s*(.*\S)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const settings = sections.get(section) ?? new Map<string, string>();
    sections.set(section, settings.set(key.replaceAll('_', '-'), value));
  }
  return new Map([...(sections.get('global') ?? []), ...(sections.get('install') ?? [])]);
}
