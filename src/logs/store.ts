import type { Host } from '../host/host.ts';
import { type Followed, Listeners } from '../run/listeners.ts';
import { messageOf } from '../text/error-message.ts';
import { followLogs } from './follow.ts';
import { learnSecrets } from './known-secrets.ts';
import { type LogLine, SOURCES } from './line.ts';
import { findLogs, type Log, type LogPlacing } from './places.ts';
import { readLogs } from './read.ts';
import { redactLog } from './redact-log.ts';
import { isWanted, type Wanted } from './wanted.ts';

/** What a screen of the logs shows at a moment. */
export interface LogState {
  /** In the order of their times, redacted. */
  readonly lines: readonly LogLine[];
  /** What could not be read, a sentence each. */
  readonly problems: readonly string[];
  /** What is older is still being read. */
  readonly reading: boolean;
}

/** The logs for a screen: what there is, and what comes. */
export interface LogStore extends Followed {
  state(): LogState;
  /** Shows other lines: reads older lines again, and continues with new ones. */
  show(wanted: Wanted): void;
  /** Ends everything that was started. */
  close(): void;
}

const EVERYTHING: Wanted = { sources: SOURCES, search: '', errorsOnly: false };

/** How many lines to read at first, and how many to keep at most. */
const READ_LINES = 500;
const MOST_LINES = 3_000;

/** How often a screen changes at most: a busy log must not fill a slow connection. */
const PAUSE_MS = 500;

/** Opens the logs: reads the newest lines, and follows them until it is closed. */
export function openLogs(host: Host, answers: LogPlacing): LogStore {
  const over = new AbortController();
  const listeners = new Listeners();
  let state: LogState = { lines: [], problems: [], reading: true };
  let wanted = EVERYTHING;
  let asked = 0;
  let logs: readonly Log[] = [];
  /** What came since it was opened, whatever is wanted. */
  let live: readonly LogLine[] = [];
  let timer: NodeJS.Timeout | undefined;

  const change = (next: Partial<LogState>, afterMs = 0) => {
    state = { ...state, ...next };
    timer ??= setTimeout(() => {
      timer = undefined;
      listeners.tell();
    }, afterMs);
  };
  const problem = (said: string) => {
    const text = redactLog(said);
    if (!state.problems.includes(text)) change({ problems: [...state.problems, text].slice(-5) }, PAUSE_MS);
  };
  const read = async (): Promise<readonly LogLine[]> => {
    const mine = ++asked;
    change({ reading: true });
    const found = await readLogs(host, logs, wanted, READ_LINES, over.signal);
    if (mine !== asked || over.signal.aborted) return found.lines;
    const there = new Set(found.lines.map(keyOf));
    const since = live.filter((line) => isWanted(line, wanted) && !there.has(keyOf(line)));
    change({ lines: [...found.lines, ...since], problems: found.problems.map(redactLog), reading: false });
    return found.lines;
  };
  const open = async () => {
    [logs] = await Promise.all([findLogs(host, answers, SOURCES), learnSecrets(host, answers)]);
    const fromMs = host.now();
    const shown = await read();
    if (over.signal.aborted) return;
    await followLogs(host, logs, {
      wanted: EVERYTHING,
      shown,
      fromMs,
      onLines: (lines) => {
        live = [...live, ...lines].slice(-MOST_LINES);
        const added = lines.filter((line) => isWanted(line, wanted));
        if (added.length > 0) change({ lines: [...state.lines, ...added].slice(-MOST_LINES) }, PAUSE_MS);
      },
      onProblem: problem,
      signal: over.signal,
    });
  };
  const failed = (error: unknown) => change({ reading: false, problems: [messageOf(error)] });
  void open().catch(failed);
  return {
    subscribe: listeners.subscribe,
    state: () => state,
    show(next) {
      wanted = next;
      if (logs.length > 0) void read().catch(failed);
    },
    close() {
      over.abort();
      clearTimeout(timer);
    },
  };
}

const keyOf = ({ source, atMs, text }: LogLine) => `${source} ${atMs} ${text}`;
