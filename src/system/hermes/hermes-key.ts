import { compare } from '../python/python.ts';

/** Which API keys Hermes takes, by version (facts: hermes 1.2 and 12). */

/** Exact matches, in any case, that Hermes refuses as "placeholder". */
const PLACEHOLDERS = [
  '*',
  '**',
  '***',
  'changeme',
  'your_api_key',
  'your_api_key_here',
  'your-api-key',
  'placeholder',
  'example',
  'dummy',
  'null',
  'none',
];

/** Shortest key that Hermes takes on a network address. */
export function shortestKey(version: string | undefined): number {
  // Unknown: as strict as the newest.
  if (version === undefined || compare(version, '0.18') >= 0) return 16;
  return compare(version, '0.9') >= 0 ? 8 : 1;
}

/** Why Hermes of this version would not open its port with this key; undefined when it takes it. */
export function keyRefused(key: string, version: string | undefined): string | undefined {
  if (key === '') return 'it is empty';
  if (!/^[\x21-\x7e]+$/.test(key)) return 'it contains spaces or letters outside ASCII, which Hermes strips';
  if (PLACEHOLDERS.includes(key.toLowerCase())) return 'it is a placeholder from the documentation';
  const shortest = shortestKey(version);
  return key.length < shortest ? `it has ${key.length} characters, and ${shortest} are the least` : undefined;
}
