import type { LogLine } from './line.ts';

/** What was found in the logs. */
export interface Found {
  /** In the order of their times. */
  readonly lines: readonly LogLine[];
  /** What could not be read, or only in part: a sentence each. */
  readonly problems: readonly string[];
  /** Whether at least one of the logs could be read. */
  readonly any: boolean;
}

/** What was found in one of them. */
export interface FoundInOne {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  readonly problem?: string;
  /** Nothing of it could be read. */
  readonly unread?: true;
}
