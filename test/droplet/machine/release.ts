/** What a droplet can be made from: releases of Debian, and one of them with the surroundings of another system. */

/** Debian's releases that droplets are made from. */
export const suites = ['bookworm', 'trixie', 'forky'] as const;
export type Suite = (typeof suites)[number];

/** What a release can be given the surroundings of (`--like`), and which release that is made from. */
export const flavours = { noble: 'forky' } as const satisfies Record<string, Suite>;
export type Flavour = keyof typeof flavours;

/** What a droplet starts from: 'trixie', or 'forky-noble' for forky with Ubuntu's surroundings. */
export type Release = Suite | 'forky-noble';

/** All of them. */
export const releases: readonly Release[] = [...suites, 'forky-noble'];

/** Those that scenarios run on when none is asked for: what is stable, and what every scenario was written on. */
export const usualReleases: readonly Release[] = ['bookworm', 'trixie'];

/** Which Debian it is. */
export function suiteOf(release: Release): Suite {
  return release === 'forky-noble' ? 'forky' : release;
}

/** Whether it has Ubuntu's surroundings: resolved, cloud-init, ssh.socket, automatic updates, needrestart. */
export function isLikeNoble(release: Release): boolean {
  return release === 'forky-noble';
}

/** What `--release` and `--like` mean together; undefined without both. Throws when they do not go together. */
export function releaseOf({ release, like }: { release?: Suite; like?: Flavour }): Release | undefined {
  if (like === undefined) return release;
  const from = flavours[like];
  if (release !== undefined && release !== from)
    throw new Error(`--like ${like} is made from ${from}, not from ${release}`);
  return `${from}-${like}`;
}
