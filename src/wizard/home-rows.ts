import stringWidth from 'string-width';
import { type Changes, changesFor, timeText } from '../changes/changes.ts';
import type { RunModel } from '../run/view-model.ts';
import { MARKS } from '../run/wording.ts';
import {
  type GroupCount,
  groupCounts,
  type HomeFinding,
  healthyCount,
  homeFindings,
  homeWaiting,
  type Waiting,
} from './home.ts';

/** What can be asked for on the home, besides opening a finding. */
export interface Entry {
  readonly id: string;
  /** The key that does the same, if there is one. */
  readonly key?: string;
  readonly label: string;
}

/** A line of the home's list; each is one row high. */
export type HomeRow =
  | { readonly kind: 'finding'; readonly id: string; readonly item: HomeFinding; readonly changed: boolean }
  /** One entry, or two side by side. */
  | { readonly kind: 'entries'; readonly id: string; readonly entries: readonly Entry[] }
  | { readonly kind: 'waiting'; readonly id: string; readonly text: string }
  | { readonly kind: 'groups'; readonly id: string; readonly groups: readonly GroupCount[] }
  | { readonly kind: 'healthy'; readonly id: string; readonly text: string; readonly right: string }
  | { readonly kind: 'text'; readonly id: string; readonly text: string };

/** What can be chosen of a row, from left to right. */
export function choicesOf(row: HomeRow): readonly RowChoice[] {
  if (row.kind === 'finding') return [{ kind: 'finding', id: row.id, item: row.item }];
  if (row.kind !== 'entries') return [];
  return row.entries.map((entry) => ({ kind: 'entry', id: entry.id, entry }));
}

export type RowChoice =
  | { readonly kind: 'finding'; readonly id: string; readonly item: HomeFinding }
  | { readonly kind: 'entry'; readonly id: string; readonly entry: Entry };

/**
 * The choice that is reached from the one with the id `from`: rows up or down, staying in the column where there is one,
 * or columns to the left or right. `from` itself where there is none.
 */
export function movedTo(
  rows: readonly HomeRow[],
  from: string,
  { down = 0, right = 0 }: { readonly down?: number; readonly right?: number },
): string {
  const lines = rows.map(choicesOf).filter((choices) => choices.length > 0);
  const at = Math.max(
    0,
    lines.findIndex((choices) => choices.some(({ id }) => id === from)),
  );
  const column = Math.max(0, lines[at]?.findIndex(({ id }) => id === from) ?? 0);
  const line = lines[Math.max(0, Math.min(lines.length - 1, at + down))] ?? [];
  return (line[Math.max(0, Math.min(line.length - 1, column + right))] ?? { id: from }).id;
}

/** Identifies a finding across looks. */
export function findingId({ task, finding }: HomeFinding): string {
  return `${task.view.id} ${finding.code}`;
}

interface RowsOptions {
  readonly look: RunModel;
  readonly entries: readonly Entry[];
  /** Entries stand side by side. */
  readonly paired: boolean;
  readonly columns: number;
  readonly changes: Changes | undefined;
  /** ms since 1970 */
  readonly now: number;
}

/** The lines of the home, findings first. */
export function homeRows({ look, entries, paired, columns, changes, now }: RowsOptions): readonly HomeRow[] {
  const { healthy, total } = healthyCount(look);
  const findings = homeFindings(look).map((item): HomeRow => {
    const changed = changesFor(changes, item.task.view.id).length > 0;
    return { kind: 'finding', id: findingId(item), item, changed };
  });
  const waiting = homeWaiting(look).map((item): HomeRow => {
    return { kind: 'waiting', id: `waiting ${item.causes.join()}`, text: waitingText(item) };
  });
  const all = healthy === total ? `${total}` : `${healthy} of ${total}`;
  const summary: HomeRow = {
    kind: 'healthy',
    id: 'healthy',
    text: `${all} checks healthy`,
    right: changes === undefined ? '' : `last all healthy: ${timeText(changes.since, now)}`,
  };
  const groups = packed(groupCounts(look), columns).map((line, index): HomeRow => {
    return { kind: 'groups', id: `groups ${index}`, groups: line };
  });
  const gap = (id: string): HomeRow => ({ kind: 'text', id, text: ' ' });
  return [
    ...findings,
    ...waiting,
    ...(healthy === 0 ? [] : [summary]),
    ...groups,
    gap('gap'),
    ...(paired ? [{ kind: 'text', id: 'ask', text: 'What would you like to do?' } as const] : []),
    ...inRows(entries, paired).map((line): HomeRow => {
      return { kind: 'entries', id: line.map(({ id }) => id).join(' | '), entries: line };
    }),
  ];
}

/** One below the other; or in two columns, down the left one first. */
function inRows(entries: readonly Entry[], paired: boolean): readonly (readonly Entry[])[] {
  if (!paired) return entries.map((entry) => [entry]);
  const half = Math.ceil(entries.length / 2);
  return entries.slice(0, half).map((left, index) => {
    const right = entries[half + index];
    return right === undefined ? [left] : [left, right];
  });
}

/** 'Waiting for nginx site: Certificate, First login' */
export function waitingText({ titles, causes }: Waiting): string {
  return `Waiting for ${causes.join(', ')}: ${titles.join(', ')}`;
}

/** 'Machine 5', or '3 of 5' where not all of it is healthy. */
export function groupText({ title, healthy, total }: GroupCount): string {
  return `${title} ${healthy === total ? total : `${healthy} of ${total}`}`;
}

/** The groups in lines of at most `columns`, after an indent of 2. */
function packed(groups: readonly GroupCount[], columns: number): readonly (readonly GroupCount[])[] {
  const lines: GroupCount[][] = [];
  let left = 0;
  for (const group of groups) {
    const width = stringWidth(`${MARKS[group.mark]} ${groupText(group)}`) + 2;
    if (width > left || lines.length === 0) {
      lines.push([]);
      left = columns - 2;
    }
    lines.at(-1)?.push(group);
    left -= width;
  }
  return lines;
}
