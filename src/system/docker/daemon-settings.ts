import { parseSettings } from './docker-configuration.ts';

/** Settings that take a value of their own in the next word when none stands behind '='. */
const WITH_VALUE = new Set([
  'bip',
  'bridge',
  'config-file',
  'data-root',
  'default-address-pool',
  'exec-root',
  'firewall-backend',
  'fixed-cidr',
  'host',
  'log-driver',
  'storage-driver',
]);
const SHORT: Readonly<Record<string, string>> = {
  '-b': '--bridge',
  '-g': '--data-root',
  '-H': '--host',
  '-s': '--storage-driver',
};

/**
 * Pure. What Docker's daemon works with: the words that it was started with and its file. It does not start where both say the same, so
 * neither goes before the other. `words`: its command line, with spaces or zero bytes between them; `file`: undefined when there is none.
 */
export function daemonSettings(words: string, file: string | undefined): Readonly<Record<string, unknown>> {
  return { ...parseSettings(file ?? ''), ...flagsIn(words) };
}

function flagsIn(words: string): Readonly<Record<string, unknown>> {
  const [, ...argv] = words.split(/[\0\s]+/).filter((word) => word !== '');
  const flags: Record<string, unknown> = {};
  for (const [index, word] of argv.entries()) {
    const [name = '', ...rest] = (SHORT[word] ?? word).split('=');
    if (!name.startsWith('--')) continue;
    const key = name.slice(2);
    const value = rest.length > 0 ? rest.join('=') : WITH_VALUE.has(key) ? (argv[index + 1] ?? '') : 'true';
    flags[key] = /^(true|false)$/.test(value) ? value === 'true' : value;
  }
  return flags;
}

/** Docker can be told to leave the packet filter alone, or to use nftables' own tables, which are not looked at. */
export const writesRules = (settings: Readonly<Record<string, unknown>>): boolean =>
  settings.iptables !== false && settings['firewall-backend'] !== 'nftables';
