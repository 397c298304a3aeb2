import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { thorough } from '../thorough.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Hard links need the same file system, and the builder's modules are found from here.
const places = [join(root, 'dist/once'), join(root, 'dist/twice-as-deep/again')];

afterEach(() => {
  for (const folder of ['once', 'twice-as-deep'])
    rmSync(join(root, 'dist', folder), { recursive: true, force: true });
}, 120_000);

/** What is published of this tree, built in a copy of it: names and checksums. */
async function published(folder: string, copying: readonly string[]): Promise<Record<string, string>> {
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(root).filter(
    (name) => !['dist', 'artefacts', '.git', 'node_modules'].includes(name),
  );
  await execa('cp', [...copying, ...sources.map((name) => join(root, name)), folder]);
  await execa('cp', ['--archive', '--link', join(root, 'node_modules'), folder]);
  for (const script of ['build', 'package'])
    await execa(process.execPath, [`scripts/${script}.mjs`], { cwd: folder });
  const names = readdirSync(join(folder, 'dist')).filter((name) => /\.tgz$|^sbom\.json$/.test(name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, 'dist', name)))
        .digest('hex'),
    ]),
  );
}

// The one file is made from it by scripts/run-file/make.ts, which run-file.test.ts makes twice.
test.runIf(thorough)(
  'the tarball and the list of what is in it have the same bytes wherever they are built',
  async () => {
    const [first = '', second = ''] = places;
    const once = await published(first, ['--archive', '--link']);
    expect(Object.keys(once)).toHaveLength(2);
    // With the times of today, in a folder of another name.
    expect(await published(second, ['--recursive'])).toEqual(once);
  },
  600_000,
);
