import type { Host } from '../host/host.ts';
import { CrossLogDeduper } from './cross-log-deduper.ts';
import type { LogLine } from './line.ts';
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
  const { shown, fromMs, onLines, signal } = options;
  const sinceMs = fromMs - EARLIER_MS;
  const deduper = new CrossLogDeduper();
  // What was shown is what another log has said: it comes once more where it stands, and counts for that one time only.
  for (const line of shown) if (line.atMs >= sinceMs) deduper.isNew('what was shown', line);
  let lines: LogLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  const hand = () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = byTime(lines);
    lines = [];
    if (batch.length > 0) onLines(batch);
  };
  const follow = async (log: Log) => {
    for await (const entries of entriesOf(host, log, sinceMs, options)) {
      for (const entry of entries) if (deduper.isNew(log.name, entry)) lines.push(entry);
      if (lines.length > 0 && !signal.aborted) timer ??= setTimeout(hand, BATCH_MS);
    }
  };
  await Promise.all(logs.map(follow));
  hand();
}

function entriesOf(host: Host, log: Log, sinceMs: number, { wanted, onProblem, signal }: FollowOptions) {
  // A thing is said once, until something else was said or it is well again.
  let said = '';
  return logEntries(host, log, {
    wanted: { ...wanted, sinceMs },
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
}
