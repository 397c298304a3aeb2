import { existsSync, readFileSync } from 'node:fs';

/** The version of this program, from its package.json. */
export function ownVersion(): string {
  const text = readFileSync(new URL('package.json', folderWith('package.json')), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * The nearest folder that holds a name, as a file: URL that ends with '/'. It is looked for upwards, since src/ and dist/ lie
 * at different depths. Throws when there is none.
 */
export function folderWith(name: string): URL {
  for (let folder = new URL('./', import.meta.url); ; folder = new URL('../', folder)) {
    if (existsSync(new URL(name, folder))) return folder;
    if (folder.pathname === '/') throw new Error(`No ${name} above ${import.meta.url}`);
  }
}
