import { existsSync } from 'node:fs';

/** The folder of this program's package, as a file: URL that ends with '/'. Throws when there is none. */
export function packageRoot(from?: string): URL {
  return folderWith('package.json', from);
}

/**
 * The nearest folder that holds a name, as a file: URL that ends with '/'. It is looked for upwards, since src/ and dist/ lie
 * at different depths. Throws when there is none.
 */
export function folderWith(name: string, from: string = import.meta.url): URL {
  for (let folder = new URL('./', from); ; folder = new URL('../', folder)) {
    if (existsSync(new URL(name, folder))) return folder;
    if (folder.pathname === '/') throw new Error(`No ${name} above ${from}`);
  }
}
