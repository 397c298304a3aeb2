import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { hermesReleases } from './hermesRepository.ts';
import { downloadLock, readLock } from './pip.ts';

/** The Pythons of the two bases: bookworm's (the index serves 3.11.2 too) and trixie's. */
const pythons = ['3.11', '3.13'] as const;

/** The lists of exact versions that the index holds, by the name of their file in locks/. */
const lists = [...hermesReleases.map((release) => `hermes-${release.version}.txt`), 'python-build.txt'];

/**
 * Returns a static package index for pip: `simple/<name>/index.html` (PEP 503) and `files/<wheel>`, to be served
 * from one root, so that `--index-url https://<host>/simple/` works. It holds every wheel that
 * `pip install -e '.[homeassistant,anthropic]'` of both Hermes releases needs, the build requirements included.
 */
export async function pythonIndex(): Promise<string> {
  const locks = await Promise.all(lists.map(readLock));
  return cached('python-index', JSON.stringify({ pythons, locks, layout: 1 }), async (dir) => {
    const files = join(dir, 'files');
    await mkdir(files);
    await Promise.all(
      pythons.map(async (version) => {
        // One after the other: what several lists share is then fetched once.
        const box = join(dir, version);
        for (const list of lists) await downloadLock(list, version, box);
      }),
    );
    for (const version of pythons) {
      const box = join(dir, version);
      for (const wheel of await readdir(box)) await rename(join(box, wheel), join(files, wheel));
      await rm(box, { recursive: true });
    }
    await writeIndex(dir, await readdir(files));
  });
}

/** Returns the project's normalised name (PEP 503) from the name of a wheel (PEP 427). */
export function projectOf(wheel: string): string {
  const [distribution] = wheel.split('-');
  if (distribution === undefined || !wheel.endsWith('.whl')) throw new Error(`${wheel} is no wheel`);
  return distribution.replace(/[-_.]+/g, '-').toLowerCase();
}

async function writeIndex(dir: string, wheels: readonly string[]): Promise<void> {
  const projects = Map.groupBy([...wheels].sort(), projectOf);
  await mkdir(join(dir, 'simple'));
  await writeFile(
    join(dir, 'simple', 'index.html'),
    page([...projects.keys()].map((name) => link(`${name}/`, name))),
  );
  for (const [project, itsWheels] of projects) {
    const links = itsWheels.map(async (wheel) => {
      const digest = createHash('sha256')
        .update(await readFile(join(dir, 'files', wheel)))
        .digest('hex');
      return link(`../../files/${wheel}#sha256=${digest}`, wheel);
    });
    await mkdir(join(dir, 'simple', project));
    await writeFile(join(dir, 'simple', project, 'index.html'), page(await Promise.all(links)));
  }
}

const link = (target: string, text: string): string => `<a href="${target}">${text}</a><br>`;

const page = (links: readonly string[]): string =>
  ['<!DOCTYPE html>', '<html><body>', ...links, '</body></html>', ''].join('\n');
