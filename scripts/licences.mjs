// The licence notices of every package that is in the bundle, from the packages themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the package that a bundled file belongs to; undefined for our own files. */
function packageFolder(input) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

/**
 * The notices as one text. `inputs` are the bundled files, relative to `root`.
 * Throws when a bundled package states no licence at all: it must not be shipped then.
 */
export function licences(root, inputs) {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (license === undefined && file === undefined) throw new Error(`${name} states no licence`);
    const text =
      file === undefined ? `Licence: ${license}` : readFileSync(join(root, folder, file), 'utf8').trim();
    return { title: `${name} ${version} (${license})`, text };
  });
  const unique = [...new Map(notices.map((notice) => [notice.title, notice])).values()];
  return `otto-install contains the following packages.\n\n${grouped(unique).join('\n')}`;
}

/** Packages with the same text share it: most of it is the MIT licence, which differs by its copyright line. */
function grouped(notices) {
  const bodies = new Map();
  for (const { title, text } of notices) {
    const copyright = text
      .split('\n')
      .filter((line) => /^\s*copyright/i.test(line))
      .map((line) => line.trim());
    const body = text
      .split('\n')
      .filter((line) => !/^\s*copyright/i.test(line) && !/^\s*(the )?mit license( \(mit\))?\s*$/i.test(line))
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim();
    const known = bodies.get(body) ?? { text: body, packages: [] };
    known.packages.push([title, ...copyright].join('\n  '));
    bodies.set(body, known);
  }
  const rule = '-'.repeat(80);
  return [...bodies.values()].map(({ text, packages }) => `${rule}\n${packages.join('\n')}\n\n${text}\n`);
}
