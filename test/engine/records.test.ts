import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { entriesIn } from '../../src/engine/records/journal.ts';
import { loadProgress, saveAnswers } from '../../src/engine/records/state.ts';
import { LocalHost } from '../../src/host/local.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, installs, task } from './tools.ts';

const asRoot = process.getuid?.() === 0;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-records-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A real run in a process of its own; `begun` when its command is at work. */
function install(kind: string) {
  const program = new URL('programs/install.ts', import.meta.url).pathname;
  const child: ChildProcess = spawn(process.execPath, [program, folder, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const begun = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('begun')) resolve();
    });
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, begun, ended, output: () => output };
}

async function onlyFileIn(path: string): Promise<string> {
  const names = await readdir(path);
  expect(names).toHaveLength(1);
  return readFile(join(path, names[0] ?? ''), 'utf8');
}

/** The actions that were started and whose end was not recorded. */
function unfinished(journal: string): readonly { readonly task: string }[] {
  const entries = entriesIn(journal);
  const ended = new Set(entries.flatMap((entry) => (entry.phase === 'after' ? [entry.action] : [])));
  return entries.flatMap((entry) => (entry.phase === 'before' && !ended.has(entry.action) ? [entry] : []));
}

// As root, because a file's owner is set: the state belongs to root.
describe.runIf(asRoot)('a real run', () => {
  test('leaves a log with its result, a progress, its answers and a journal, for root only', async () => {
    const { ended, output } = install('interruptible');
    expect(await ended).toBe(0);
    expect(output()).toContain('outcome findings');
    const log = await onlyFileIn(join(folder, 'log'));
    expect(log).toMatch(/Z slow: a1 \| begun\n/);
    expect(log).toMatch(/\n# Result: findings, 1 actions, \d\.\d s\n$/);
    const host = new LocalHost();
    expect(await loadProgress(host, join(folder, 'state'))).toMatchObject({
      outcome: 'findings',
      tasks: { slow: 'unhealthy' },
    });
    expect(await host.readFile(join(folder, 'state/answers.json'))).toBe('{}\n');
    expect(unfinished(await onlyFileIn(join(folder, 'state/journal')))).toEqual([]);
    for (const path of ['state', 'log']) expect((await stat(join(folder, path))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 'log')))
      expect((await stat(join(folder, 'log', name))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'state'))).not.toContain('lock');
  });

  test('that loses its terminal ends its command, and its log says so', async () => {
    const { child, begun, ended, output } = install('interruptible');
    await begun;
    child.kill('SIGHUP');
    await ended;
    expect(output()).toContain('outcome stopped');
    expect(output()).not.toContain('finished');
    expect(await onlyFileIn(join(folder, 'log'))).toMatch(
      /\n# Result: stopped: the terminal or the ssh connection was closed, 1 actions, \d\.\d s\n$/,
    );
  });

  test('waits for a command that must not be ended half-way', async () => {
    const { child, begun, ended, output } = install('uninterruptible');
    await begun;
    child.kill('SIGTERM');
    await ended;
    expect(output()).toContain('finished');
    expect(output()).toContain('outcome stopped');
  });

  test('keeps 50 journals: the first ones, which say what was here before, and the newest', async () => {
    const journals = join(folder, 'state/journal');
    await mkdir(journals, { recursive: true });
    const name = (run: number) => `20260101T0000${String(run).padStart(2, '0')}Z-install.jsonl`;
    for (let run = 0; run < 60; run += 1) await writeFile(join(journals, name(run)), '');
    expect(await install('interruptible').ended).toBe(0);
    const names = (await readdir(journals)).sort();
    expect(names).toHaveLength(50);
    expect(names.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 16].map(name));
  });

  test('that dies says so in its log, and leaves its action open in the journal', async () => {
    const { ended, output } = install('crash');
    expect(await ended).toBe(3);
    // Its output is open until its command is gone, too.
    expect(output()).not.toContain('finished');
    expect(await onlyFileIn(join(folder, 'log'))).toMatch(
      /\n# Result: failed: otto-install ended unexpectedly\n$/,
    );
    expect(unfinished(await onlyFileIn(join(folder, 'state/journal')))).toMatchObject([{ task: 'slow' }]);
    expect((await loadProgress(new LocalHost(), join(folder, 'state')))?.outcome).toBeUndefined();
  });

  test('beside another one is refused with its name', async () => {
    const first = install('long');
    await first.begun;
    const second = install('interruptible');
    await second.ended;
    expect(second.output()).toBe('outcome failed\n');
    const logs = await Promise.all(
      (await readdir(join(folder, 'log'))).map((name) => readFile(join(folder, 'log', name), 'utf8')),
    );
    expect(logs.join('')).toContain(
      `# Result: failed: Another otto-install is running on this machine: 'install' as process ${first.child.pid}`,
    );
    first.child.kill('SIGTERM');
    await first.ended;
  });
});

test('saved answers hold no secret, and not how the run was started and what was agreed to for it', async () => {
  const host = new FakeHost();
  await saveAnswers(host, {
    domain: 'otto.example.com',
    apiKey: new Secret('the-api-key-value'),
    unattended: true,
    agree: 'a-code',
  });
  const saved = await host.readFile('/var/lib/otto-install/answers.json');
  expect(JSON.parse(saved ?? '')).toEqual({ domain: 'otto.example.com' });
});

test.each(['', '{', '[]', '{"run":1}'])(
  'saved progress that is damaged (%j) is as good as none',
  async (text) => {
    const host = new FakeHost();
    host.files.set('/var/lib/otto-install/progress.json', { content: text, mode: 0o600, owner: 'root:root' });
    expect(await loadProgress(host)).toBeUndefined();
  },
);

test('progress is written after the look that shows it', async () => {
  const host = new FakeHost();
  const seen: unknown[] = [];
  const second = task('b', () => [], {
    needs: ['a'],
    look: async () => {
      // The write goes on beside the run: give it its turn.
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push((await loadProgress(host))?.tasks);
      return [];
    },
  });
  await finish([installs('a'), second], { host });
  // The first look is started at the start of the run; the one that counts comes after what was done.
  expect(seen.at(-1)).toEqual({ a: 'healthy' });
  expect((await loadProgress(host))?.tasks).toEqual({ a: 'healthy', b: 'healthy' });
});

test('a check leaves nothing but its log', async () => {
  const { host } = await finish([task('a', () => [finding('x')])], { mode: 'check', logDir: folder });
  expect([...host.files.keys()]).toEqual([]);
  expect(await readdir(folder)).toHaveLength(1);
});

test('only the last 50 logs stay, and other files are left alone', async () => {
  for (let day = 0; day < 60; day += 1)
    await writeFile(join(folder, `20260101T0000${String(day).padStart(2, '0')}Z-check.log`), '');
  await writeFile(join(folder, 'notes.txt'), '');
  await finish([], { mode: 'check', logDir: folder });
  const names = await readdir(folder);
  expect(names).toHaveLength(51);
  expect(names).toContain('notes.txt');
  expect(names).not.toContain('20260101T000000Z-check.log');
});
