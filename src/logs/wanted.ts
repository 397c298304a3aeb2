import type { LogLine, SourceId } from './line.ts';

/** Which lines are wanted. */
export interface Wanted {
  readonly sources: readonly SourceId[];
  /** Plain text, upper and lower case the same; '' is everything. */
  readonly search: string;
  readonly errorsOnly: boolean;
  /** ms since 1970 */
  readonly sinceMs?: number | undefined;
}

/** Whether a line is wanted. What belongs to it counts as a part of it. */
export function isWanted(line: LogLine, { sources, search, errorsOnly, sinceMs }: Wanted): boolean {
  if (!sources.includes(line.source)) return false;
  if (errorsOnly && !line.error) return false;
  if (sinceMs !== undefined && line.atMs < sinceMs) return false;
  return search === '' || line.text.toLowerCase().includes(search.toLowerCase());
}

/** Sorted by time; what was written at the same moment stays in the order in which it was read. */
export function byTime(lines: readonly LogLine[]): readonly LogLine[] {
  return [...lines].sort((one, other) => one.atMs - other.atMs);
}
