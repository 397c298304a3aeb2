/** As npm has it in package.json. */
interface Repository {
  readonly type: 'git';
  readonly url: string;
}

/**
 * Where the source of a package lies; npm accepts a proof of provenance only when that is the repository whose workflow publishes
 * it. The workflow knows it (OTTO_REPOSITORY, as https://github.com/owner/name), so it need not be written down before there is one.
 * Throws when that is no address of a repository. Pure.
 */
export function repositoryOf<T>(
  declared: T | undefined,
  told: string | undefined,
): T | Repository | undefined {
  if (told === undefined || told === '') return declared;
  if (!/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/.test(told))
    throw new Error(
      `OTTO_REPOSITORY is '${told}', and not the address of a repository (https://HOST/OWNER/NAME)`,
    );
  return { type: 'git', url: `git+${told.replace(/\.git$/, '')}.git` };
}
