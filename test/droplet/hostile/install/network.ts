import { MOODS, type Mood, WORDS } from '../moods.ts';
import { ASKED, type Obstacle, STAGES, type Stage } from './obstacle.ts';

/** What each stage's servers are called where they are named to the operator. */
const NAMED: Readonly<Record<Stage, readonly RegExp[]>> = {
  packages: [/deb\.small\.example|package (?:mirror|source|list)|apt/i],
  downloads: [/ghcr\.io/, /GitHub|github\.com/],
  python: [/pypi|Python package/i],
  certificate: [/Let’s Encrypt|letsencrypt|certificate authority/i],
};

const hostsOf = (stage: Stage) => ASKED[stage].map(([host]) => host);

/** Every stage's servers in every mood, which comes over them while they are needed. */
export const network: readonly Obstacle[] = STAGES.flatMap((stage) =>
  (Object.keys(MOODS) as Mood[]).map((mood) => ({
    name: `${stage}-${mood}`,
    stage,
    title: `${hostsOf(stage).join(' and ')} ${WORDS[mood]}`,
    from: 'the middle',
    begin: async ({ internet }) => {
      for (const host of hostsOf(stage)) await internet.hosts.play(host, MOODS[mood]);
    },
    says: NAMED[stage],
    end: async ({ internet }) => {
      for (const host of hostsOf(stage)) await internet.hosts.heal(host);
    },
  })),
);
