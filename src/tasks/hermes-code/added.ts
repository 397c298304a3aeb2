import { deletes, type Effect, foundAs, notOurs } from '../../engine/contracts/effect.ts';
import type { Argv } from '../../host/host.ts';

/**
 * What somebody has put into the environment besides Hermes: recreating it would lose that. Told from its files, so that it
 * can also be said of an environment whose Python no longer starts.
 */
export type Added = readonly string[] | 'unknown';

/** Installers leave RECORD for every package, and REQUESTED for those that were asked for by name (PEP 376). */
export const addedArgv = (venv: string): Argv => [
  'find',
  `${venv}/lib`,
  '-maxdepth',
  '4',
  '-path',
  '*.dist-info/*',
  '(',
  '-name',
  'REQUESTED',
  '-o',
  '-name',
  'RECORD',
  ')',
];

/** What otto-install and venv itself ask for by name. */
const OWN = ['hermes-agent', 'pip', 'setuptools', 'wheel', 'aiohttp', 'anthropic', 'pyyaml'];

/** Reads what {@link addedArgv} printed. 'unknown' where an installer did not say what it was asked for. */
export function parseAdded(stdout: string): Added {
  const files = stdout.split('\n').flatMap((line) => {
    const [, name, file] = /\/([^/]+)-[^/-]+\.dist-info\/(REQUESTED|RECORD)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase().replaceAll('_', '-'), file }];
  });
  if (files.length === 0) return [];
  const asked = files.filter(({ file }) => file === 'REQUESTED').map(({ name }) => name);
  if (asked.length === 0) return 'unknown';
  return [...new Set(asked)].filter((name) => !OWN.includes(name)).sort();
}

/** What recreating would lose, to whoever is asked; undefined when it holds only what Hermes needs. */
export function lossOf(added: Added, python: string): string | undefined {
  if (added === 'unknown') return 'Packages that somebody added to the environment by hand are lost.';
  if (added.length === 0) return undefined;
  return `Packages that somebody added by hand are lost: ${added.join(', ')}. Afterwards: \`${python} -m pip install ${added.join(' ')}\``;
}

/** What recreating does to the world. */
export const loses = (added: Added, venv: string): readonly Effect[] =>
  deletes(
    `what is installed in ${venv}`,
    added !== 'unknown' && added.length === 0 ? foundAs('an environment that holds only Hermes') : notOurs,
  );
