import type { Host } from '../host/host.ts';
import { visible } from '../host/lines.ts';
import { admitted } from './admitted.ts';
import { dockerComplaint, whyNotDocker } from './docker-answers.ts';
import { Entries } from './entries.ts';
import { dockerTime } from './formats.ts';
import type { LogLine } from './line.ts';
import { Once } from './once.ts';
import type { Log } from './places.ts';
import { sortedByDockerTime } from './read-container.ts';
import { byTime, type Wanted } from './wanted.ts';

/** So long it is waited for what belongs to a line. */
const BELONGS_MS = 150;
/** What comes within this time is sorted and handed on at once. */
const BATCH_MS = 200;
/** Until a log that ended (a container that stopped) is followed again. */
const AGAIN_MS = 1_000;
const LOOK_AT_RUNS_MS = 1_000;
const DOCKER_ENDED = 3;
/** A program that follows is started anew after this time; a timer cannot be set for longer than 24 days. */
const LONGEST_MS = 20 * 86_400_000;
/** How much of a file's end is read again, so that nothing is lost between reading and following. */
const BACKLOG = 300;

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
  const following = logs.map((log) => followOne(host, log, options, (lines) => batch.add(log.name, lines)));
  await Promise.all(following);
  batch.hand();
}

/** Gathers what comes from all logs, and hands it on now and then. */
class Batch {
  readonly #options: FollowOptions;
  readonly #once = new Once();
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
    const { wanted, fromMs, signal } = this.#options;
    // An access log has whole seconds.
    const young = lines.filter(({ atMs }) => atMs >= fromMs - 1_500);
    for (const line of young) {
      if (!this.#once.isNew(log, line)) continue;
      const clean = admitted(line, wanted);
      if (clean !== undefined && !this.#wasShown(clean)) this.#lines.push(clean);
    }
    if (this.#lines.length > 0 && !signal.aborted) this.#timer ??= setTimeout(() => this.hand(), BATCH_MS);
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

const keyOf = ({ source, atMs, text }: LogLine) => `${source} ${atMs} ${text}`;

type Hand = (lines: readonly LogLine[]) => void;

async function followOne(host: Host, log: Log, options: FollowOptions, hand: Hand): Promise<void> {
  const { signal, onProblem } = options;
  const say = new Sayings((text) => onProblem(`${log.source}: ${log.name}: ${text}`));
  const parts = new Parts(log, host.now(), hand);
  const once = {
    file: followFile,
    journal: followJournal,
    container: followContainer,
    runs: followRuns,
  }[log.kind] as (host: Host, log: Log, context: Context) => Promise<void>;
  const context: Context = { options, parts, say, lastTime: '', ended: 0 };
  while (!signal.aborted) {
    await once(host, log, context).catch((error: unknown) =>
      say.once(`cannot be followed: ${error instanceof Error ? error.message : String(error)}`),
    );
    parts.end();
    await host.sleep(AGAIN_MS, signal);
  }
}

interface Context {
  readonly options: FollowOptions;
  readonly parts: Parts;
  readonly say: Sayings;
  /** Docker's time of the last line. */
  lastTime: string;
  /** How often it ended without a new line. */
  ended: number;
}

/** Says a thing once, until something else was said or it is well again. */
class Sayings {
  readonly #say: (text: string) => void;
  #last = '';

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  once(text: string): void {
    if (text !== this.#last) this.#say(text);
    this.#last = text;
  }

  well(): void {
    this.#last = '';
  }
}

/** Puts lines together as they come: what belongs to a line comes at once. */
class Parts {
  readonly #entries: Entries;
  readonly #hand: Hand;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log, startMs: number, hand: Hand) {
    this.#entries = new Entries(log.source, log.format, startMs);
    this.#hand = hand;
  }

  push(line: string): void {
    const complete = this.#entries.push(line);
    if (complete.length > 0) this.#hand(complete);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), BELONGS_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    const complete = this.#entries.flush();
    if (complete.length > 0) this.#hand(complete);
  }
}

async function followFile(
  host: Host,
  log: Extract<Log, { kind: 'file' }>,
  { options, parts, say }: Context,
): Promise<void> {
  const place = log.user === undefined ? await placeFor(host, log.path) : { user: log.user, name: log.path };
  if (place === undefined) {
    say.once('is not followed: users other than root could replace it');
    return;
  }
  const { name, ...as } = place;
  const { exitCode } = await host.exec(['tail', '-q', '-n', String(BACKLOG), '-F', '--', name], {
    ...as,
    timeoutMs: LONGEST_MS,
    signal: options.signal,
    keep: false,
    unredacted: true,
    onLine: (line) => {
      // What tail itself says: a file was rotated, or is not there (yet).
      if (!line.startsWith('tail: ')) return parts.push(line);
      if (/cannot open .*(Permission denied|No such file)/.test(line) && !log.optional)
        say.once('does not exist or cannot be read; waiting for it');
      if (/has appeared/.test(line)) say.well();
    },
  });
  if (!options.signal.aborted && exitCode === 127) say.once('cannot be read: its user does not exist');
}

/**
 * How a file that root may read is followed by its name: as the user who can change what is there, or in its folder, which the
 * host holds, when nobody but root can put something into it. Undefined: not at all.
 */
async function placeFor(
  host: Host,
  path: string,
): Promise<{ readonly name: string; readonly user?: string; readonly cwd?: string } | undefined> {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const keeper = await host.keeperOf(folder).catch(() => undefined);
  if (keeper !== undefined) return { name: path, user: keeper };
  const stat = await host.stat(folder);
  const ours =
    stat === undefined || (stat.kind === 'directory' && stat.uid === 0 && (stat.mode & 0o022) === 0);
  return ours ? { name: `./${path.slice(folder.length).replace(/^\/+/, '')}`, cwd: folder } : undefined;
}

async function followJournal(
  host: Host,
  log: Extract<Log, { kind: 'journal' }>,
  { options, parts, say }: Context,
): Promise<void> {
  await host.exec(
    [
      ...([
        'journalctl',
        '--no-pager',
        '--quiet',
        '--all',
        '--follow',
        '--lines=all',
        '--output=json',
      ] as const),
      '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER',
      `--unit=${log.unit}`,
      `--since=@${Math.floor(options.fromMs / 1000) - 1}`,
    ],
    {
      timeoutMs: LONGEST_MS,
      signal: options.signal,
      keep: false,
      unredacted: true,
      onLine: (line) => (line.startsWith('{') ? parts.push(line) : say.once(line)),
    },
  );
}

async function followContainer(
  host: Host,
  log: Extract<Log, { kind: 'container' }>,
  context: Context,
): Promise<void> {
  const { options, parts, say } = context;
  const problem = await whyNotDocker(host);
  if (problem !== undefined) return say.once(`${problem} Waiting for it.`);
  const said: string[] = [];
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let any = false;
  // Both streams of the container come in pieces.
  const take = () => {
    timer = undefined;
    for (const line of sortedByDockerTime(waiting)) {
      const time = dockerTime(line) ?? '';
      // After a restart Docker shows again what was written at the time from which on it is asked.
      if (time <= context.lastTime) continue;
      context.lastTime = time;
      any = true;
      parts.push(line);
    }
    waiting = [];
  };
  const since = context.lastTime === '' ? new Date(options.fromMs - 1_500).toISOString() : context.lastTime;
  const { exitCode } = await host.exec(
    ['docker', 'logs', '--timestamps', '--follow', `--since=${since}`, log.container],
    {
      timeoutMs: LONGEST_MS,
      signal: options.signal,
      keep: false,
      unredacted: true,
      onLine: (line) => {
        if (dockerTime(line) === undefined) {
          said.push(line);
          return;
        }
        waiting.push(line);
        timer ??= setTimeout(take, 50);
      },
    },
  );
  clearTimeout(timer);
  take();
  if (options.signal.aborted) return;
  if (any) {
    context.ended = 0;
    say.well();
  } else context.ended += 1;
  if (exitCode !== 0) say.once(`${dockerComplaint(said, log.container)} Waiting for it.`);
  else if (context.ended === DOCKER_ENDED) say.once('The container is not running. Waiting for it.');
}

/** Each run has a log of its own: looks for new ones and for what was added, again and again. */
async function followRuns(
  host: Host,
  log: Extract<Log, { kind: 'runs' }>,
  { options, parts }: Context,
): Promise<void> {
  const sizes = new Map<string, number>();
  let first = true;
  while (!options.signal.aborted) {
    const names = ((await host.list(log.folder)) ?? []).filter((name) => name.endsWith('.log'));
    // Only the newest can still grow.
    for (const name of names.slice(-5)) {
      const path = `${log.folder}/${name}`;
      const stat = await host.stat(path);
      if (stat === undefined) continue;
      const known = sizes.get(name) ?? 0;
      sizes.set(name, stat.size);
      if (stat.size <= known || (first && stat.modifiedMs < options.fromMs - 1_500)) continue;
      const added = await host.exec(['tail', '-c', `+${known + 1}`], {
        inputFile: path,
        timeoutMs: 10_000,
      });
      for (const line of added.stdout.split('\n').map(visible)) if (line !== '') parts.push(line);
      parts.end();
    }
    first = false;
    await host.sleep(LOOK_AT_RUNS_MS, options.signal);
  }
}
