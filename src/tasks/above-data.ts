import type { Host } from '../host/host.ts';
import type { Seen } from './finding.ts';

/** A folder, or a link, above data of an Otto in which somebody else than root can put what they like. */
export interface OpenFolder {
  readonly path: string;
  readonly owner: string;
  readonly kind: 'owner' | 'mode' | 'link';
  /** What lies below it. */
  readonly data: string;
}

/** As many links as Linux itself follows. */
const MOST_LINKS = 40;

/**
 * The first folder above a path that not only root can change; undefined when there is none. Everything above it is root's
 * own, so that what is looked at is what is there; what does not exist yet will be made by root.
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
      // One that goes upwards is nothing that anybody needs here, and its end is not known.
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

/** What there is to say of an open folder above data. */
export const BELOW_OPEN_FOLDER = {
  severity: ['broken', 'risk'],
  reason:
    'Docker mounts the data folder as root, and otto-install creates and moves it as root. Anyone who can write in a folder above it can put a link there instead, and so make root write anywhere on this machine.',
  proof: { fault: 'machine-opt-open-to-all' },
} as const;

/**
 * Pure. Who may write above the data is root in all but name, so it counts as broken where we can fix it; where only a person
 * can (a home, a link) nothing else is held back by it. `judged`: a folder that has a finding of its own.
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
                {
                  kind: 'run',
                  argv: ['chown', 'root:root', '--', path],
                  purpose: `Give ${path} to root`,
                  timeoutMs: 10_000,
                },
                {
                  kind: 'run',
                  argv: ['chmod', 'go-w', '--', path],
                  purpose: `Let only root write in ${path}`,
                  timeoutMs: 10_000,
                },
              ],
            },
          ],
    }));
}

/** Whether only a person can say what becomes of it. */
const isForPeople = (path: string, kind: OpenFolder['kind']): boolean =>
  kind === 'link' || path.startsWith('/home/');

const SEEN: Readonly<Record<OpenFolder['kind'], (path: string, owner: string) => string>> = {
  owner: (path, owner) => `${path} belongs to ${owner}.`,
  mode: (path) => `Users other than root can write in ${path}.`,
  link: (path, owner) => `${path} is a link that ${owner} created, or that leads upwards.`,
};
