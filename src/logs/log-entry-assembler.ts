import type { Level, LogLine, ReadLine } from './line.ts';
import type { Log } from './places.ts';

type LogFormat = Pick<Log, 'source' | 'format'>;

/** More than this does not belong to one line, whatever it looks like. */
const MOST_LINES = 400;

/** The end of a line that nobody will ever read. */
const LONGEST = 8_000;

/** A line of readable length. It is cut between words: half of a secret would no longer be recognised. */
const readable = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/\S*$/, '')}…`;

/** Python's words between the parts of a traceback. */
const BETWEEN =
  /^(During handling of the above exception|The above exception was the direct cause|Traceback \(most recent call last\):|\s*\+ Exception Group Traceback)/;

/** What Python says when a line could not be written to a log: its own traceback, and the line. */
const LOGGING_ERROR = /^(--- Logging error ---|Call stack:|Message: ['"<]|Arguments: )/;

/** 'ValueError: …', 'sqlite3.OperationalError: …', 'KeyboardInterrupt' */
const LAST_OF_TRACEBACK = /^[A-Za-z_][\w.]*(?::|$)/;

/** Loguru marks the frame that caught the exception. */
const MARKED_FRAME = /^> File /;

interface Entry {
  atMs: number;
  level: Level;
  lines: string[];
  /** Inside a traceback: indented lines belong to it, and the first that is not ends it. */
  traceback: boolean;
  hasTraceback: boolean;
}

/**
 * Puts the lines of one log together: what is indented, and a traceback, stays with the line that it belongs to.
 * Give it the lines in their order.
 */
export class LogEntryAssembler {
  readonly #log: LogFormat;
  #open: Entry | undefined;
  #lastMs: number;

  /** `startMs`: the time of lines at the beginning that say none. */
  constructor(log: LogFormat, startMs = 0) {
    this.#log = log;
    this.#lastMs = startMs;
  }

  /** Takes a line; returns the entries that it completes. */
  push(line: string): readonly LogLine[] {
    const read = this.#log.format(line);
    if (read === undefined) return [];
    if (read.atMs !== undefined) this.#lastMs = read.atMs;
    const open = this.#open;
    if (open !== undefined && open.lines.length < MOST_LINES && belongs(read, open)) {
      append(open, read);
      return [];
    }
    const complete = this.flush();
    const traceback = BETWEEN.test(read.text) || LOGGING_ERROR.test(read.text);
    this.#open = {
      atMs: read.atMs ?? this.#lastMs,
      level: read.level,
      lines: [readable(read.text)],
      traceback,
      hasTraceback: traceback || read.text.includes('\nTraceback '),
    };
    return complete;
  }

  /** The entry that has started and counts as complete, since nothing more came. */
  flush(): readonly LogLine[] {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return [];
    const { atMs, level, lines, hasTraceback } = open;
    const error = level === 'error' || hasTraceback;
    return [
      { atMs, source: this.#log.source, text: lines.join('\n'), level: error ? 'error' : level, error },
    ];
  }
}

function belongs({ begins, text, atMs }: ReadLine, open: Entry): boolean {
  if (begins === false) return true;
  if (begins === true) return false;
  // Lines of one entry are written at once.
  if (atMs !== undefined && Math.abs(atMs - open.atMs) > 2_000) return false;
  if (/^\s/.test(text) || (open.traceback && MARKED_FRAME.test(text))) return true;
  if (LOGGING_ERROR.test(text)) return open.hasTraceback && !text.startsWith('---');
  if (BETWEEN.test(text)) return open.traceback || open.hasTraceback || open.level !== 'info';
  return open.traceback && LAST_OF_TRACEBACK.test(text);
}

function append(open: Entry, { text, level }: ReadLine): void {
  open.lines.push(readable(text));
  if (BETWEEN.test(text) || LOGGING_ERROR.test(text)) {
    open.traceback = true;
    open.hasTraceback = true;
  } else if (open.traceback && !/^\s/.test(text) && !MARKED_FRAME.test(text)) open.traceback = false;
  if (level === 'error') open.level = 'error';
}

/** All of a log's lines at once, in their order. */
export function entriesOf(log: LogFormat, lines: readonly string[], startMs = 0): readonly LogLine[] {
  const assembler = new LogEntryAssembler(log, startMs);
  return [...lines.flatMap((line) => assembler.push(line)), ...assembler.flush()];
}
