import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acquireLock, LockHeldError, lockHolder } from '../../src/engine/lock.ts';

const WORK = { mode: 'install', version: '1.0.0' };
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

/** Another process that tries to take the lock, and holds it until it is killed. */
function startOther(folder: string): ChildProcess {
  const program = new URL('programs/hold-lock.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, SSH_CONNECTION: '203.0.113.9 50000 198.51.100.7 22' },
  });
  started.push(child);
  return child;
}

async function otherProcess(folder: string): Promise<ChildProcess> {
  const child = startOther(folder);
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
    const error = await acquireLock(folder, WORK).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockHeldError);
    expect(String(error)).toMatch(
      new RegExp(`'install' as process ${other.pid}, since 20\\d\\d-.* UTC, from 203\\.0\\.113\\.9`),
    );
    expect(await lockHolder(folder)).toMatchObject({ pid: other.pid, version: '1.0.0' });
  });

  test('is taken over when that process is gone', async ({ expect }) => {
    const folder = await newFolder();
    await killed(await otherProcess(folder));
    expect(await lockHolder(folder)).toBeUndefined();
    const lock = await acquireLock(folder, WORK);
    expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('is not taken over while it only sleeps', async ({ expect }) => {
    const folder = await newFolder();
    const other = await otherProcess(folder);
    other.kill('SIGSTOP');
    await expect(acquireLock(folder, WORK)).rejects.toThrow(LockHeldError);
  });

  test('is never held by two that start at the same moment', async ({ expect }) => {
    const folder = await newFolder();
    const ends = await Promise.all(
      Array.from({ length: 4 }, () => startOther(folder)).map(
        (child) =>
          new Promise<string>((resolve) => {
            child.stdout?.once('data', () => resolve('holds'));
            child.once('exit', () => resolve('refused'));
          }),
      ),
    );
    expect(ends.filter((end) => end === 'holds').length).toBeLessThanOrEqual(1);
    expect(ends).toContain('refused');
  });

  test('is refused to a second run of this very process', async ({ expect }) => {
    const folder = await newFolder();
    const lock = await acquireLock(folder, WORK);
    await expect(acquireLock(folder, WORK)).rejects.toThrow(`process ${process.pid}`);
    expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });
});

test('a lock that was given back can be taken again', async () => {
  const folder = await newFolder();
  await (await acquireLock(folder, WORK)).release();
  expect(await lockHolder(folder)).toBeUndefined();
  await (await acquireLock(folder, WORK)).release();
});

test('a note of a holder whose number is another process by now holds nobody up', async () => {
  const folder = await newFolder();
  const holder = { pid: process.ppid, startTicks: '1', since: '2026-01-01T00:00:00Z', ...WORK };
  await mkdir(join(folder, 'lock'));
  await writeFile(join(folder, 'lock', `${process.ppid}-1.json`), JSON.stringify(holder));
  expect(await lockHolder(folder)).toBeUndefined();
  await (await acquireLock(folder, WORK)).release();
  expect(await readdir(join(folder, 'lock'))).toEqual([]);
});
