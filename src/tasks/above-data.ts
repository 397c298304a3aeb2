import { command } from '../engine/contracts/command.ts';
import type { Host } from '../host/host.ts';
import type { Seen } from './finding.ts';

/** A folder or link above an Otto's data in which users other than root can put what they like. */
export interface OpenFolder {
  readonly path: string;
  readonly owner: string;
  readonly kind: 'owner' | 'mode' | 'link';
  /** What is below it. */
  readonly data: string;
}

/** As many links as Linux itself follows. */
const MOST_LINKS = 40;

/**
 * The first folder above a path that not only root can change; undefined when there is none. Everything above it
 * belongs to root, so nobody can swap what is looked at; what does not exist yet will be created by root.
 */
export async function openFolderAbove(host: Host, data: string): Promise<OpenFolder | undefined> {
  const ahead = parts(data);
  let folder = '';
  for (let links = 0; ahead.length > 1; ) {
    const name = ahead.shift() ?? '';
    const path = `${folder}/${name}`;
    const stat = await host.stat(path);
    if (stat === undefined) return undefined;
    const found = { path, owner: stat.owner, data };
    if (stat.kind === 'symlink') {
      links += 1;
      if (stat.uid !== 0 || links > MOST_LINKS) return { ...found, kind: 'link' };
      const { stdout } = await host.exec(['readlink', '--', path], { timeoutMs: 5_000 });
      const target = stdout.replace(/\n$/, '');
      if (target.startsWith('/')) folder = '';
      // Nobody needs a link upwards here, and where it ends is not known.
      if (target.split('/').includes('..')) return { ...found, kind: 'link' };
      ahead.unshift(...parts(target));
      continue;
    }
    if (stat.uid !== 0) return { ...found, kind: 'owner' };
    if ((stat.mode & 0o022) !== 0) return { ...found, kind: 'mode' };
    folder = path;
  }
  return undefined;
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** Looks above several; each open folder once. */
export async function openFoldersAbove(host: Host, all: readonly string[]): Promise<readonly OpenFolder[]> {
  const found = await Promise.all(all.map((path) => openFolderAbove(host, path)));
  return [...new Map(found.flatMap((one) => (one === undefined ? [] : [[one.path, one] as const]))).values()];
}

/** The finding for an open folder above data. */
export const BELOW_OPEN_FOLDER = {
  severity: ['broken', 'risk'],
  reason:
    'Docker mounts the data folder as root, and otto-install creates and moves it as root. Anyone who can write in a folder above it can put a link there instead, and so make root write anywhere on this machine.',
  proof: { fault: 'machine-opt-open-to-all' },
} as const;

/**
 * Pure. Anyone who can write above the data is root in all but name, so it counts as broken if we can fix it; if only a
 * person can (a home, a link), it holds nothing else back. `judged`: a folder that has its own finding.
 */
export function judgeAbove(
  above: readonly OpenFolder[],
  judged: string,
): readonly Seen<typeof BELOW_OPEN_FOLDER>[] {
  return above
    .filter(({ path }) => path !== judged)
    .map(({ path, owner, kind, data }) => ({
      severity: isForPeople(path, kind) ? 'risk' : 'broken',
      evidence: `${SEEN[kind](path, owner)} ${data} is below it.`,
      fixes: isForPeople(path, kind)
        ? []
        : [
            {
              id: 'close-to-others',
              title: `Let only root write in ${path}`,
              consequence: `Nobody but root can then create, rename or remove anything directly in ${path}.`,
              actions: [
                command(['chown', 'root:root', '--', path], `Give ${path} to root`, { timeoutMs: 10_000 }),
                command(['chmod', 'go-w', '--', path], `Let only root write in ${path}`, {
                  timeoutMs: 10_000,
                }),
              ],
            },
          ],
    }));
}

/** Whether only a person can decide about it. */
const isForPeople = (path: string, kind: OpenFolder['kind']): boolean =>
  kind === 'link' || path.startsWith('/home/');

const SEEN: Readonly<Record<OpenFolder['kind'], (path: string, owner: string) => string>> = {
  owner: (path, owner) => `${path} belongs to ${owner}.`,
  mode: (path) => `Users other than root can write in ${path}.`,
  link: (path, owner) => `${path} is a link that ${owner} created, or that leads upwards.`,
};
