import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod/mini';

/**
 * Only one process changes this machine. Whoever wants to leaves a note in the folder `lock`, named by what no other
 * process is (its number and the moment it started), and then looks at the notes of the others. Nobody looks before its
 * own note is there, so that of two that start at the same moment never both go on (both may be refused). A note whose
 * process is gone counts for nothing, so that nothing has to be cleared up after a power cut or a kill.
 */

/** Who holds the lock. */
export const LockHolder = z.object({
  pid: z.number(),
  /** Of the process, in clock ticks since the machine started: a pid alone may be somebody else's by now. */
  startTicks: z.string(),
  /** ISO 8601 */
  since: z.string(),
  mode: z.string(),
  version: z.string(),
  /** As /dev/pts/1. */
  terminal: z.optional(z.string()),
  /** The address that the ssh session came from. */
  from: z.optional(z.string()),
});
export type LockHolder = z.infer<typeof LockHolder>;

/** Another process works on this machine. Its message says which, since when, from where, and what can be done. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  readonly holder: LockHolder | undefined;

  constructor(holder: LockHolder | undefined) {
    super(
      holder === undefined
        ? 'Another otto-install is at work on this machine. Wait until it has ended, then start again.'
        : `Another otto-install is at work on this machine: ${holderText(holder)}. Wait until it has ended, or end it there with Ctrl-C (or here with: kill ${holder.pid}), then start again.`,
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
 * Takes the lock. Throws {@link LockHeldError} when another process has it, and what the file system throws when the
 * note cannot be written.
 */
export async function acquireLock(
  stateDir: string,
  work: { readonly mode: string; readonly version: string },
): Promise<Lock> {
  const folder = notesFolder(stateDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = await ourselves(work);
  const name = noteName(own);
  const release = () => rm(`${folder}/${name}`, { force: true });
  try {
    await writeFile(`${folder}/${name}`, `${JSON.stringify(own)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another run of this very process.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new LockHeldError(own);
    await release();
    throw error;
  }
  for (const other of await notes(folder)) {
    if (other === name) continue;
    if (!(await isAlive(other))) await rm(`${folder}/${other}`, { force: true });
    else {
      const holder = await readHolder(`${folder}/${other}`);
      await release();
      throw new LockHeldError(holder);
    }
  }
  return { release };
}

/** Who works on this machine now; undefined when nobody does. */
export async function lockHolder(stateDir: string): Promise<LockHolder | undefined> {
  const folder = notesFolder(stateDir);
  for (const name of await notes(folder)) {
    if (await isAlive(name)) return readHolder(`${folder}/${name}`);
  }
  return undefined;
}

function notesFolder(stateDir: string): string {
  return `${stateDir}/lock`;
}

function noteName({ pid, startTicks }: LockHolder): string {
  return `${pid}-${startTicks}.json`;
}

/** The names of the notes that are there. */
async function notes(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => NOTE_NAME.test(name));
}

const NOTE_NAME = /^(\d+)-(\d+)\.json$/;

/** Whether the process that a note is named by still runs. */
async function isAlive(name: string): Promise<boolean> {
  const [, pid, startTicks] = NOTE_NAME.exec(name) ?? [];
  return startTicks !== undefined && (await startTicksOf(Number(pid))) === startTicks;
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return LockHolder.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Field 22 of /proc/PID/stat (proc_pid_stat(5)); the name in field 2 may hold blanks and brackets. Undefined when there
 * is no such process, or only its exit code is left, waiting for its parent (state Z).
 */
async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

async function ourselves(work: { readonly mode: string; readonly version: string }): Promise<LockHolder> {
  const [startTicks, input] = await Promise.all([
    startTicksOf(process.pid),
    readlink('/proc/self/fd/0').catch(() => ''),
  ]);
  const from = process.env.SSH_CONNECTION?.split(' ')[0];
  return {
    pid: process.pid,
    startTicks: startTicks ?? '0',
    since: new Date().toISOString(),
    ...work,
    ...(/^\/dev\/(pts\/|tty)/.test(input) ? { terminal: input } : {}),
    ...(from === undefined ? {} : { from }),
  };
}
