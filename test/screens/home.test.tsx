import { describe, expect, it } from 'vitest';
import { App } from '../../src/app.tsx';
import type { FixView } from '../../src/engine/event.ts';
import type { MendRequest } from '../../src/home.ts';
import { maintenanceEntries } from '../../src/maintenance.ts';
import { resolveAnswers } from '../../src/resolve-answers.ts';
import { NOT_STARTED, reduce } from '../../src/view-model.ts';
import type { World } from '../../src/world.ts';
import { ended, finding, runAction, started, task, writeAction } from '../events.ts';
import { type Found, lookEvents, VIEWS } from '../looks.ts';
import { COLOUR, painting } from '../operate/operations.ts';
import { rehearsedWorld } from '../rehearsed-world.ts';
import { ScriptedFlow } from '../scripted-flow.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { DOWN, ENTER, ESCAPE, session, showInTerminal, UP, widest } from './glass.tsx';

const START: FixView = {
  title: 'Start nginx',
  actions: [{ kind: 'run', purpose: 'Start nginx', command: 'systemctl start nginx' }],
};
const NGINX_DOWN: Found = {
  'nginx-site': { code: 'nginx-down', saw: 'nginx is inactive.', because: 'It ends TLS.', fixes: [START] },
};
const RESTART: FixView = {
  title: 'Restart Hermes',
  consequence: 'Answers it is writing are cut off.',
  actions: [runAction, writeAction],
};
const TWO: Found = {
  ...NGINX_DOWN,
  claude: {
    code: 'claude-token-refused',
    saw: 'Claude refuses the token.',
    fixes: [RESTART, { title: 'Show it', actions: [runAction] }],
  },
};

const settled = () => new Promise((resolve) => setTimeout(resolve, 260));

async function wizard(first: Found | undefined, columns = 80, rows = 24, changes: Partial<World> = {}) {
  const looks: ScriptedRun[] = [];
  const mends: { readonly request: MendRequest; readonly run: ScriptedRun }[] = [];
  const plan = new ScriptedRun();
  const world: World = {
    session,
    lookAtMachine: async () => ({ installed: true, answered: true, lines: [], home: true }),
    checkDomain: async () => [],
    draft: { domain: 'otto.example.com', email: 'ops@example.com', adminEmail: 'ops@example.com' },
    isGiven: () => false,
    isKept: () => true,
    complete: ({ ownApiKey: _, ownPassword: __, ...flags }) => {
      const resolution = resolveAnswers({ flags }, { unattended: false });
      if (!resolution.ok) throw new Error('answers are missing');
      return resolution.answers;
    },
    canMend: () => true,
    found: [],
    look: () => {
      const run = new ScriptedRun();
      looks.push(run);
      return { run, changes: Promise.resolve(undefined) };
    },
    mend: (_, request) => {
      const run = new ScriptedRun();
      mends.push({ request, run });
      return run;
    },
    mendNotes: () => [],
    maintenance: [],
    operate: () => {
      throw new Error('nothing to operate');
    },
    operateInLines: async () => 0,
    reading: () => {
      throw new Error('nothing to read');
    },
    plan: () => plan,
    install: () => new ScriptedRun(),
    savePlan: async () => 'saved',
    outcome: async () => ({}),
    stop: async () => {},
    ...changes,
  };
  const shown = await showInTerminal(<App world={world} />, columns, rows);
  const finds = (found: Found) => looks.at(-1)?.emit(...lookEvents(found));
  if (first !== undefined) {
    await shown.waitFor('looking');
    finds(first);
    await shown.waitFor(/looked at|\d\d:\d\d:\d\d/);
    // The row under the cursor has just come there.
    await settled();
  }
  return { ...shown, looks, mends, finds };
}

describe.each([
  [80, 24],
  [40, 15],
])('the home in a terminal of %i x %i', (columns, rows) => {
  it('shows where the line is cut, the findings, what waits and what is healthy', async () => {
    const app = await wizard(NGINX_DOWN, columns, rows);
    const screen = app.screen();
    expect(screen).toContain('otto.example.com');
    expect(screen).toContain('nginx ✗');
    expect(screen).toContain('Hermes ●');
    expect(screen).toContain('nginx is inactive.');
    expect(screen).toContain('Waiting for nginx site: Cert');
    expect(screen).toContain('16 of 19 checks healthy');
    expect(widest(screen)).toBeLessThan(columns);
    expect(app.scrolledAway()).toBe(0);
    expect(screen).toMatch(/q quit/);
  });

  it('every part of it fits', async () => {
    const app = await wizard(TWO, columns, rows);
    for (const [keys, words] of [
      [ENTER, 'Esc back'],
      ['d', 'Esc back'],
      [ESCAPE, 'Esc back'],
      [ESCAPE, 'q quit'],
      ['a', 'y do it'],
      [ESCAPE, 'q quit'],
      ['?', 'Esc back'],
    ] as const) {
      await app.send(keys);
      const screen = await app.waitFor(words);
      expect(widest(screen)).toBeLessThan(columns);
      expect(app.scrolledAway()).toBe(0);
    }
  });
});

describe('the home', () => {
  it('looks at once, and shows the checks as they come in', async () => {
    const app = await wizard(undefined);
    await app.waitFor('looking …');
    app.looks[0]?.emit(...lookEvents({}).slice(0, 16));
    expect(await app.waitFor(/looking … \d+ of 19/)).toContain('Machine');
    app.looks[0]?.emit(...lookEvents({}).slice(16));
    const screen = await app.waitFor('looked at');
    expect(screen).toContain('19 checks healthy');
    expect(screen).not.toContain('Mend all');
    expect(screen).not.toContain('cut here');
  });

  it('mends one finding with its chosen fix, looks again, and says so', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send(ENTER);
    expect(await app.waitFor('nginx-down')).toContain('systemctl start nginx');
    await app.send(ENTER);
    expect(app.mends[0]?.request).toEqual({
      title: 'Start nginx',
      codes: ['nginx-down'],
      fixes: { 'nginx-down': 0 },
      others: 'what-follows',
    });
    await app.waitFor('Mending');
    app.mends[0]?.run.emit(started(VIEWS), {
      type: 'action-ended',
      at: 9,
      task: 'nginx-site',
      action: 'a',
      ok: true,
      ms: 4,
    });
    app.mends[0]?.run.emit(ended('healthy', 4_000));
    await app.waitFor('looking');
    expect(app.screen()).not.toContain('nginx is inactive');
    app.finds({});
    const screen = await app.waitFor('Mended: Start nginx, in 4.0 s.');
    expect(screen).toContain('19 checks healthy');
    expect(app.looks).toHaveLength(2);
  });

  it('takes another fix than the recommended one, and shows what the first one gives up', async () => {
    const app = await wizard(TWO);
    await app.send(DOWN + ENTER);
    await app.waitFor('nginx-down');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
    await app.send('\x1b[H');
    await app.send(ENTER);
    expect(await app.waitFor('claude-token-refused')).toContain('Answers it is writing are cut off.');
    await app.send(`${DOWN}y`);
    expect(app.mends[0]?.request.fixes).toEqual({ 'claude-token-refused': 1 });
  });

  it('mends all safe ones only after it has shown them, and none that gives something up', async () => {
    const app = await wizard(TWO);
    expect(app.screen()).toContain('Mend all that is safe (1)');
    await app.send('a');
    const screen = await app.waitFor('Mend all that is safe (1)');
    expect(screen).toContain('systemctl start nginx');
    expect(screen).not.toContain('Restart Hermes');
    expect(app.mends).toEqual([]);
    await app.send('y');
    expect(app.mends[0]?.request).toMatchObject({ codes: ['nginx-down'], others: 'all-safe' });
  });

  it('shows a fix that failed where it happened, and the finding again afterwards', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send(`${ENTER}${ENTER}`);
    const failure = {
      action: runAction,
      exitCode: 1,
      timedOut: false,
      tail: [],
      because: 'Port 80 is held by apache2.',
      next: 'Stop apache2.',
    };
    const nginx = finding({ code: 'nginx-down', severity: 'broken', saw: 'nginx is inactive.' });
    app.mends[0]?.run.emit(
      started(VIEWS),
      { type: 'action-ended', at: 2, task: 'nginx-site', action: 'a', ok: false, ms: 4, failure },
      {
        type: 'question',
        at: 3,
        question: 'q1',
        task: 'nginx-site',
        finding: nginx,
        failure,
        cameBack: false,
      },
    );
    expect(await app.waitFor('Needs you')).toContain('Port 80 is held by apache2.');
    await app.send(`3${ENTER}`);
    expect(app.mends[0]?.run.decisions).toEqual([{ kind: 'skip', question: 'q1' }]);
    app.mends[0]?.run.emit({ type: 'decided', at: 4, question: 'q1', choice: 'skip' }, ended('findings'));
    await app.waitFor('looking');
    app.finds(NGINX_DOWN);
    expect((await app.waitFor('not mended')).replace(/\s+/g, ' ')).toContain('Stop apache2.');
    await settled();
    await app.send(ENTER);
    expect(await app.waitFor('nginx-down')).toContain('Port 80 is held by apache2.');
  });

  it('Ctrl-C in the middle of a fix stops it safely and comes back to the home', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send(`${ENTER}${ENTER}`);
    await app.waitFor('Mending');
    await app.send('\x03');
    await app.waitFor('Stop mending?');
    await app.send('\x03');
    expect(app.mends[0]?.run.stopped).toContain('Ctrl-C');
    await app.waitFor('looking');
    app.finds(NGINX_DOWN);
    expect(await app.waitFor('Stopped.')).toContain('nginx is inactive.');
  });

  it('goes on to the plan with w and comes back from there', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send('w');
    await app.waitFor('The plan');
    await app.send(ESCAPE);
    expect(await app.waitFor('q quit')).toContain('nginx is inactive.');
    await app.send('c');
    expect(await app.waitFor('Question 1 of 6')).toContain('otto.example.com');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
  });

  it('asks what is missing before it mends, and only then', async () => {
    let known = false;
    const app = await wizard(NGINX_DOWN, 80, 24, {
      canMend: () => known,
      isKept: ({ id }) => id !== 'email',
    });
    await app.send(`${ENTER}${ENTER}`);
    await app.waitFor('Question 4 of 6');
    expect(app.mends).toEqual([]);
    known = true;
    await app.send(`ops@example.com${ENTER}`);
    await app.waitFor('Mending');
    expect(app.mends[0]?.request.codes).toEqual(['nginx-down']);
  });

  it('marks what changed since all was healthy, and says what it was', async () => {
    const since = Date.parse('2026-11-12T09:41:00Z');
    const changed = [{ what: '/etc/nginx/nginx.conf', tasks: ['nginx-site'] }];
    const look = new ScriptedRun();
    const app = await wizard(undefined, 80, 24, {
      look: () => ({ run: look, changes: Promise.resolve({ since, changed }) }),
    });
    look.emit(...lookEvents(NGINX_DOWN));
    const screen = await app.waitFor('looked at');
    expect(screen).toMatch(/nginx is inactive\. +changed\n/);
    expect(screen).toMatch(/16 of 19 checks healthy +all healthy last: 12 Nov/);
    await settled();
    await app.send(ENTER);
    expect(await app.waitFor('nginx-down')).toContain('/etc/nginx/nginx.conf');
  });

  it('says what was found where nobody had said it, until something is mended', async () => {
    const found = [{ mark: 'healthy' as const, text: 'Found here, not asked: Host name otto.example.com' }];
    const app = await wizard(NGINX_DOWN, 80, 24, { found });
    expect(app.screen()).toContain('● Found here, not asked: Host name otto.example.com');
  });

  it('does not take an Enter for a row that came under the cursor by itself', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send('r');
    app.finds({ claude: { code: 'claude-token-refused', saw: 'Claude refuses the token.' } });
    await app.send(ENTER);
    expect(app.screen()).toContain('looked at');
    await settled();
    await app.send(ENTER);
    await app.waitFor('claude-token-refused');
  });
});

const painted = painting({ entry: 'Paint …' });
const repainted = painting({ id: 'update-paint', command: 'update paint', title: 'Update the paint' });
const rewashed = painting({ id: 'update-wash', command: 'update wash', title: 'Update the wash' });
const removed = painting({ id: 'uninstall', command: 'uninstall', title: 'Uninstall Otto' });
const MAINTENANCE = maintenanceEntries([painted, repainted, rewashed, removed], []);

async function operating(found: Found, columns = 80, rows = 24) {
  const flow = new ScriptedFlow();
  const begun: string[] = [];
  const app = await wizard(found, columns, rows, {
    maintenance: MAINTENANCE,
    operate: (_, operation) => {
      begun.push(operation.id);
      flow.go({ name: 'looking' });
      return flow;
    },
  });
  return { ...app, flow, begun };
}

describe('what can be asked for on the home', () => {
  it('stands below the findings in two columns, what removes everything last', async () => {
    const app = await operating(NGINX_DOWN);
    const screen = app.screen();
    expect(screen).toContain('What would you like to do?');
    expect(screen).toMatch(/nginx is inactive[\s\S]*Mend all that is safe \(1\) {2}a +Support bundle/);
    expect(screen).toMatch(/Status {2}s +Uninstall Otto\n/);
    await app.send(DOWN);
    expect(app.screen()).toContain('▸ Mend all');
    await app.send('\x1b[C');
    expect(app.screen()).toContain('▸ Support bundle');
    await app.send(DOWN + DOWN + DOWN);
    expect(app.screen()).toContain('▸ Uninstall Otto');
    await app.send('\x1b[D');
    expect(app.screen()).toContain('▸ Status');
    await app.send(UP);
    expect(app.screen()).toContain('▸ Update …');
  });

  it.each([
    [80, 24],
    [40, 15],
  ])('m shows all of it with explanations, at %i x %i', async (columns, rows) => {
    const app = await operating(TWO, columns, rows);
    await app.send('m');
    const screen = await app.waitFor('▸ Paint …');
    expect(screen).toContain('Paint something.');
    expect(widest(screen)).toBeLessThan(columns);
    expect(app.scrolledAway()).toBe(0);
    await app.send(`2${ENTER}`);
    expect(await app.waitFor('Which one?')).toContain('▸ Update the paint');
    await app.send(`2${ENTER}`);
    await app.waitFor('Looking.');
    expect(app.begun).toEqual(['update-wash']);
    await app.send(ESCAPE);
    await app.waitFor('Which one?');
    await app.send(ESCAPE);
    await app.waitFor('▸ Paint …');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
  });

  it('begins one, and after its end looks again and says how it ended', async () => {
    const app = await operating({});
    await app.send(ENTER);
    await app.waitFor('Looking.');
    expect(app.begun).toEqual(['paint']);
    const part = { ...task('paint'), title: 'Paint it' };
    const run = [
      started([part]),
      { type: 'task-state', at: 1, task: 'paint', state: 'healthy' } as const,
      ended('healthy', 4_000),
    ].reduce(reduce, NOT_STARTED);
    app.flow.go({ name: 'ended', ending: { kind: 'done' }, run, told: [], ottoIsGone: false });
    await app.waitFor('Paint it: done');
    await app.send(ENTER);
    await app.waitFor('looking …');
    app.finds({});
    expect(await app.waitFor('looked at')).toContain('● Paint it: done and verified. It took 4.0 s.');
    expect(app.looks).toHaveLength(2);
    await app.send('r');
    app.finds({});
    await app.waitFor('looked at');
    expect(app.screen()).not.toContain('done and verified');
  });

  it('goes to the first look when there is no Otto any more', async () => {
    let here = true;
    const flow = new ScriptedFlow();
    const app = await wizard({}, 80, 24, {
      maintenance: MAINTENANCE,
      operate: () => flow,
      lookAtMachine: async () => ({
        installed: false,
        answered: false,
        lines: [],
        ...(here ? { home: true as const } : {}),
      }),
    });
    await app.send(ENTER);
    await app.waitFor('Looking.');
    here = false;
    flow.go({ name: 'ended', ending: { kind: 'done' }, run: NOT_STARTED, told: [], ottoIsGone: true });
    await app.waitFor('Paint it: done');
    await app.send(ENTER);
    await app.waitFor('Enter begin');
  });

  it('Ctrl-C at a question asks whether to leave, and at work whether to stop', async () => {
    const app = await operating({});
    await app.send(ENTER);
    app.flow.go({ name: 'asking', ask: COLOUR, number: 1, before: undefined });
    await app.waitFor('Which colour?');
    await app.send('\x03');
    await app.waitFor('Leave?');
    await app.send(ESCAPE);
    await app.waitFor('Which colour?');
    app.flow.go({ name: 'working', actions: [], ends: [], run: NOT_STARTED });
    await app.waitFor('Ctrl-C stop');
    await app.send('\x03');
    await app.waitFor('Stop, and take it back?');
    await app.send('\x03');
    expect(app.flow.calls).toEqual(['Stopped with Ctrl-C.']);
  });
});

describe('over a droplet in memory', () => {
  it('finds what is broken, mends it with two keys, and finds it healthy', async () => {
    const world = await rehearsedWorld('broken');
    const app = await showInTerminal(<App world={world} />, 80, 24);
    expect(await app.waitFor('looked at')).toContain('nginx ✗ ┄┄┄ Open WebUI ● ──✗ Hermes ●');
    expect(app.screen()).toContain('Mend all that is safe (2)');
    await app.send('a');
    await app.waitFor('ufw allow in on docker0');
    await app.send('y');
    expect(await app.waitFor('Mended: 2 faults')).toContain('● 19 checks healthy');
  });
});

describe('a question that takes the place of another one', () => {
  const question = (id: string, code: string) =>
    ({
      type: 'question',
      at: 3,
      question: id,
      task: 'nginx-site',
      finding: finding({ code, saw: `Seen ${code}.` }),
      cameBack: false,
    }) as const;

  async function asked() {
    const app = await wizard(NGINX_DOWN);
    await app.send(`${ENTER}${ENTER}`);
    const run = app.mends[0]?.run;
    if (run === undefined) throw new Error('nothing is being mended');
    run.emit(started(VIEWS), question('q1', 'one'), question('q2', 'two'));
    await app.waitFor('Seen one.');
    return { app, run };
  }

  it('gets no key that was meant for that one', async () => {
    const { app, run } = await asked();
    run.emit({ type: 'question-withdrawn', at: 4, question: 'q1' });
    await app.send(ENTER);
    expect(run.decisions).toEqual([]);
    await settled();
    await app.send(ENTER);
    expect(run.decisions).toEqual([{ kind: 'apply', question: 'q2', fix: 0 }]);
  });

  it('gets keys at once when that one was answered', async () => {
    const { app, run } = await asked();
    run.emit({ type: 'decided', at: 4, question: 'q1', choice: 'skip' });
    await app.send(ENTER);
    expect(run.decisions).toEqual([{ kind: 'apply', question: 'q2', fix: 0 }]);
  });
});
