import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acquireLock, LockHeldError, lockHolder } from '../../src/engine/records/lock.ts';

const HERE = { readFile: (path: string) => readFile(path, 'utf8') };
const WORK = { mode: 'install', version: '1.0.0' };
/** The shortest that proper-lockfile knows. */
const FAST = { staleMs: 2_000 };
let parent = '';
const started: ChildProcess[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'otto-lock-'));
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(parent, { recursive: true });
});
const newFolder = () => mkdtemp(join(parent, 'state-'));

/** Another process that holds the lock until it is killed. */
async function otherProcess(folder: string): Promise<ChildProcess> {
  const program = new URL('programs/hold-lock.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SSH_CONNECTION: '203.0.113.9 50000 198.51.100.7 22' },
  });
  started.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

describe.concurrent('a lock that another process holds', () => {
  test('says who holds it, since when and from where', async ({ expect }) => {
    const folder = await newFolder();
    const other = await otherProcess(folder);
    const error = await acquireLock(folder, WORK, FAST).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockHeldError);
    expect(String(error)).toMatch(
      new RegExp(`'install' as process ${other.pid}, since 20\\d\\d-.* UTC, from 203\\.0\\.113\\.9`),
    );
    expect(await lockHolder(HERE, folder)).toMatchObject({ pid: other.pid, version: '1.0.0' });
  });

  test('is taken over when that process is gone', async ({ expect }) => {
    const folder = await newFolder();
    await killed(await otherProcess(folder));
    expect(await lockHolder(HERE, folder)).toBeUndefined();
    const lock = await acquireLock(folder, WORK, FAST);
    expect(await lockHolder(HERE, folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('is not taken over while it only sleeps', async ({ expect }) => {
    const folder = await newFolder();
    const other = await otherProcess(folder);
    other.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await expect(acquireLock(folder, WORK, FAST)).rejects.toThrow(LockHeldError);
  });
});

test('a lock that was given back can be taken again', async () => {
  const folder = await newFolder();
  await (await acquireLock(folder, WORK, FAST)).release();
  expect(await lockHolder(HERE, folder)).toBeUndefined();
  await (await acquireLock(folder, WORK, FAST)).release();
});

test('a note of a holder whose number is another process by now holds nobody up', async () => {
  const folder = await newFolder();
  const holder = { pid: process.ppid, startTicks: '1', since: '2026-01-01T00:00:00Z', ...WORK };
  await writeFile(join(folder, 'lock-holder.json'), JSON.stringify(holder));
  await (await acquireLock(folder, WORK, FAST)).release();
});

test('is had also where nobody can be told who has it, as on a full disk', async () => {
  const folder = await newFolder();
  await symlink('/nowhere/at/all', join(folder, 'lock-holder.json'));
  const lock = await acquireLock(folder, WORK, FAST);
  await expect(acquireLock(folder, WORK, FAST)).rejects.toThrow(LockHeldError);
  await lock.release();
});
