import type { Host } from '../host/host.ts';
import { admitted } from './admitted.ts';
import { dockerComplaint, whyNotDocker } from './docker-answers.ts';
import { Entries } from './entries.ts';
import { dockerTime } from './formats.ts';
import type { FoundInOne } from './found.ts';
import type { LogLine } from './line.ts';
import type { Log } from './places.ts';
import type { Wanted } from './wanted.ts';

/** A log is looked through for so long at most. */
export const LOOK_MS = 120_000;

/** How far back a container's log is looked through: so many lines, then more. */
const TAILS = [20_000, 200_000] as const;

/** The newest lines of a container that are wanted: its log can only be read forwards. */
export async function readContainer(
  host: Host,
  log: Extract<Log, { kind: 'container' }>,
  wanted: Wanted,
  most: number,
): Promise<FoundInOne> {
  const problem = await whyNotDocker(host);
  if (problem !== undefined) return { lines: [], problem, unread: true };
  const plain = wanted.search === '' && !wanted.errorsOnly;
  const tails = wanted.sinceMs !== undefined ? ['all'] : plain ? [most * 2 + 50] : TAILS;
  let result: FoundInOne = { lines: [] };
  for (const tail of tails) {
    const { lines, read, said } = await readTail(host, log, wanted, most, String(tail));
    if (said !== undefined) return { lines, problem: dockerComplaint(said, log.container), unread: true };
    const whole = tail === 'all' || read < Number(tail);
    const cut = !plain && !whole && lines.length < most;
    result = cut
      ? { lines, problem: `only its last ${tail} lines were searched; --since goes further back` }
      : { lines };
    if (!cut) break;
  }
  return result;
}

async function readTail(
  host: Host,
  { source, format, container }: Extract<Log, { kind: 'container' }>,
  wanted: Wanted,
  most: number,
  tail: string,
): Promise<{ lines: readonly LogLine[]; read: number; said: readonly string[] | undefined }> {
  const said: string[] = [];
  const entries = new Entries(source, format);
  const order = new InOrder();
  let found: LogLine[] = [];
  let read = 0;
  const take = (lines: readonly string[]) => keepNewest(lines.flatMap((line) => entries.push(line)));
  const keepNewest = (lines: readonly LogLine[]) => {
    found.push(...lines.flatMap((line) => admitted(line, wanted) ?? []));
    if (found.length > most * 2) found = found.slice(-most);
  };
  const { exitCode } = await host.exec(
    [
      ...(['docker', 'logs', '--timestamps', `--tail=${tail}`] as const),
      ...(wanted.sinceMs === undefined ? [] : [`--since=${new Date(wanted.sinceMs).toISOString()}`]),
      container,
    ],
    {
      timeoutMs: LOOK_MS,
      keep: false,
      unredacted: true,
      onLine: (line) => {
        if (dockerTime(line) === undefined) said.push(line);
        else take(order.push(line));
        read += 1;
      },
    },
  );
  take(order.end());
  keepNewest(entries.flush());
  return { lines: found.slice(-most), read, said: exitCode === 0 ? undefined : said };
}

/** Both streams of a container come in pieces; Docker's times say what came first. */
class InOrder {
  static readonly most = 1_000;
  #held: string[] = [];

  push(line: string): readonly string[] {
    this.#held.push(line);
    return this.#held.length < 2 * InOrder.most ? [] : this.#release(InOrder.most);
  }

  end(): readonly string[] {
    return this.#release(this.#held.length);
  }

  #release(count: number): readonly string[] {
    this.#held = sortedByDockerTime(this.#held);
    return this.#held.splice(0, count);
  }
}

/** By the time that Docker put before them, which sorts as text. */
export function sortedByDockerTime(lines: readonly string[]): string[] {
  return lines
    .map((line) => ({ line, time: dockerTime(line) ?? '' }))
    .sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0))
    .map(({ line }) => line);
}
