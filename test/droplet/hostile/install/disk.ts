import { emptied, full, readOnly, withoutInodes, writable } from '../small-disk.ts';
import type { Obstacle, Stage } from './obstacle.ts';

/** Where each stage writes first. */
const FOLDERS: readonly (readonly [Stage, string])[] = [
  ['packages', '/var/lib/otto-install'],
  ['packages', '/var/cache/apt'],
  ['packages', '/var/lib/apt/lists'],
  ['downloads', '/var/lib/docker'],
  ['downloads', '/home'],
  ['python', '/home'],
  ['certificate', '/etc/letsencrypt'],
];

const KINDS = {
  full: { words: 'has no byte left', begin: full, end: emptied, says: /room|space|full/i },
  inodes: {
    words: 'has room, and no inode left',
    begin: withoutInodes,
    end: emptied,
    says: /inode|room|space|full/i,
  },
  'read-only': { words: 'became read-only', begin: readOnly, end: writable, says: /read-only/i },
} as const;

/** A disk that takes nothing below each folder that an installation writes to. */
export const disk: readonly Obstacle[] = FOLDERS.flatMap(([stage, folder]) =>
  Object.entries(KINDS).map(([kind, { words, begin, end, says }]) => ({
    name: `${stage}-${folder.split('/').at(-1)}-${kind}`,
    stage,
    title: `the disk with ${folder} ${words}`,
    begin: async ({ droplet }) => void (await droplet.must(['sh', '-euc', begin(folder)])),
    says: [says],
    end: async ({ droplet }) => void (await droplet.must(['sh', '-euc', end(folder)])),
  })),
);
