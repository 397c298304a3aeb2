import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type WatchedRun, watchRun } from '../../src/detached/client.ts';
import { serveRun } from '../../src/detached/server.ts';
import type { Work } from '../../src/detached/work.ts';
import type { Event } from '../../src/engine/contracts/event.ts';
import type { RunSummary } from '../../src/engine/contracts/run.ts';
import { Secret } from '../../src/secret/secret.ts';
import { ended, finding, installation, started, task } from '../events.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { answersWith } from '../tasks/answers.ts';

const SUMMARY: RunSummary = {
  run: '1',
  mode: 'install',
  outcome: 'healthy',
  ms: 60_000,
  commandMs: 30_000,
  actions: 2,
  tasks: [],
};

/** A run that a test brings to its end. */
class EndingRun extends ScriptedRun {
  readonly #over = Promise.withResolvers<RunSummary>();
  override readonly result = this.#over.promise as Promise<never>;
  end(): void {
    this.emit(ended('healthy'));
    this.#over.resolve(SUMMARY);
  }
}

let folder: string;
let run: EndingRun;
let got: Work | undefined;
let gave = false;
beforeEach(() => {
  folder = mkdtempSync('/run/otto-install-test-');
  run = new EndingRun();
  got = undefined;
  gave = false;
});
afterEach(() => rmSync(folder, { recursive: true }));

const WORK: Work = {
  kind: 'install',
  answers: answersWith({ adminPassword: 'a-password-of-a-test' }),
  passwordGenerated: true,
};

function serve(patienceMs?: number): Promise<boolean> {
  return serveRun({
    folder,
    patienceMs,
    now: Date.now,
    start: (work) => {
      got = work;
      return { run, gavePassword: () => gave };
    },
  });
}

async function watch(work?: Work, terminal = '/dev/pts/1'): Promise<WatchedRun> {
  const viewer = { pid: 1, terminal, from: '203.0.113.5', since: 5 };
  return vi.waitFor(async () => {
    const watched = await watchRun({ folder, viewer, work, now: Date.now });
    if (watched === undefined) throw new Error('nobody listens');
    return watched;
  });
}

function eventsOf(watched: WatchedRun): Event[] {
  const events: Event[] = [];
  watched.subscribe((event) => events.push(event));
  return events;
}

test('what is to be done gets there with its secrets, and every event comes back in order', async () => {
  const served = serve();
  const watched = await watch(WORK);
  const events = eventsOf(watched);
  await watched.work;
  expect(got).toMatchObject({ kind: 'install', passwordGenerated: true });
  expect(got?.answers.adminPassword.reveal()).toBe('a-password-of-a-test');
  run.emit(...installation.filter(({ type }) => type !== 'run-ended'));
  gave = true;
  run.end();
  expect(await watched.result).toEqual(SUMMARY);
  expect(watched.gavePassword()).toBe(true);
  expect(events).toEqual([...installation.filter(({ type }) => type !== 'run-ended'), ended('healthy')]);
  expect(await served).toBe(true);
});

test('only root can reach it, and nothing of it is on the disk', async () => {
  const served = serve();
  const watched = await watch(WORK);
  expect(statSync(folder).mode & 0o077).toBe(0);
  run.end();
  await watched.result;
  await served;
  expect(() => readFileSync(join(folder, 'ended.jsonl'))).toThrow();
});

test('when the window goes the run goes on; who comes later sees it from its beginning', async () => {
  const served = serve();
  const first = await watch(WORK);
  await first.work;
  run.emit(...installation.slice(0, 4));
  first.detached.leave();
  expect(await first.result).toMatchObject({ outcome: 'stopped', reason: 'It goes on without this window.' });
  expect(run.stopped).toBeUndefined();
  const second = await watch();
  const events = eventsOf(second);
  expect((await second.work).answers.domain).toBe(WORK.answers.domain);
  run.end();
  expect(await second.result).toEqual(SUMMARY);
  expect(events).toEqual([...installation.slice(0, 4), ended('healthy')]);
  await served;
});

describe('two watch', () => {
  test('one decides; the other can take that over, and inherits it when the first goes', async () => {
    const served = serve();
    const first = await watch(WORK);
    await first.work;
    const second = await watch(undefined, '/dev/pts/2');
    await second.work;
    await vi.waitFor(() => expect(first.detached.watching.get().viewers).toHaveLength(2));
    const { you, decides, viewers } = first.detached.watching.get();
    expect(decides).toBe(you);
    expect(viewers.map(({ terminal }) => terminal)).toEqual(['/dev/pts/1', '/dev/pts/2']);

    second.decide({ kind: 'skip', question: 'q1' });
    second.stop('a stranger');
    first.decide({ kind: 'look-again', question: 'q1' });
    await vi.waitFor(() => expect(run.decisions).toEqual([{ kind: 'look-again', question: 'q1' }]));
    expect(run.stopped).toBeUndefined();

    second.detached.takeOver();
    await vi.waitFor(() => {
      const { you, decides } = second.detached.watching.get();
      expect(decides).toBe(you);
    });
    second.decide({ kind: 'skip', question: 'q2' });
    await vi.waitFor(() => expect(run.decisions.at(-1)).toEqual({ kind: 'skip', question: 'q2' }));

    second.detached.leave();
    await vi.waitFor(() => expect(first.detached.watching.get()).toMatchObject({ decides: you }));
    run.end();
    await first.result;
    await served;
  });

  test('what one typed secretly is that one’s, and reaches the run as a secret', async () => {
    const served = serve();
    const first = await watch(WORK);
    await first.work;
    const handle = first.vault.put(new Secret('a-code-of-a-test'));
    first.decide({ kind: 'answer', dialogue: 'd1', handle });
    await vi.waitFor(() => expect(run.decisions).toHaveLength(1));
    expect(run.decisions).toEqual([{ kind: 'answer', dialogue: 'd1', handle: 'handle-1' }]);
    expect(run.secrets.map((one) => one.reveal())).toEqual(['a-code-of-a-test']);
    run.end();
    await first.result;
    await served;
  });
});

test('nobody watches at the end: the events are kept, without a secret', async () => {
  const served = serve();
  const first = await watch(WORK);
  await first.work;
  run.emit(started([task('domain')]), { type: 'findings', at: 1, task: 'domain', findings: [finding()] });
  first.detached.leave();
  await first.result;
  await new Promise((resolve) => setTimeout(resolve, 50));
  run.end();
  expect(await served).toBe(true);
  const kept = readFileSync(join(folder, 'ended.jsonl'), 'utf8');
  expect(kept).toContain('"run-ended"');
  expect(kept).not.toContain('a-password-of-a-test');
  expect(statSync(join(folder, 'ended.jsonl')).mode & 0o077).toBe(0);
});

test('its process is killed: who watches is told, and waits for nothing', async () => {
  const killed = createServer((connection) => {
    const begin = JSON.stringify({ say: 'event', event: started([task('domain')]) });
    connection.write(`${begin}\n{"say":"even`);
    connection.once('data', () => connection.end());
  });
  await new Promise<void>((resolve) => killed.listen(join(folder, 'run.sock'), resolve));
  const watched = await watch(WORK);
  const events = eventsOf(watched);
  expect(await watched.result).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/ended unexpectedly/),
  });
  await expect(watched.work).rejects.toThrow(/ended unexpectedly/);
  expect(events.map(({ type }) => type)).toEqual(['run-started', 'run-ended']);
  killed.close();
});

test('nobody brings any work: it ends by itself', async () => {
  expect(await serve(50)).toBe(false);
});

test('what is no viewer of ours is not listened to, and harms nobody', async () => {
  const served = serve();
  const watched = await watch(WORK);
  await watched.work;
  const stranger = connect(join(folder, 'run.sock'));
  stranger.write('GET / HTTP/1.1\n\n{"say":"stop","reason":"x"}\n');
  await new Promise((resolve) => stranger.on('close', resolve));
  expect(run.stopped).toBeUndefined();
  run.end();
  expect(await watched.result).toEqual(SUMMARY);
  await served;
});

test('nothing is at work: nobody is there to be watched', async () => {
  const viewer = { pid: 1, since: 5 };
  expect(await watchRun({ folder, viewer, now: Date.now })).toBeUndefined();
});
