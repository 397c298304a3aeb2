/** Removes from the cache what earlier versions of this tree built and the present one does not use. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildAll } from './artefacts/index.ts';
import { askedFor, cacheRoot } from './cache.ts';
import { stateRoot } from './machine/paths.ts';
import { dropletNames } from './machine/record.ts';
import { must } from './machine/shell.ts';

/**
 * Builds what is missing, so that it is known what this tree uses, then removes the rest; saved states and what they stand
 * on stay. Prints what it removed. Throws while droplets are there: they use what they were made from.
 */
export async function prune(): Promise<void> {
  const there = await dropletNames();
  if (there.length > 0) throw new Error(`end the droplets first: ${there.join(', ')}`);
  await buildAll();
  const names = await readdir(cacheRoot());
  const gone = outdated(
    names,
    [...askedFor()].map((dir) => basename(dir)),
    await namedInStates(),
  );
  const before = await used();
  // Never what a killed build may have left mounted inside (/proc, /sys).
  await must(['rm', '-rf', '--one-file-system', '--', ...gone.map((name) => join(cacheRoot(), name))]);
  process.stdout.write(`${gone.map((name) => `removed ${name}\n`).join('')}`);
  process.stdout.write(`${gone.length} removed, ${before - (await used())} MB\n`);
}

/**
 * Which of the names in the cache can go. Pure.
 *
 * @param names  what lies in the cache
 * @param asked  the entries that this tree uses ('images-054151bd69a7')
 * @param states the texts of the saved states' records: an entry that is named there stays
 */
export function outdated(
  names: readonly string[],
  asked: readonly string[],
  states: readonly string[],
): readonly string[] {
  const kinds = new Set(asked.map(kindOf));
  return names.filter((name) => {
    if (/\.part$/.test(name)) return true;
    const [, entry] = /^(.+-[\da-f]{12})(\.complete\.json|\.lock)?$/.exec(name) ?? [];
    // Of a kind that this tree does not ask for by itself, nobody knows which one is the newest.
    if (entry === undefined || !kinds.has(kindOf(entry))) return false;
    return !asked.includes(entry) && !states.some((state) => state.includes(entry));
  });
}

/** 'images-054151bd69a7' → 'images' */
const kindOf = (entry: string): string => entry.replace(/-[\da-f]{12}$/, '');

async function namedInStates(): Promise<readonly string[]> {
  const names = await readdir(stateRoot()).catch(() => []);
  return Promise.all(
    names.map((name) => readFile(join(stateRoot(), name, 'state.json'), 'utf8').catch(() => '')),
  );
}

/** Megabytes in the cache. */
async function used(): Promise<number> {
  return Number((await must(['du', '-sm', cacheRoot()])).split('\t')[0]);
}
