import { visibleText } from '../../text/visible.ts';
import type { LogLine } from '../line.ts';
import { entriesOf, LogEntryAssembler } from '../log-entry-assembler.ts';
import type { Log } from '../places.ts';
import { redactLog } from '../redact-log.ts';
import { isWanted } from '../wanted.ts';
import type { LogEntries, LogLines, LogRequest } from './request.ts';

/** The entries that are wanted as they may be shown; not what is wanted only because of what must not be seen. */
export function filterAndRedact(entries: readonly LogLine[], { wanted }: LogRequest): readonly LogLine[] {
  return (
    entries
      .filter((entry) => isWanted(entry, wanted))
      // A copy: a piece of a larger text would keep all of that in memory.
      .map((entry) => ({ ...entry, text: Buffer.from(visibleText(redactLog(entry.text))).toString() }))
      .filter((entry) => isWanted(entry, wanted))
  );
}

/** The entries of lines that come in their order. */
export async function* forwards(log: Log, batches: LogLines, request: LogRequest, startMs = 0): LogEntries {
  const assembler = new LogEntryAssembler(log, startMs);
  for await (const lines of batches) {
    const complete = lines.length === 0 ? assembler.flush() : lines.flatMap((line) => assembler.push(line));
    yield filterAndRedact(complete, request);
  }
  yield filterAndRedact(assembler.flush(), request);
}

/** This many lines are put together at a time. */
const BLOCK = 500;
/** Without a line that begins something this many belong together at most. */
const LONGEST_BLOCK = 5_000;
/** This much of one log is looked through when nobody says since when. */
const MOST_BYTES = 64_000_000;

/**
 * The entries of lines that come newest first: a block of them at a time, as far back as they are wanted.
 * `undatedMs`: the time of lines at a block's beginning that say none.
 */
export async function* backwards(
  log: Log,
  batches: LogLines,
  request: LogRequest,
  undatedMs: number,
): LogEntries {
  const { sinceMs } = request.wanted;
  let block: string[] = [];
  let bytes = 0;
  const complete = () => {
    const lines = block.reverse();
    block = [];
    return filterAndRedact(entriesOf(log, lines, undatedMs), request);
  };
  for await (const lines of batches)
    for (const line of lines) {
      block.push(line);
      bytes += line.length + 1;
      if (block.length < BLOCK) continue;
      const { begins, atMs } = log.format(line) ?? {};
      if ((begins !== true || atMs === undefined) && block.length < LONGEST_BLOCK) continue;
      yield complete();
      if (sinceMs !== undefined && (atMs ?? sinceMs) < sinceMs) return;
      if (sinceMs === undefined && bytes > MOST_BYTES)
        return request.onProblem(
          `only its last ${MOST_BYTES / 1_000_000} MB were searched; --since goes further back`,
          'partly',
        );
    }
  yield complete();
}
