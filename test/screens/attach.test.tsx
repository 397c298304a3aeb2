import { describe, expect, it } from 'vitest';
import type { WatchedRun } from '../../src/detached/client.ts';
import type { Work } from '../../src/detached/work.ts';
import type { Detached, Watching } from '../../src/engine/contracts/run.ts';
import { Listeners } from '../../src/run/listeners.ts';
import { followRun } from '../../src/run/run-store.ts';
import { AttachApp } from '../../src/screens/attach-app.tsx';
import { LEFT_RUNNING } from '../../src/screens/left-running.ts';
import { finding, started, task } from '../events.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { answersWith } from '../tasks/answers.ts';
import { ENTER, session, showInTerminal } from './glass.tsx';

const CTRL_C = '\u0003';
const CTRL_T = '\u0014';
const HERE = { id: 'v1', pid: 7, terminal: '/dev/pts/1', from: '203.0.113.5', since: 1 };
const THERE = { id: 'v2', pid: 8, terminal: '/dev/pts/4', from: '198.51.100.7', since: 2 };

class DetachedRun extends ScriptedRun implements WatchedRun {
  readonly work: Promise<Work>;
  left = false;
  #watching: Watching = { you: 'v1', decides: 'v1', viewers: [HERE] };
  readonly #listeners = new Listeners();
  readonly detached: Detached = {
    watching: { get: () => this.#watching, subscribe: this.#listeners.subscribe },
    takeOver: () => this.watch({ ...this.#watching, decides: 'v1' }),
    leave: () => {
      this.left = true;
    },
  };

  constructor(work: Work) {
    super();
    this.work = Promise.resolve(work);
  }

  watch(watching: Watching): void {
    this.#watching = watching;
    this.#listeners.tell();
  }

  gavePassword(): boolean {
    return false;
  }
}

const INSTALL: Work = { kind: 'install', answers: answersWith() };
const BOTH = [HERE, THERE];
const asks = {
  type: 'question',
  at: 5,
  question: 'q1',
  task: 'packages',
  finding: finding(),
  cameBack: false,
} as const;

async function shown(work = INSTALL, columns = 80, rows = 24) {
  const run = new DetachedRun(work);
  run.emit(started([task('packages')]), { type: 'task-state', at: 1, task: 'packages', state: 'looking' });
  const store = followRun(run);
  const app = await showInTerminal(<AttachApp {...{ run, work, store, session }} />, columns, rows);
  return { run, app };
}

describe('a run that was started elsewhere', () => {
  it('is shown from its beginning; alone, one decides, and nothing is said of that', async () => {
    const { app } = await shown();
    const screen = await app.waitFor('Installing');
    expect(screen).toContain('Packages');
    expect(screen).not.toContain('decide');
  });

  it('two watch: says who decides, and takes nothing from the other until Ctrl-T', async () => {
    const { run, app } = await shown();
    run.watch({ you: 'v1', decides: 'v2', viewers: BOTH });
    run.emit(asks);
    expect(await app.waitFor('Needs you')).toContain(
      'pts/4 from 198.51.100.7 decides, you watch. Ctrl-T: decide here.',
    );
    await app.send(ENTER);
    expect(run.decisions).toEqual([]);
    await app.send(CTRL_T);
    await app.waitFor('pts/4 from 198.51.100.7 watches; you decide here.');
    await new Promise((resolve) => setTimeout(resolve, 400));
    await app.send(ENTER);
    expect(run.decisions).toEqual([{ kind: 'apply', question: 'q1', fix: 'install-packages' }]);
  });

  it('Ctrl-C offers to leave it running, and that is what Enter does', async () => {
    const { run, app } = await shown();
    await app.send(CTRL_C);
    const screen = await app.waitFor('Leave it running');
    expect(screen).toContain('Stop safely');
    await app.send(ENTER);
    expect(await app.left).toBe(LEFT_RUNNING);
    expect(run.left).toBe(true);
    expect(run.stopped).toBeUndefined();
  });

  it('whoever only watches cannot stop it; a second Ctrl-C leaves', async () => {
    const { run, app } = await shown();
    run.watch({ you: 'v1', decides: 'v2', viewers: BOTH });
    await app.send(CTRL_C);
    expect(await app.waitFor('Leave it running')).not.toContain('Stop safely');
    await app.send(CTRL_C);
    expect(await app.left).toBe(LEFT_RUNNING);
    expect(run.stopped).toBeUndefined();
  });

  it('a second Ctrl-C of whoever decides stops it safely', async () => {
    const { run, app } = await shown();
    await app.send(CTRL_C);
    await app.waitFor('Leave it running');
    await app.send(CTRL_C);
    expect(run.stopped).toBe('Stopped with Ctrl-C.');
  });

  it('in a small window nothing is wider than it', async () => {
    const { run, app } = await shown(INSTALL, 40, 15);
    run.watch({ you: 'v1', decides: 'v2', viewers: BOTH });
    run.emit(asks);
    const screen = await app.waitFor('Needs you');
    expect(screen).toContain('pts/4 from 198.51.100.7 decides');
    await app.send(CTRL_C);
    await app.waitFor('Leave it running');
    expect(app.scrolledAway()).toBe(0);
  });
});
