import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, foundAs } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import { type FileSystem, parseFileSystems, showFileSystems } from '../../system/os.ts';
import { inMB } from '../../text/size.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What can be deleted without anyone missing it. */
interface Waste {
  readonly kind: 'packages' | 'images' | 'journal' | 'log';
  /** Where it is. */
  readonly path: string;
  readonly bytes: number;
}

/** The room on the disks of an Otto. */
export interface RoomFacts {
  readonly fileSystems: readonly FileSystem[];
  /** Only looked for where room is short. */
  readonly waste: readonly Waste[];
}

const MB = 1_000_000;
const ARCHIVES = '/var/cache/apt/archives';
const JOURNAL = '/var/log/journal';
const DOCKER = '/var/lib/docker';
/** Places that an Otto writes to; any of them may be a separate disk. */
const PLACES = ['/', '/var', '/var/log', '/opt', '/home', '/tmp'] as const;
/** Those that are not there on every machine. */
const MORE_PLACES = [DOCKER, '/opt/cleo'] as const;

/** Where the images go: before Docker is there, the folder that it makes its own in. */
export async function lookAtDockerDisk(host: Host): Promise<FileSystem | undefined> {
  const there = await Promise.all([DOCKER, '/var/lib'].map((path) => host.stat(path)));
  const path = there[0] === undefined ? '/var/lib' : DOCKER;
  return parseFileSystems((await host.exec(showFileSystems([path]))).stdout)[0];
}

/** Looks how much room there is, and where it is short, what takes it without need. */
export async function lookAtRoom(host: Host): Promise<RoomFacts> {
  const there = await Promise.all(MORE_PLACES.map((path) => host.stat(path)));
  const paths = [...PLACES, ...MORE_PLACES.filter((_, index) => there[index] !== undefined)];
  const fileSystems = parseFileSystems((await host.exec(showFileSystems(paths))).stdout);
  return { fileSystems, waste: fileSystems.some(isShort) ? await lookForWaste(host) : [] };
}

async function lookForWaste(host: Host): Promise<readonly Waste[]> {
  const [logs, packages, journal, images] = await Promise.all([
    host.exec(
      ['find', `${DOCKER}/containers`, '-name', '*-json.log', '-size', '+50M', '-printf', '%s %p\\n'],
      {
        timeoutMs: 5_000,
      },
    ),
    host.exec(['du', '-sB1', ARCHIVES], { timeoutMs: 5_000 }),
    host.exec(['du', '-sB1', JOURNAL], { timeoutMs: 5_000 }),
    host.exec(['docker', 'image', 'ls', '--filter', 'dangling=true', '--format', '{{.Size}}'], {
      timeoutMs: 5_000,
    }),
  ]);
  const size = (output: string) => Number(/^\d+/.exec(output)?.[0] ?? 0);
  const dangling = images.stdout.split('\n').reduce((sum, line) => sum + dockerSize(line), 0);
  return [
    { kind: 'packages', path: ARCHIVES, bytes: size(packages.stdout) },
    { kind: 'images', path: DOCKER, bytes: dangling },
    { kind: 'journal', path: JOURNAL, bytes: size(journal.stdout) - KEPT_JOURNAL },
    ...logs.stdout.split('\n').flatMap((line): Waste[] => {
      const [, bytes, path] = /^(\d+) (\/.+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ kind: 'log', path, bytes: Number(bytes) }];
    }),
  ];
}

/** '1.24GB', '12.5kB' as Docker writes them, in bytes; 0 for anything else. */
export function dockerSize(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)([kMGT]?)B$/.exec(text.trim()) ?? [];
  return number === undefined ? 0 : Number(number) * 1000 ** ' kMGT'.indexOf(unit || ' ');
}

/** Below this much writing fails soon, and updates do not fit. */
const shortBelow = ({ size }: FileSystem): number => Math.min(2_000 * MB, size / 10);
const isShort = (one: FileSystem): boolean => one.free < shortBelow(one);
const isFull = (one: FileSystem): boolean => one.free < Math.min(100 * MB, one.size / 50);

/** No room for one more file, whatever its size: a disk with millions of small ones, such as sessions or cached pages. */
const FEW_INODES = 0.05;
const NO_INODES = 0.002;
const inodesLeft = ({ inodes }: FileSystem): number => (inodes === undefined ? 1 : inodes.free / inodes.size);

function judgeInodes(fileSystems: readonly FileSystem[]): readonly Finding[] {
  const [worst] = fileSystems
    .filter((one) => inodesLeft(one) < FEW_INODES)
    .toSorted((a, b) => inodesLeft(a) - inodesLeft(b));
  if (worst?.inodes === undefined) return [];
  const { target, inodes, free } = worst;
  const full = inodesLeft(worst) < NO_INODES;
  return [
    found(FINDINGS[full ? 'disk-full' : 'disk-nearly-full'], {
      evidence: `The disk at ${target} has ${inMB(free)} free, but ${full ? 'no' : 'hardly any'} room for more files: ${inodes.free} of ${inodes.size} inodes are free.`,
      adds: `du -x --inodes ${target} | sort -n | tail -30 shows which folders hold the most files. Remove those that nobody needs.`,
      ...(full ? { watch: { everyMs: 5_000, forMs: 0 } } : {}),
    }),
  ];
}

/** A finding for the file system that is worst off; empty when there is room everywhere. */
export function judgeRoom({ fileSystems, waste }: RoomFacts): readonly Finding[] {
  const [worst] = fileSystems.filter(isShort).toSorted((a, b) => a.free / a.size - b.free / b.size);
  if (worst === undefined) return judgeInodes(fileSystems);
  const here = waste.filter(
    ({ path, bytes }) => bytes >= 5 * MB && targetOf(path, fileSystems) === worst.target,
  );
  const evidence = `The disk at ${worst.target} has ${inMB(worst.free)} free of ${inMB(worst.size)}.${
    here.length === 0 ? '' : ` Not needed: ${here.map(wasteWords).join(', ')}.`
  }`;
  const fixes = fixesOf(here, shortBelow(worst) - worst.free);
  const byHand =
    fixes.length === 0
      ? `otto-install found nothing that it can delete without asking you: du -xh ${worst.target} | sort -h | tail -30 shows what takes the most space.`
      : '';
  if (isFull(worst))
    return [
      found(FINDINGS['disk-full'], {
        evidence,
        adds: byHand,
        fixes,
        watch: { everyMs: 5_000, forMs: 0 },
      }),
    ];
  return [found(FINDINGS['disk-nearly-full'], { evidence, adds: byHand, fixes })];
}

/** The safe ones alone when they make room enough; else everything, with what that gives up. */
function fixesOf(here: readonly Waste[], needed: number): readonly Fix[] {
  const safe = here.filter(({ kind }) => kind !== 'journal' && kind !== 'log');
  const logs = here.some(({ kind }) => kind === 'log')
    ? ' What these containers wrote into their logs is lost, all of it; give them --log-opt max-size to keep it small.'
    : '';
  const all = fixOf(
    here,
    here.some(({ kind }) => kind === 'journal')
      ? `Log lines older than the last 16 MB are lost.${logs}`
      : logs.trim(),
  );
  if (here.length === 0) return [];
  if (safe.length === here.length) return [fixOf(safe)];
  const enough = safe.reduce((sum, { bytes }) => sum + bytes, 0) >= needed;
  return enough ? [fixOf(safe), all] : [all];
}

function fixOf(waste: readonly Waste[], consequence?: string): Fix {
  return {
    id: consequence === undefined ? 'make-room' : 'make-room-with-journal',
    title: `Free space: delete ${waste.map(wasteWords).join(', ')}`,
    consequence,
    actions: waste.map((one) => (one.kind === 'log' ? emptyLog(one.path) : REMOVAL[one.kind])),
  };
}

/** Keep this much of the journal. */
const KEPT_JOURNAL = 16 * MB;

/** Docker goes on writing into the same file. */
const emptyLog = (path: string): Command =>
  command(['truncate', '--size=0', path], `Empty ${path}`, {
    timeoutMs: 60_000,
    effects: deletes(path, foundAs('a container’s log')),
  });

const REMOVAL: Readonly<Record<Exclude<Waste['kind'], 'log'>, Command>> = {
  packages: command(['apt-get', 'clean'], 'Delete downloaded packages that are already installed', {
    timeoutMs: 60_000,
  }),
  images: command(
    ['docker', 'image', 'prune', '--force'],
    'Delete images that have no name and no container',
    { timeoutMs: 5 * 60_000 },
  ),
  journal: command(['journalctl', '--rotate', '--vacuum-size=16M'], 'Delete old lines of the journal', {
    timeoutMs: 60_000,
  }),
};

const WASTE_WORDS: Readonly<Record<Waste['kind'], string>> = {
  packages: 'downloaded packages',
  images: 'old images',
  journal: 'old log lines',
  log: 'the log of a container',
};

const wasteWords = ({ kind, bytes }: Waste): string => `${WASTE_WORDS[kind]} (${inMB(bytes)})`;

/** The file system that a path is on. */
function targetOf(path: string, fileSystems: readonly FileSystem[]): string | undefined {
  return fileSystems
    .map(({ target }) => target)
    .filter((target) => target === '/' || path === target || path.startsWith(`${target}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}
