/**
 * Release 1.0.0 declared nothing of what it made: its ledger holds the files that it wrote, and its journals hold commands as one
 * would type them. What those say of who made what is read here, and nowhere else. Entries of later releases are passed over:
 * they declare (`makes`), and how their commands are shown says nothing.
 */
import type { Layout } from '../../answers/layout.ts';
import type { Thing } from '../../engine/contracts/thing.ts';
import { entriesIn, type JournalEntry } from '../../engine/records/journal.ts';

/** What the journals of release 1.0.0 say. */
export interface History {
  /** Whether there is any. */
  readonly known: boolean;
  /** Path of a file that we wrote → whether it came from us: false, where one was there before that we did not make. */
  readonly files: Readonly<Record<string, boolean>>;
  readonly things: readonly Pick<Thing, 'kind' | 'name'>[];
}

type Before = Extract<JournalEntry, { phase: 'before' }>;

/** Pure. `journals`: the oldest first. */
export function readHistory(journals: readonly string[], place: Pick<Layout, 'gh' | 'claude'>): History {
  const files: Record<string, boolean> = {};
  const commands: string[] = [];
  const all = journals.map(entriesIn);
  const isOld = (entry: JournalEntry): entry is Before =>
    entry.phase === 'before' && entry.makes === undefined;
  for (const entries of all) {
    const well = new Set(
      entries.flatMap((entry) => (entry.phase === 'after' && entry.ok ? [entry.action] : [])),
    );
    for (const { view, action } of entries.filter(isOld)) {
      if (view.kind === 'write-file') {
        if (view.change === 'new') files[view.path] = true;
        else if (view.change === 'not-ours') files[view.path] = false;
        else if (view.change === 'unchanged') files[view.path] ??= false;
      } else if (well.has(action)) commands.push(view.command);
    }
  }
  return { known: all.some((entries) => entries.some(isOld)), files, things: thingsOf(commands, place) };
}

function thingsOf(
  commands: readonly string[],
  { gh, claude }: Pick<Layout, 'gh' | 'claude'>,
): History['things'] {
  const named = (kind: Thing['kind'], names: readonly string[]) =>
    [...new Set(names)].map((name) => ({ kind, name }));
  const has = (pattern: RegExp) => commands.some((command) => pattern.test(command));
  return [
    ...named('image', commands.flatMap(imageFetched)),
    ...named('rule', rulesAdded(commands)),
    ...named('folder', commands.flatMap(foldersMade)),
    ...named('user', lastWords(commands, /^(\S*\/)?useradd /)),
    ...named('group', lastWords(commands, /^(\S*\/)?groupadd /)),
    ...named('certificate', commands.flatMap(certificatesObtained)),
    ...named('sign-in', [
      ...(has(/\bgh auth login\b/) ? [gh.hosts] : []),
      ...(commands.some((line) => /\bauth login$/.test(line) && !/\bgh\b/.test(line))
        ? [claude.credentials]
        : []),
    ]),
  ];
}

const lastWords = (commands: readonly string[], pattern: RegExp): readonly string[] =>
  commands.filter((line) => pattern.test(line)).flatMap((line) => line.split(' ').slice(-1));

/** 'ghcr.io/open-webui/open-webui:main' */
function imageFetched(command: string): readonly string[] {
  const pulled = /^docker pull (?:--\S+ )*(\S+)$/.exec(command)?.[1];
  if (pulled !== undefined) return [pulled];
  const [, name, tag] = /\/images\/create\?fromImage=([^&']+)&tag=([^&']+)/.exec(command) ?? [];
  if (name === undefined || tag === undefined) return [];
  const [image, version] = [decodeURIComponent(name), decodeURIComponent(tag)];
  return [version.startsWith('sha256:') ? `${image}@${version}` : `${image}:${version}`];
}

/** Of `install -d`, `mkdir`, and npm's prefix. */
function foldersMade(command: string): readonly string[] {
  const words = command.split(' ');
  const prefix = /(?:^| )npm install .*--prefix (\S+)/.exec(command)?.[1];
  if (prefix !== undefined) return [prefix];
  const makes = words[0] === 'mkdir' || (words[0] === 'install' && words.includes('-d'));
  return makes ? words.filter((word) => word.startsWith('/')) : [];
}

function certificatesObtained(command: string): readonly string[] {
  if (!/\bcertbot (run|certonly)\b/.test(command) || /--dry-run/.test(command)) return [];
  return [...command.matchAll(/ (?:-d|--cert-name) (\S+)/g)].flatMap(([, name]) => name ?? []);
}

/** The rules that were added and not removed again: '443/tcp', 'in on docker0 to any port 8642 proto tcp'. */
function rulesAdded(commands: readonly string[]): readonly string[] {
  const rules = new Set<string>();
  for (const command of commands) {
    const [, verb, rule] = /^ufw (?:--force )?(delete |insert \d+ )?allow (.+)$/.exec(command) ?? [];
    if (rule === undefined) continue;
    if (verb === 'delete ') rules.delete(rule);
    else rules.add(rule);
  }
  return [...rules];
}
