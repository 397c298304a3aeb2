import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wordsOf } from '../../src/tasks/finding.ts';
import { CATALOGUE } from '../../src/tasks/findings.ts';
import { type CodeInSource, codesIn } from './extract.ts';
import { parseSource } from './syntax.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where findings are made. */
const PLACES = ['src/tasks', 'src/engine/look.ts'];

/** A code with all that the source says of it. */
export interface KnownFinding extends CodeInSource {
  /** The task that finds it; undefined when several can. */
  readonly task?: string;
}

/** Every code that the source has, sorted; one that is made in several places once, with what the first place says. */
export function findingsInSource(root = ROOT): readonly KnownFinding[] {
  const paths = PLACES.flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
          .filter((path) => path.endsWith('.ts'))
          .map((path) => `${place}/${path}`),
  );
  const all = paths
    .sort()
    .flatMap((path) => codesIn(parseSource(path, readFileSync(join(root, path), 'utf8'))));
  const tasks = new Set(paths.flatMap((path) => /^src\/tasks\/([\w-]+)\//.exec(path)?.[1] ?? []));
  const byCode = Map.groupBy(all, ({ code }) => code);
  // What is declared already; the rest follows task by task.
  const declared = CATALOGUE.map(({ code, owner, severity, reason }) => ({
    code,
    path: '',
    task: owner,
    severity: [severity].flat().join(' or '),
    because: wordsOf(reason),
    fixes: [],
  }));
  return [...byCode.values()]
    .map((places) => merged(places, tasks))
    .concat(declared)
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

function merged(places: readonly CodeInSource[], folders: ReadonlySet<string>): KnownFinding {
  // Where most is said of it.
  const [first, ...others] = places.toSorted((a, b) => detail(b) - detail(a)) as [
    CodeInSource,
    ...CodeInSource[],
  ];
  const owners = new Set(places.map(({ path }) => taskOf(path, folders)));
  const [task] = owners;
  const fixes = [...new Set([first, ...others].flatMap((place) => place.fixes))];
  return {
    ...Object.assign({}, ...others.toReversed(), first),
    fixes,
    ...(owners.size === 1 && task ? { task } : {}),
  };
}

const detail = ({ saw, because, severity }: CodeInSource): number =>
  [saw, because, severity].filter((one) => one !== undefined).length;

/** Files that several tasks share. */
const SHARED = ['apt-state', 'containers', 'packages'];

/** 'hermes-service' for src/tasks/hermes-service/index.ts and what is in the folder of that name. */
function taskOf(path: string, folders: ReadonlySet<string>): string | undefined {
  const name = /^src\/tasks\/([\w-]+)(\.ts|\/)/.exec(path)?.[1];
  if (name === undefined) return undefined;
  return folders.has(name) || !SHARED.includes(name) ? name : name === 'packages' ? name : undefined;
}
