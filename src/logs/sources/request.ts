import type { LogLine } from '../line.ts';
import type { Wanted } from '../wanted.ts';

/** What is asked of a log, and who hears about it. */
export interface LogRequest {
  readonly wanted: Wanted;
  /** Whether it waits for what comes, the oldest first, until `signal`. Otherwise what is there comes once, the newest first. */
  readonly follow: boolean;
  /** How many of the newest entries are wanted. Following starts with as many lines of a file. */
  readonly most: number;
  readonly signal: AbortSignal;
  /** Why nothing of it can be read, or (`partly`) not all of it: a sentence without its name. */
  readonly onProblem: (text: string, read?: 'partly') => void;
  /** A log that is followed is there again: what was said about it no longer holds. */
  readonly onWell: () => void;
}

/** The entries of a log that are wanted, redacted, a few at a time; those of one yield stand in their order. */
export type LogEntries = AsyncGenerator<readonly LogLine[]>;

/** Lines of a log as they are, a few at a time. */
export type LogLines = AsyncGenerator<readonly string[]>;
