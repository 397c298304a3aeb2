import type { Argv, Host } from '../host/host.ts';
import { visible } from '../host/lines.ts';
import { admitted } from './admitted.ts';
import { entriesOf } from './entries.ts';
import type { Found, FoundInOne } from './found.ts';
import type { LogLine, ReadLine } from './line.ts';
import { Once } from './once.ts';
import type { Log } from './places.ts';
import { LOOK_MS, readContainer } from './read-container.ts';
import { byTime, type Wanted } from './wanted.ts';

/** The newest `most` lines that are wanted, redacted. Every log is read from its end and no further than needed. Never throws. */
export async function readLogs(
  host: Host,
  logs: readonly Log[],
  wanted: Wanted,
  most: number,
): Promise<Found> {
  const found = await Promise.all(
    logs.map((log) =>
      readOne(host, log, wanted, most).catch((error: unknown): FoundInOne => {
        return { lines: [], problem: `could not be read: ${words(error)}`, unread: true };
      }),
    ),
  );
  const once = new Once();
  const lines = found.flatMap(({ lines }, index) =>
    lines.filter((line) => once.isNew(logs[index]?.name ?? '', line)),
  );
  return {
    lines: byTime(lines).slice(-most),
    problems: found.flatMap(({ problem }, index) => {
      const log = logs[index];
      return problem === undefined || log === undefined ? [] : [`${log.source}: ${log.name}: ${problem}`];
    }),
    any: found.some(({ unread }) => unread === undefined),
  };
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readOne(host: Host, log: Log, wanted: Wanted, most: number): Promise<FoundInOne> {
  switch (log.kind) {
    case 'file':
      return readFileBack(host, log, wanted, most);
    case 'journal':
      return readJournalBack(host, log, wanted, most);
    case 'container':
      return readContainer(host, log, wanted, most);
    case 'runs':
      return readRuns(host, log, wanted, most);
  }
}

/** So many lines are put together at a time. */
const BLOCK = 500;
/** Without a line that begins something so many belong together at most. */
const LONGEST_BLOCK = 5_000;
/** So much of one log is looked through when nobody says since when. */
const MOST_BYTES = 64_000_000;

/** Takes the lines of a log from its end, the newest first, until there is enough. */
class Backwards {
  readonly stop = new AbortController();
  /** It goes further back, and was not looked through as a whole. */
  cut = false;
  readonly #log: Log;
  readonly #wanted: Wanted;
  readonly #most: number;
  readonly #undatedMs: number;
  #block: string[] = [];
  #found: LogLine[][] = [];
  #count = 0;
  #bytes = 0;

  constructor(log: Log, wanted: Wanted, most: number, undatedMs: number) {
    this.#log = log;
    this.#wanted = wanted;
    this.#most = most;
    this.#undatedMs = undatedMs;
  }

  get enough(): boolean {
    return this.stop.signal.aborted;
  }

  push(line: string): void {
    if (this.enough) return;
    this.#block.push(line);
    this.#bytes += line.length + 1;
    if (this.#block.length < BLOCK) return;
    const read = this.#log.format(line);
    if ((read?.begins === true && read.atMs !== undefined) || this.#block.length >= LONGEST_BLOCK)
      this.#take(read);
  }

  /** All that was wanted, oldest first. */
  end(): readonly LogLine[] {
    if (!this.enough) this.#take(undefined);
    return this.#found.reverse().flat().slice(-this.#most);
  }

  #take(oldest: ReadLine | undefined): void {
    const { source, format } = this.#log;
    const lines = entriesOf(source, format, this.#block.reverse(), this.#undatedMs);
    this.#block = [];
    const wanted = lines.flatMap((line) => admitted(line, this.#wanted) ?? []);
    this.#found.push(wanted);
    this.#count += wanted.length;
    const { sinceMs } = this.#wanted;
    const tooOld = sinceMs !== undefined && (oldest?.atMs ?? sinceMs) < sinceMs;
    if (sinceMs === undefined && this.#bytes > MOST_BYTES && this.#count < this.#most) this.cut = true;
    if (this.#count >= this.#most || tooOld || this.cut) this.stop.abort();
  }
}

const CUT = `only its last ${MOST_BYTES / 1_000_000} MB were searched; --since goes further back`;

async function readFileBack(
  host: Host,
  log: Extract<Log, { kind: 'file' }>,
  wanted: Wanted,
  most: number,
): Promise<FoundInOne> {
  const stat = await host.stat(log.path);
  if (stat === undefined)
    return log.optional ? { lines: [] } : { lines: [], problem: 'does not exist', unread: true };
  if (stat.kind !== 'file' && stat.kind !== 'symlink')
    return { lines: [], problem: 'is not a file', unread: true };
  const back = new Backwards(log, wanted, most, stat.modifiedMs);
  const said: string[] = [];
  const read = async (path: string) => {
    // What root reads is opened by the host: a link that somebody put there leads nowhere.
    const asked: Argv = log.user === undefined ? ['tac'] : ['tac', '--', path];
    const { exitCode, timedOut, stderr } = await host.exec(asked, {
      ...(log.user === undefined ? { inputFile: path } : { user: log.user }),
      timeoutMs: LOOK_MS,
      signal: back.stop.signal,
      keep: false,
      unredacted: true,
      onLine: (line) => (/^(tac|setpriv): /.test(line) ? said.push(line) : back.push(line)),
    });
    if (stderr !== '') said.push(stderr);
    return back.enough || (exitCode === 0 && !timedOut);
  };
  const whole = await read(log.path);
  // What was rotated away last, where it is needed. Older ones are packed.
  if (whole && !back.enough && (await host.stat(`${log.path}.1`))?.kind === 'file')
    await read(`${log.path}.1`);
  const lines = back.end();
  if (!whole)
    return {
      lines,
      problem: `could not be read: ${said[0]?.replace(/^tac: /, '') ?? 'it took too long'}`,
      ...(lines.length === 0 ? { unread: true } : {}),
    };
  return back.cut ? { lines, problem: CUT } : { lines };
}

async function readJournalBack(
  host: Host,
  log: Extract<Log, { kind: 'journal' }>,
  wanted: Wanted,
  most: number,
): Promise<FoundInOne> {
  const back = new Backwards(log, wanted, most, host.now());
  const said: string[] = [];
  const { exitCode } = await host.exec(
    [
      ...(['journalctl', '--no-pager', '--quiet', '--reverse', '--all', '--output=json'] as const),
      '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER',
      `--unit=${log.unit}`,
      ...(wanted.sinceMs === undefined ? [] : [`--since=@${Math.floor(wanted.sinceMs / 1000)}`]),
    ],
    {
      timeoutMs: LOOK_MS,
      signal: back.stop.signal,
      keep: false,
      unredacted: true,
      onLine: (line) => (line.startsWith('{') ? back.push(line) : said.push(line)),
    },
  );
  const failed = exitCode !== 0 && !back.enough;
  const lines = back.end();
  if (failed && lines.length === 0)
    return { lines, problem: said[0] ?? 'cannot be read: systemd does not answer', unread: true };
  return back.cut ? { lines, problem: CUT } : { lines };
}

/** The logs of our own runs are small: each is read as a whole, the newest first, until there is enough. */
async function readRuns(
  host: Host,
  log: Extract<Log, { kind: 'runs' }>,
  wanted: Wanted,
  most: number,
): Promise<FoundInOne> {
  const names = await host.list(log.folder);
  if (names === undefined) return { lines: [], problem: 'does not exist: nothing has run here yet' };
  const newest = names.filter((name) => name.endsWith('.log')).reverse();
  let found: readonly LogLine[] = [];
  for (const name of newest) {
    const path = `${log.folder}/${name}`;
    const stat = await host.stat(path);
    if (found.length >= most || (stat?.modifiedMs ?? 0) < (wanted.sinceMs ?? 0)) break;
    const text = (await host.readFile(path)) ?? '';
    const lines = entriesOf(
      'runs',
      log.format,
      text.split('\n').map(visible).filter(Boolean),
      stat?.modifiedMs,
    );
    found = [...lines.flatMap((line) => admitted(line, wanted) ?? []), ...found];
  }
  return { lines: found.slice(-most) };
}
