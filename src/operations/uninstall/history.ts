import type { z } from 'zod/mini';
import { JournalEntry } from '../../engine/records/journal.ts';

/** What the journals of all runs say about who made what. */
export interface History {
  /** Whether there is any journal at all; a rehearsal has none. */
  readonly known: boolean;
  /** Path of a file that we wrote → whether it came from us: false, where one was there before that we did not make. */
  readonly made: Readonly<Record<string, boolean>>;
  /** The commands that ended well, as one would type them, in order. */
  readonly commands: readonly string[];
}

/** Reads the journals, the oldest first. Lines that were cut off are left out. Pure. */
export function readHistory(journals: readonly string[]): History {
  const made: Record<string, boolean> = {};
  const commands: string[] = [];
  for (const journal of journals) {
    const entries = entriesIn(journal);
    const well = new Set(
      entries.flatMap((entry) => (entry.phase === 'after' && entry.ok ? [entry.action] : [])),
    );
    for (const entry of entries) {
      if (entry.phase !== 'before') continue;
      const { view } = entry;
      if (view.kind === 'write-file') {
        if (view.change === 'new') made[view.path] = true;
        else if (view.change === 'not-ours') made[view.path] = false;
        else if (view.change === 'unchanged') made[view.path] ??= false;
      } else if (well.has(entry.action)) commands.push(view.command);
    }
  }
  return { known: journals.length > 0, made, commands };
}

function entriesIn(journal: string): readonly z.infer<typeof JournalEntry>[] {
  return journal.split('\n').flatMap((line) => {
    try {
      return [JournalEntry.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/** Whether one of the commands has all of these words, in this order. */
export function did({ commands }: History, ...words: readonly string[]): boolean {
  return commands.some((command) => {
    let from = 0;
    const own = command.split(' ');
    return words.every((word) => {
      const at = own.indexOf(word, from);
      from = at + 1;
      return at >= 0;
    });
  });
}

/** The images that we fetched: 'ghcr.io/open-webui/open-webui:main'. */
export function imagesFetched({ commands }: History): readonly string[] {
  const names = commands.flatMap((command) => {
    const pulled = /^docker pull (?:--\S+ )*(\S+)$/.exec(command)?.[1];
    const [, name, tag] = /\/images\/create\?fromImage=([^&']+)&tag=([^&']+)/.exec(command) ?? [];
    if (pulled !== undefined) return [pulled];
    if (name === undefined || tag === undefined) return [];
    const [image, version] = [decodeURIComponent(name), decodeURIComponent(tag)];
    return [version.startsWith('sha256:') ? `${image}@${version}` : `${image}:${version}`];
  });
  return [...new Set(names)];
}

/**
 * The rules that we gave UFW for browsers and for Hermes and did not take away again, as its words after 'allow':
 * '443/tcp', 'in on docker0 to any port 8642 proto tcp'. Never one for SSH, whatever added it.
 */
export function rulesAdded({ commands }: History): readonly string[] {
  const rules = new Set<string>();
  for (const command of commands) {
    const [, verb, rule] = /^ufw (?:--force )?(delete |insert \d+ )?allow (.+)$/.exec(command) ?? [];
    if (rule === undefined || !OTTOS_RULE.test(rule)) continue;
    if (verb === 'delete ') rules.delete(rule);
    else rules.add(rule);
  }
  return [...rules];
}

const OTTOS_RULE = /^(80|443)\/tcp$|\bport 8642\b/;
