import { readFileSync } from 'node:fs';

/** The version of this program, from its package.json. */
export function ownVersion(): string {
  // One folder below the package's root, in src/ and in dist/ alike.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
