import { setTimeout as wait } from 'node:timers/promises';
import type { Argv, ExecOptions, ExecResult, Host } from '../../host/host.ts';
import type { LogLines, LogRequest } from './request.ts';

/** A log is looked through for this long at most. */
const LOOK_MS = 120_000;
/** A program that follows is started again after this time; a timer cannot be set for longer than 24 days. */
const LONGEST_MS = 20 * 86_400_000;
/** What comes within this time is taken together: a program's two streams come in pieces. */
const GATHER_MS = 50;
/** When nothing came for this long, what belongs to the last line has come. */
const QUIET_MS = 150;

interface Program {
  /**
   * The lines of the log, as many at a time as have come. Whoever stops asking for them ends the program. No lines:
   * it is followed, and has been quiet for a while.
   */
  readonly lines: LogLines;
  /** How it failed; undefined when it did not, or was ended by us. */
  readonly failure: Promise<ExecResult | undefined>;
}

/** Runs a program that prints a log. `isOfLog` hears every line and tells those of the log from what the program says itself. */
export function runProgram(
  host: Host,
  argv: Argv,
  { follow, signal }: LogRequest,
  isOfLog: (line: string) => boolean,
  as: Pick<ExecOptions, 'user' | 'cwd' | 'inputFile'> = {},
): Program {
  // Not AbortSignal.any: what follows for weeks would keep a little of every program that it started.
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const lines: string[] = [];
  let running = true;
  let wake = () => {};
  const options: ExecOptions = {
    ...as,
    timeoutMs: follow ? LONGEST_MS : LOOK_MS,
    signal: over.signal,
    keep: false,
    unredacted: true,
    onLine(line) {
      if (isOfLog(line)) lines.push(line);
      wake();
    },
  };
  const failure = host
    .exec(argv, options)
    .then((result) => (over.signal.aborted || result.exitCode === 0 ? undefined : result))
    .finally(() => {
      signal.removeEventListener('abort', end);
      running = false;
      wake();
    });
  const batches = async function* () {
    try {
      for (let quiet = true; running || lines.length > 0; ) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (lines.length === 0) await Promise.race(quiet ? [woken] : [woken, wait(QUIET_MS)]);
        if (lines.length > 0 && follow) await wait(GATHER_MS);
        if (lines.length === 0 && quiet) continue;
        quiet = lines.length === 0 || !follow;
        yield lines.splice(0);
      }
    } finally {
      end();
      await failure;
    }
  };
  return { lines: batches(), failure };
}
