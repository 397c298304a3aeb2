import { emptied, full, readOnly, withoutInodes, writable } from '../small-disk.ts';
import type { Obstacle, Stage } from './obstacle.ts';

/** Where each stage writes. Docker keeps its files open: a disk below it cannot come while it runs. */
const FOLDERS: readonly (readonly [Stage, folder: string, Obstacle['from']])[] = [
  ['packages', '/var/lib/otto-install', 'the start'],
  ['packages', '/var/lib/docker', 'the start'],
  ['packages', '/home', 'the start'],
  ['packages', '/var/cache/apt', 'the middle'],
  ['downloads', '/home', 'the middle'],
  ['python', '/home', 'the middle'],
  ['certificate', '/etc/letsencrypt', 'the middle'],
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
export const disk: readonly Obstacle[] = FOLDERS.flatMap(([stage, folder, from]) =>
  Object.entries(KINDS).map(([kind, { words, begin, end, says }]) => ({
    name: `${stage}-${folder.split('/').at(-1)}-${kind}`,
    stage,
    title: `the disk with ${folder} ${words}${from === 'the middle' ? ' while it is written to' : ''}`,
    from,
    begin: async ({ droplet }) => void (await droplet.must(['sh', '-euc', begin(folder)])),
    says: [says],
    end: async ({ droplet }) => void (await droplet.must(['sh', '-euc', end(folder)])),
  })),
);
