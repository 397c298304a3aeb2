import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock, LockHeldError, lockHolder } from '../../src/engine/lock.ts';

const WORK = { mode: 'install', version: '1.0.0' };
let folder = '';
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-lock-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Another process that holds the lock until it is killed. */
async function otherProcess(): Promise<ChildProcess> {
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

describe('a lock that another process holds', () => {
  test('says who holds it, since when and from where', async () => {
    const other = await otherProcess();
    const error = await acquireLock(folder, WORK).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockHeldError);
    expect(String(error)).toMatch(
      new RegExp(`'install' as process ${other.pid}, since 20\\d\\d-.* UTC, from 203\\.0\\.113\\.9`),
    );
    expect(await lockHolder(folder)).toMatchObject({ pid: other.pid, version: '1.0.0' });
  });

  test('is taken over when that process is gone', async () => {
    await killed(await otherProcess());
    expect(await lockHolder(folder)).toBeUndefined();
    const lock = await acquireLock(folder, WORK);
    expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('is not taken over while it only sleeps', async () => {
    const other = await otherProcess();
    other.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await expect(acquireLock(folder, WORK)).rejects.toThrow(LockHeldError);
  });
});

test('a lock that was given back can be taken again', async () => {
  await (await acquireLock(folder, WORK)).release();
  expect(await lockHolder(folder)).toBeUndefined();
  await (await acquireLock(folder, WORK)).release();
});

test('a note of a holder whose number is another process by now holds nobody up', async () => {
  const holder = { pid: process.ppid, startTicks: '1', since: '2026-01-01T00:00:00Z', ...WORK };
  await writeFile(join(folder, 'lock-holder.json'), JSON.stringify(holder));
  await (await acquireLock(folder, WORK)).release();
});
