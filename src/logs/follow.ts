import type { Host } from '../host/host.ts';
import { CrossLogDeduper } from './cross-log-deduper.ts';
import { keyOf, type LogLine } from './line.ts';
import type { Log } from './places.ts';
import { logEntries } from './sources/open.ts';
import { byTime, type Wanted } from './wanted.ts';

/** What comes within this time is sorted and handed on at once. */
const BATCH_MS = 200;
/** How much of a file's end is read again, so that nothing is lost between reading and following. */
const BACKLOG = 300;
/** What is this much older than the moment from which on it is followed counts as well: an access log has whole seconds. */
const EARLIER_MS = 1_500;

interface FollowOptions {
  readonly wanted: Wanted;
  /** What was shown before; it is not shown again. */
  readonly shown: readonly LogLine[];
  /** When that was read, ms since 1970: what is older is not shown. */
  readonly fromMs: number;
  /** Sorted by time and redacted. */
  readonly onLines: (lines: readonly LogLine[]) => void;
  /** A log is not there, or there again: a sentence. */
  readonly onProblem: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Follows logs until `signal`, across restarts of containers, rotated files and logs that come later. Never rejects. */
export async function followLogs(host: Host, logs: readonly Log[], options: FollowOptions): Promise<void> {
  const batch = new Batch(options);
  await Promise.all(logs.map((log) => followOne(host, log, options, batch)));
  batch.hand();
}

async function followOne(host: Host, log: Log, options: FollowOptions, batch: Batch): Promise<void> {
  const { wanted, fromMs, onProblem, signal } = options;
  // A thing is said once, until something else was said or it is well again.
  let said = '';
  const entries = logEntries(host, log, {
    wanted: { ...wanted, sinceMs: fromMs - EARLIER_MS },
    most: BACKLOG,
    follow: true,
    signal,
    onProblem(text) {
      if (text !== said) onProblem(`${log.source}: ${log.name}: ${text}`);
      said = text;
    },
    onWell() {
      said = '';
    },
  });
  for await (const lines of entries) batch.add(log.name, lines);
}

/** Gathers what comes from all logs, and hands it on now and then. */
class Batch {
  readonly #options: FollowOptions;
  readonly #deduper = new CrossLogDeduper();
  readonly #before = new Map<string, number>();
  #lines: LogLine[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    for (const line of options.shown) {
      const key = keyOf(line);
      this.#before.set(key, (this.#before.get(key) ?? 0) + 1);
    }
  }

  add(log: string, lines: readonly LogLine[]): void {
    for (const line of lines)
      if (this.#deduper.isNew(log, line) && !this.#wasShown(line)) this.#lines.push(line);
    if (this.#lines.length > 0 && !this.#options.signal.aborted)
      this.#timer ??= setTimeout(() => this.hand(), BATCH_MS);
  }

  hand(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = byTime(this.#lines);
    this.#lines = [];
    if (lines.length > 0) this.#options.onLines(lines);
  }

  #wasShown(line: LogLine): boolean {
    const key = keyOf(line);
    const times = this.#before.get(key) ?? 0;
    if (times > 0) this.#before.set(key, times - 1);
    return times > 0;
  }
}
