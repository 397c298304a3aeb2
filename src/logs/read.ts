import type { Host } from '../host/host.ts';
import { messageOf } from '../text/error-message.ts';
import { CrossLogDeduper } from './cross-log-deduper.ts';
import type { LogLine } from './line.ts';
import type { Log } from './places.ts';
import { logEntries } from './sources/open.ts';
import { byTime, type Wanted } from './wanted.ts';

/** What was found in the logs. */
interface Found {
  /** In the order of their times. */
  readonly lines: readonly LogLine[];
  /** One sentence for each log that could not be read, or only in part. */
  readonly problems: readonly string[];
  /** Whether at least one of the logs could be read. */
  readonly any: boolean;
}

/**
 * The newest `most` wanted lines, redacted. Every log is read from its end, and no further than needed. Never throws.
 */
export async function readLogs(
  host: Host,
  logs: readonly Log[],
  wanted: Wanted,
  most: number,
  signal = new AbortController().signal,
): Promise<Found> {
  const found = await Promise.all(logs.map((log) => readOne(host, log, wanted, most, signal)));
  const deduper = new CrossLogDeduper();
  const lines = found.flatMap(({ log, lines }) => lines.filter((line) => deduper.isNew(log.name, line)));
  return {
    lines: byTime(lines).slice(-most),
    problems: found.flatMap(({ problems }) => problems),
    any: found.some(({ read }) => read),
  };
}

/** The newest lines of one of them, oldest first. */
async function readOne(host: Host, log: Log, wanted: Wanted, most: number, signal: AbortSignal) {
  let lines: readonly LogLine[] = [];
  const problems: string[] = [];
  let read = true;
  const onProblem = (text: string, partly?: 'partly') => {
    problems.push(`${log.source}: ${log.name}: ${text}`);
    read = partly === 'partly';
  };
  const request = { wanted, most, follow: false, signal, onProblem, onWell: () => {} };
  try {
    for await (const entries of logEntries(host, log, request)) {
      if (entries.length > 0) lines = [...entries, ...lines];
      if (lines.length >= most) break;
    }
  } catch (error) {
    onProblem(`could not be read: ${messageOf(error)}`);
  }
  return { log, lines: lines.slice(-most), problems, read: read || lines.length > 0 };
}
