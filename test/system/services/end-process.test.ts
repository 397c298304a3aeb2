import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { notOurs } from '../../../src/engine/contracts/effect.ts';
import { startTicksOf } from '../../../src/host/start-ticks.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { endProcess } from '../../../src/system/services/end-process.ts';

/** Carries the action out on a process of this test; resolves with the exit code. */
async function carryOut({ argv: [program, ...args], input = '' }: ReturnType<typeof endProcess>) {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(reveal(input));
  return new Promise<number | null>((resolve) => child.on('exit', resolve));
}

function aProcess(argv: readonly [string, ...string[]]) {
  const child = spawn(argv[0], argv.slice(1), { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  const pid = child.pid ?? 0;
  const started = startTicksOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
  return { child, ended, pid, started };
}

test('the start time is field 22, whatever the name', () => {
  const fields = Array.from({ length: 20 }, (_, index) => String(index + 3)).join(' ');
  expect(startTicksOf(`7 (a) b (c) ${fields}`)).toBe('22');
  expect(startTicksOf(undefined)).toBeUndefined();
});

test('ends that process and comes back when it is gone', async () => {
  const { ended, pid, started } = aProcess(['sleep', '60']);
  expect(await carryOut(endProcess({ pid, started }, 'x', notOurs))).toBe(0);
  expect(await ended).toBe('SIGTERM');
});

test('leaves a process alone that only has the number', async () => {
  const { child, ended, pid, started } = aProcess(['sleep', '60']);
  expect(await carryOut(endProcess({ pid, started: `${started}1` }, 'x', notOurs))).toBe(0);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
});

test('forces one that does not end by itself', async () => {
  const { ended, pid, started } = aProcess(['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done']);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await carryOut(endProcess({ pid, started }, 'x', notOurs, 300))).toBe(0);
  expect(await ended).toBe('SIGKILL');
});
