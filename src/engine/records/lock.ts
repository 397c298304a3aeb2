import { readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { lock } from 'proper-lockfile';
import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';
import { inPrivateFolder } from '../../host/private-folder.ts';
import { startTicksOf } from '../../host/start-ticks.ts';
import { STATE_DIR } from './state-dir.ts';

/** After this time without a sign of life a lock counts as abandoned. */
const STALE_MS = 4_000;

/** Who holds the lock. */
const LockHolder = z.object({
  pid: z.number(),
  /** Of the process, in clock ticks since the machine started: a pid alone may be somebody else's by now. */
  startTicks: z.optional(z.string()),
  /** ISO 8601 */
  since: z.string(),
  mode: z.string(),
  version: z.string(),
  /** As /dev/pts/1. */
  terminal: z.optional(z.string()),
  /** The address that the ssh session came from. */
  from: z.optional(z.string()),
});
type LockHolder = z.infer<typeof LockHolder>;

/** Another process works on this machine. Its message says which, since when, from where, and what can be done. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  readonly holder: LockHolder | undefined;

  constructor(holder: LockHolder | undefined) {
    super(
      holder === undefined
        ? 'Another otto-install is running on this machine. Wait until it has finished, then start again.'
        : `Another otto-install is running on this machine: ${holderText(holder)}. Wait until it has finished, or stop it there with Ctrl-C (or here with: kill ${holder.pid}), then start again.`,
    );
    this.holder = holder;
  }
}

/** 'install' as process 123, since 2026-11-22 17:03:11 UTC, on /dev/pts/1 from 203.0.113.5 */
export function holderText({ pid, since, mode, terminal, from }: LockHolder): string {
  const where = [terminal && `on ${terminal}`, from && `from ${from}`].filter(Boolean).join(' ');
  return [`'${mode}' as process ${pid}`, `since ${since.slice(0, 19).replace('T', ' ')} UTC`, where]
    .filter((part) => part !== '')
    .join(', ');
}

export interface Lock {
  release(): Promise<void>;
}

/**
 * Makes sure that only one process changes this machine. It takes over a lock that a dead process left behind, after a
 * few seconds at most. Throws {@link LockHeldError} when another process holds it.
 */
export async function acquireLock(
  stateDir: string,
  work: { readonly mode: string; readonly version: string },
  {
    onLost = () => undefined,
    staleMs = STALE_MS,
  }: { readonly onLost?: (reason: string) => void; readonly staleMs?: number } = {},
): Promise<Lock> {
  await inPrivateFolder(stateDir, () => undefined);
  const holderPath = `${stateDir}/${HOLDER}`;
  const before = await readHolder(here, stateDir);
  const held = before !== undefined && (await isAlive(here, before));
  const release = await take(stateDir, held ? 0 : 6, staleMs, onLost).catch((error: unknown) => {
    if (!isLocked(error)) throw error;
    return undefined;
  });
  if (release === undefined) throw new LockHeldError((await readHolder(here, stateDir)) ?? before);
  // A holder whose machine slept looks dead, but continues where it was.
  if (held && before.pid !== process.pid) {
    await release();
    throw new LockHeldError(before);
  }
  // It only tells others who we are; on a full disk it cannot be written, and freeing space must still be possible.
  await writeFile(holderPath, `${JSON.stringify(await ourselves(work))}\n`, { mode: 0o600 }).catch(
    () => undefined,
  );
  return {
    release: async () => {
      await rm(holderPath, { force: true });
      await release().catch(() => undefined);
    },
  };
}

/** Who works on a machine now; undefined when nobody does. */
export async function lockHolder(host: Reads, stateDir = STATE_DIR): Promise<LockHolder | undefined> {
  const holder = await readHolder(host, stateDir);
  return holder !== undefined && (await isAlive(host, holder)) ? holder : undefined;
}

type Reads = Pick<Host, 'readFile'>;

/** This machine, whatever the host of the run: the lock is held by a process here. */
const here: Reads = { readFile: (path) => readFile(path, 'utf8') };

const HOLDER = 'lock-holder.json';

async function take(stateDir: string, retries: number, staleMs: number, onLost: (reason: string) => void) {
  return lock(stateDir, {
    lockfilePath: `${stateDir}/lock`,
    realpath: false,
    stale: staleMs,
    update: staleMs / 2,
    retries: { retries, minTimeout: 1_000, factor: 1 },
    onCompromised: (error) => onLost(error.message),
  });
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}

async function readHolder(host: Reads, stateDir: string): Promise<LockHolder | undefined> {
  try {
    return LockHolder.parse(JSON.parse((await host.readFile(`${stateDir}/${HOLDER}`)) ?? ''));
  } catch {
    return undefined;
  }
}

async function isAlive(host: Reads, { pid, startTicks }: LockHolder): Promise<boolean> {
  const ticks = await ticksOf(host, pid);
  return ticks !== undefined && (startTicks === undefined || ticks === startTicks);
}

async function ticksOf(host: Reads, pid: number): Promise<string | undefined> {
  return startTicksOf(await host.readFile(`/proc/${pid}/stat`).catch(() => undefined));
}

async function ourselves(work: { readonly mode: string; readonly version: string }): Promise<LockHolder> {
  const [startTicks, input] = await Promise.all([
    ticksOf(here, process.pid),
    readlink('/proc/self/fd/0').catch(() => ''),
  ]);
  const from = process.env.SSH_CONNECTION?.split(' ')[0];
  return {
    pid: process.pid,
    startTicks,
    since: new Date().toISOString(),
    ...work,
    ...(/^\/dev\/(pts\/|tty)/.test(input) ? { terminal: input } : {}),
    ...(from === undefined ? {} : { from }),
  };
}
