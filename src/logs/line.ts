/** Whose words they are, in the order in which the screens show them. */
export const SOURCES = ['hermes', 'open-webui', 'paperclip', 'nginx', 'runs'] as const;
export type SourceId = (typeof SOURCES)[number];

/** How a line is meant by whoever wrote it. */
export type Level = 'error' | 'warning' | 'info';

/** What one of the logs says at a moment. */
export interface LogLine {
  /** ms since 1970 */
  readonly atMs: number;
  readonly source: SourceId;
  /** Without time; lines that belong to it (a traceback) follow after line breaks. */
  readonly text: string;
  readonly level: Level;
  /** Whether it tells of an error: by its level, as an answer 5xx, or with a traceback. */
  readonly error: boolean;
}

/** A line as it is in its log, read by one of the formats. */
export interface ReadLine {
  /** ms since 1970; undefined where the line does not say. */
  readonly atMs: number | undefined;
  readonly text: string;
  readonly level: Level;
  /** Whether something new begins with it; 'perhaps': its text has to tell. */
  readonly begins: boolean | 'perhaps';
}

/** Reads a line of a log. Pure; undefined for a line that says nothing. */
export type LineFormat = (line: string) => ReadLine | undefined;
