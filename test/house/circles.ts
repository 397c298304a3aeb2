import type { Imports } from './imports.ts';

/** A circle: what is tied to itself ('run/a.ts', or a folder), and the imports that tie it. */
export interface Circle {
  readonly among: readonly string[];
  readonly ties: readonly string[];
}

/**
 * The circles of a house. In each folder its files and its folders (each folder taken as one) are looked at as
 * neighbours: two files that import each other are a circle, and so are two folders.
 */
export function circlesOf(imports: Imports): readonly Circle[] {
  return foldersOf(imports).flatMap((folder) => circlesAmong(neighbours(imports, folder)));
}

interface Neighbours {
  readonly to: ReadonlyMap<string, ReadonlySet<string>>;
  /** The imports behind an arrow, by 'from to'. */
  readonly ties: ReadonlyMap<string, readonly string[]>;
}

function foldersOf(imports: Imports): readonly string[] {
  const folders = new Set(['']);
  for (const file of imports.keys())
    for (let end = file.indexOf('/'); end >= 0; end = file.indexOf('/', end + 1))
      folders.add(file.slice(0, end + 1));
  return [...folders];
}

function neighbours(imports: Imports, folder: string): Neighbours {
  const to = new Map<string, Set<string>>();
  const ties = new Map<string, string[]>();
  const inFolder = (file: string) =>
    file.startsWith(folder) ? folder + file.slice(folder.length).replace(/\/.*/, '/') : undefined;
  for (const [file, targets] of imports) {
    const from = inFolder(file);
    if (from === undefined) continue;
    for (const target of targets) {
      const other = inFolder(target);
      if (other === undefined || other === from) continue;
      to.set(from, (to.get(from) ?? new Set()).add(other));
      ties.set(`${from} ${other}`, [...(ties.get(`${from} ${other}`) ?? []), `${file} → ${target}`]);
    }
  }
  return { to, ties };
}

function circlesAmong({ to, ties }: Neighbours): readonly Circle[] {
  const reach = new Map([...to.keys()].map((node) => [node, reachable(to, node)]));
  const circles = new Map<string, readonly string[]>();
  for (const [node, reached] of reach) {
    if (!reached.has(node)) continue;
    const among = [...reached].filter((other) => reach.get(other)?.has(node) === true).sort();
    circles.set(among.join(' '), among);
  }
  return [...circles.values()].map((among) => ({
    among,
    ties: among.flatMap((from) => among.flatMap((other) => ties.get(`${from} ${other}`) ?? [])),
  }));
}

function reachable(to: Neighbours['to'], start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (node: string): void => {
    for (const next of to.get(node) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      visit(next);
    }
  };
  visit(start);
  return reached;
}
