import { setFlagsFromString } from 'node:v8';
import type { Host } from '../host/host.ts';
import { EXIT } from '../run/exit-code.ts';
import { followLogs } from './follow.ts';
import { learnSecrets } from './known-secrets.ts';
import { type LogLine, SOURCES, type SourceId } from './line.ts';
import { findLogs, type LogPlacing } from './places.ts';
import { readLogs } from './read.ts';
import { lineJson, lineWriter } from './show.ts';
import { parseSince } from './since.ts';
import type { Wanted } from './wanted.ts';

/** What `otto-install logs` was asked for. */
interface LogsRequest {
  /** Empty means all. */
  readonly sources: readonly string[];
  readonly follow: boolean;
  readonly search: string;
  readonly errorsOnly: boolean;
  readonly since: string | undefined;
  readonly lines: number | undefined;
  readonly json: boolean;
}

interface LogsOptions {
  readonly request: LogsRequest;
  readonly host: Host;
  readonly answers: LogPlacing;
  readonly colours: boolean;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
  /** Ends following: Ctrl-C, or when nobody reads the output any longer. */
  readonly signal: AbortSignal;
}

const USUAL_LINES = 100;
const FOLLOWED_LINES = 20;
/** With --since everything newer is shown, up to this. */
const MOST_LINES = 20_000;

function ended(signal: AbortSignal): Promise<'ended'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('ended');
    signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });
}

/** The requested sources; or else the first word that is not a source. */
function sourcesOf(words: readonly string[]): readonly SourceId[] | string {
  const named = words.filter((word) => word !== 'all');
  const strange = named.find((word) => !SOURCES.some((source) => source === word));
  if (strange !== undefined) return strange;
  return named.length === 0 ? SOURCES : SOURCES.filter((source) => named.includes(source));
}

/**
 * `otto-install logs`. Exit code: 0, even if nothing was found or following was ended; 1 nothing could be read; 2 wrong
 * usage; 130 stopped before anything was shown.
 */
export async function runLogs(options: LogsOptions): Promise<number> {
  const { request, host, answers, colours, print, warn, signal } = options;
  // Hundreds of thousands of lines pass through: memory must not grow with them.
  setFlagsFromString('--semi-space-growth-factor=1');
  const sources = sourcesOf(request.sources);
  if (typeof sources === 'string') {
    warn(`There is no log "${sources}". There are: ${SOURCES.join(', ')}.`);
    return EXIT.couldNotRun;
  }
  const sinceMs = request.since === undefined ? undefined : parseSince(request.since, host.now());
  if (request.since !== undefined && sinceMs === undefined) {
    warn(`--since takes a time ('2h', '30m', '10:00', '2026-11-22 10:00'), not "${request.since}".`);
    return EXIT.couldNotRun;
  }
  const wanted: Wanted = { sources, search: request.search, errorsOnly: request.errorsOnly, sinceMs };
  const [logs] = await Promise.all([findLogs(host, answers, sources), learnSecrets(host, answers)]);
  const usual = sinceMs !== undefined ? MOST_LINES : request.follow ? FOLLOWED_LINES : USUAL_LINES;
  const most = Math.min(request.lines ?? usual, MOST_LINES);
  const fromMs = host.now();
  const write = request.json ? lineJson : lineWriter(colours, fromMs);
  const show = (lines: readonly LogLine[]) => print(lines.map(write).join(''));
  // Lines close to the moment where following starts must be known even if they are not shown.
  const reading = readLogs(host, logs, wanted, Math.max(most, request.follow ? 200 : 1), signal);
  // Large logs take a while: the operator can stop waiting at any time.
  const found = await Promise.race([reading, ended(signal)]);
  if (found === 'ended') return request.follow ? EXIT.ok : EXIT.stopped;
  for (const problem of found.problems) warn(problem);
  const shown = most === 0 ? [] : found.lines.slice(-most);
  for (let at = 0; at < shown.length && !signal.aborted; at += 500) show(shown.slice(at, at + 500));
  if (!request.follow) {
    if (shown.length === 0 && found.any) warn(nothingText(request));
    return found.any ? EXIT.ok : EXIT.notDone;
  }
  await followLogs(host, logs, {
    wanted,
    shown: found.lines,
    fromMs,
    onLines: show,
    onProblem: warn,
    signal,
  });
  return EXIT.ok;
}

function nothingText({ search, errorsOnly, since }: LogsRequest): string {
  const what = errorsOnly ? 'No errors' : 'No lines';
  const how = search === '' ? '' : ` with "${search}"`;
  return `${what}${how}${since === undefined ? '' : ` since ${since}`}.`;
}
