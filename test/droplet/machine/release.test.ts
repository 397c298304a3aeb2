import { expect, test } from 'vitest';
import { releaseOf, releases, suiteOf, suites } from './release.ts';

test.each([
  [{}, undefined],
  [{ release: 'trixie' }, 'trixie'],
  [{ like: 'noble' }, 'forky-noble'],
  [{ release: 'forky', like: 'noble' }, 'forky-noble'],
] as const)('%j is %s', (options, release) => {
  expect(releaseOf(options)).toBe(release);
});

test('a flavour is made from one release alone', () => {
  expect(() => releaseOf({ release: 'bookworm', like: 'noble' })).toThrow(
    '--like noble is made from forky, not from bookworm',
  );
});

test('every release is a Debian', () => {
  for (const release of releases) expect(suites).toContain(suiteOf(release));
});
