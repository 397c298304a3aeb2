import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { repositoryOf } from './repository.ts';

/** What stands in the way of publishing what is in `root`, in words; empty when nothing does. `tag`: the tag that asked for it. */
export async function problems(root: string, tag?: string): Promise<readonly string[]> {
  const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const git = async (...args: string[]) => (await execa('git', args, { cwd: root })).stdout;
  const { version, repository } = json('package.json');
  return [
    ...versionProblems(version, json('package-lock.json').version, tag),
    ...changelogProblems(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version),
    ...(repositoryOf(repository, process.env.OTTO_REPOSITORY) === undefined
      ? [
          'package.json names no repository, and npm accepts no provenance without one. release.yml says which it is: OTTO_REPOSITORY=https://github.com/OWNER/NAME.',
        ]
      : []),
    ...((await git('status', '--porcelain')) === ''
      ? []
      : ['The working tree has changes that are not committed.']),
    ...(tag === undefined && (await git('tag', '--list', `v${version}`)) !== ''
      ? [`There is a tag v${version} already.`]
      : []),
  ];
}

/** Pure. */
export function versionProblems(version: string, locked: string, tag?: string): readonly string[] {
  return [
    ...(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)
      ? []
      : [`'${version}' is not a version (semver.org).`]),
    ...(locked === version ? [] : [`package-lock.json has version ${locked}, package.json ${version}.`]),
    ...(tag === undefined || tag === `v${version}`
      ? []
      : [`The tag is ${tag}, and package.json has ${version}.`]),
  ];
}

/** Pure. The release has a section that says something, and nothing waits above it. */
export function changelogProblems(changelog: string, version: string): readonly string[] {
  const own = section(changelog, version);
  return [
    ...(own === undefined
      ? [`CHANGELOG.md has no section [${version}].`]
      : own === ''
        ? [`The section [${version}] of CHANGELOG.md is empty.`]
        : []),
    ...((section(changelog, 'Unreleased') ?? '') === ''
      ? []
      : [`CHANGELOG.md has entries under [Unreleased]: give them a version, or release without them.`]),
  ];
}

/** What CHANGELOG.md says of a version, without its heading; undefined where there is no such section. */
export function section(changelog: string, version: string): string | undefined {
  const parts = changelog.split(/^## \[([^\]]+)\][^\n]*$/m);
  const at = parts.findIndex((part, index) => index % 2 === 1 && part === version);
  return at === -1 ? undefined : (parts[at + 1] ?? '').trim();
}
