import { spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { Actor } from '../../src/engine/act.ts';
import { command } from '../../src/engine/contracts/command.ts';
import { DialogueDesk } from '../../src/engine/dialogue-desk.ts';
import type { Emit } from '../../src/engine/emit.ts';
import { leftAtWork, leftWords, untilNothingIsLeft } from '../../src/engine/left-at-work.ts';
import { NO_JOURNAL } from '../../src/engine/records/journal.ts';
import { Ledger } from '../../src/engine/records/ledger.ts';
import { LocalHost } from '../../src/host/local.ts';
import { STARTED_BY, startedBy } from '../../src/host/started-by.ts';
import { FakeHost } from './fake-host.ts';

/** Larger than any that Linux gives. */
const DEAD = 5_000_000;
const started: { kill(): void }[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.kill();
});

function sleeper(by: number, stdout: 'pipe' | 'ignore'): number {
  const child = spawn('sleep', ['300'], {
    env: { [STARTED_BY]: String(by) },
    stdio: ['ignore', stdout, 'ignore'],
  });
  started.push({ kill: () => child.kill('SIGKILL') });
  return child.pid ?? 0;
}

test.each([
  ['of a killed otto-install', DEAD, 'pipe', true],
  ['of one that is alive', process.ppid, 'pipe', false],
  ['of this one', process.pid, 'pipe', false],
  ['that became a daemon', DEAD, 'ignore', false],
] as const)('a command %s', async (_, by, stdout, isLeft) => {
  const pid = sleeper(by, stdout);
  const left = await leftAtWork(new LocalHost(), process.pid);
  const found = left.find((one) => one.pid === pid);
  expect(found?.command).toBe(isLeft ? 'sleep 300' : undefined);
  if (found !== undefined) expect(leftWords(found)).toMatch(/sleep 300 \(process \d+\)/);
});

test('what changes this machine says who started it; what only looks does not', async () => {
  const host = new LocalHost();
  const seen: string[] = [];
  const emit: Emit = (event) => {
    if (event.type === 'action-output') seen.push(event.line);
  };
  const actor = new Actor({
    host,
    emit,
    stop: new AbortController().signal,
    ledger: new Ledger(new FakeHost(), '/state', 'run'),
    journal: NO_JOURNAL,
    desk: new DialogueDesk(emit),
    dialogues: {},
    progress: {},
    presence: {},
    replacedDir: '/state/replaced',
  });
  await actor.act('task', command(['env'], 'Change something', { timeoutMs: 10_000 }));
  expect(startedBy(seen.join('\0'))).toBe(process.pid);
  const { stdout } = await host.exec(['env']);
  expect(startedBy(stdout.replaceAll('\n', '\0'))).toBeUndefined();
});

test.each([
  [undefined, undefined],
  ['A=1\0OTTO_INSTALL_PID=12\0B=2\0', 12],
  ['XOTTO_INSTALL_PID=12\0', undefined],
  ['OTTO_INSTALL_PID=12x\0', undefined],
])('an environment: %j', (text, pid) => {
  expect(startedBy(text)).toBe(pid);
});

/** A machine on which a dead otto-install's command, of that user, ends after some looks. */
function withLeft(user: string, looks: number): FakeHost {
  const host = new FakeHost();
  let left = looks;
  host.files.set('/proc/812/environ', { content: 'OTTO_INSTALL_PID=700\0', mode: 0o400, owner: user });
  host.commands.find = () => {
    left -= 1;
    return { stdout: left < 0 ? '' : '/proc/812/fd/1\n/proc/812/fd/2\n' };
  };
  host.commands.ps = () => ({
    stdout: `      1 4026531836 root  otto-install\n    812 4026531836 ${user}   apt-get install nginx\n`,
  });
  return host;
}

test('what runs in a container has an otto-install of its own, whatever its number', async () => {
  const host = withLeft('root', 3);
  host.commands.ps = () => ({ stdout: '1 4026531836 root otto-install\n812 4026532999 root sleep 300\n' });
  expect(await leftAtWork(host, 1)).toEqual([]);
});

test('it is waited for and named', async () => {
  const host = withLeft('root', 3);
  const told: string[] = [];
  await untilNothingIsLeft(host, 1, (left) => told.push(left.command), new AbortController().signal);
  expect(told).toEqual(Array(3).fill('apt-get install nginx'));
});

test('what is somebody else’s is not waited for long: that could be anything', async () => {
  const host = withLeft('cleo', Number.POSITIVE_INFINITY);
  const before = host.now();
  await untilNothingIsLeft(host, 1, () => {}, new AbortController().signal);
  expect(host.now() - before).toBeLessThan(3 * 60_000);
});
