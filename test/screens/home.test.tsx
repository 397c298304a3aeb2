import { describe, expect, it } from 'vitest';
import { App } from '../../src/screens/app.tsx';
import { ended, finding, runAction, started } from '../events.ts';
import { lookEvents, VIEWS } from '../looks.ts';
import { rehearsedServices } from '../rehearsed-services.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { DOWN, ENTER, ESCAPE, showInTerminal, widest } from './glass.tsx';
import { NGINX_DOWN, settled, TWO, wizard } from './home-app.tsx';

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
    expect(screen).toContain('17 of 20 checks healthy');
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
    expect(await app.waitFor(/looking … \d+ of 20/)).toContain('Machine');
    app.looks[0]?.emit(...lookEvents({}).slice(16));
    const screen = await app.waitFor('looked at');
    expect(screen).toContain('20 checks healthy');
    expect(screen).not.toContain('Fix all');
    expect(screen).not.toContain('cut here');
  });

  it('fixes one finding with its chosen fix, looks again, and says so', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send(ENTER);
    expect(await app.waitFor('nginx-down')).toContain('systemctl start nginx');
    await app.send(ENTER);
    expect(app.fixes[0]?.request).toEqual({
      title: 'Start nginx',
      codes: ['nginx-down'],
      consents: [{ task: 'nginx-site', code: 'nginx-down', fix: 'start-nginx' }],
      others: 'what-follows',
    });
    await app.waitFor('Fixing');
    app.fixes[0]?.run.emit(started(VIEWS), {
      type: 'action-ended',
      at: 9,
      task: 'nginx-site',
      action: 'a',
      ok: true,
      ms: 4,
    });
    app.fixes[0]?.run.emit(ended('healthy', 4_000));
    await app.waitFor('looking');
    expect(app.screen()).not.toContain('nginx is inactive');
    app.finds({});
    const screen = await app.waitFor('Fixed: Start nginx, in 4.0 s.');
    expect(screen).toContain('20 checks healthy');
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
    expect(app.fixes[0]?.request.consents).toMatchObject([{ code: 'claude-token-refused', fix: 'show' }]);
  });

  it('fixes all safe ones only after it has shown them, and none that gives something up', async () => {
    const app = await wizard(TWO);
    expect(app.screen()).toContain('Fix everything that is safe (1)');
    await app.send('a');
    const screen = await app.waitFor('Fix everything that is safe (1)');
    expect(screen).toContain('systemctl start nginx');
    expect(screen).not.toContain('Restart Hermes');
    expect(app.fixes).toEqual([]);
    await app.send('y');
    expect(app.fixes[0]?.request).toMatchObject({ codes: ['nginx-down'], others: 'all-safe' });
  });

  it('shows a fix that failed where it happened, and the finding again afterwards', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send(`${ENTER}${ENTER}`);
    const failure = {
      action: runAction,
      exitCode: 1,
      timedOut: false,
      tail: [],
      reason: 'Port 80 is held by apache2.',
      next: 'Stop apache2.',
    };
    const nginx = finding({ code: 'nginx-down', severity: 'broken', evidence: 'nginx is inactive.' });
    app.fixes[0]?.run.emit(
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
    expect(app.fixes[0]?.run.decisions).toEqual([{ kind: 'skip', question: 'q1' }]);
    app.fixes[0]?.run.emit({ type: 'decided', at: 4, question: 'q1', choice: 'skip' }, ended('findings'));
    await app.waitFor('looking');
    app.finds(NGINX_DOWN);
    expect((await app.waitFor('not fixed')).replace(/\s+/g, ' ')).toContain('Stop apache2.');
    await settled();
    await app.send(ENTER);
    expect(await app.waitFor('nginx-down')).toContain('Port 80 is held by apache2.');
  });

  it('Ctrl-C in the middle of a fix stops it safely and comes back to the home', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send(`${ENTER}${ENTER}`);
    await app.waitFor('Fixing');
    await app.send('\x03');
    await app.waitFor('Stop fixing?');
    await app.send('\x03');
    expect(app.fixes[0]?.run.stopped).toContain('Ctrl-C');
    await app.waitFor('looking');
    app.finds(NGINX_DOWN);
    expect(await app.waitFor('Stopped.')).toContain('nginx is inactive.');
  });

  it('goes on to the plan with w and comes back from there', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send('w');
    await app.waitFor('Your answers');
    await app.send(ENTER);
    await app.waitFor('The plan');
    await app.send(ESCAPE);
    await app.waitFor('Your answers');
    await app.send(ESCAPE);
    expect(await app.waitFor('q quit')).toContain('nginx is inactive.');
    await app.send('c');
    expect(await app.waitFor('Question 1 of 6')).toContain('otto.example.com');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
  });

  it('finds any command by its words with / or :, and a finding, too', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send('/');
    expect(await app.waitFor('Find a command')).toContain('nginx is inactive.');
    await app.send('stat');
    expect(await app.waitFor('1 of')).toContain('▸ Status');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
    await app.send(':');
    await app.waitFor('Find a command');
    await app.send('nginx');
    await app.waitFor('▸ ');
    await app.send(ENTER);
    expect(await app.waitFor('It ends TLS.')).toContain('nginx-down');
    await app.send(ESCAPE);
    await app.waitFor('q quit');
    await app.send('/');
    await app.send('there is no such thing');
    expect(await app.waitFor('Nothing here is called that.')).toContain('0 of');
    await app.send(ENTER);
    expect(app.screen()).toContain('Find a command');
  });

  it('asks what is missing before it fixes, and only then', async () => {
    let known = false;
    const app = await wizard(NGINX_DOWN, 80, 24, {
      canFix: () => known,
      isKept: ({ id }) => id !== 'email',
    });
    await app.send(`${ENTER}${ENTER}`);
    await app.waitFor('Question 4 of 6');
    expect(app.fixes).toEqual([]);
    known = true;
    await app.send(`ops@example.com${ENTER}`);
    await app.waitFor('Fixing');
    expect(app.fixes[0]?.request.codes).toEqual(['nginx-down']);
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
    expect(screen).toMatch(/17 of 20 checks healthy +last all healthy: 12 Nov/);
    await settled();
    await app.send(ENTER);
    expect(await app.waitFor('nginx-down')).toContain('/etc/nginx/nginx.conf');
  });

  it('says what was found where nobody had said it, until something is fixed', async () => {
    const found = [{ mark: 'healthy' as const, text: 'Found here, not asked: Host name otto.example.com' }];
    const app = await wizard(NGINX_DOWN, 80, 24, { found });
    expect(app.screen()).toContain('● Found here, not asked: Host name otto.example.com');
  });

  it('does not take an Enter for a row that came under the cursor by itself', async () => {
    const app = await wizard(NGINX_DOWN);
    await app.send('r');
    app.finds({ claude: { code: 'claude-token-refused', evidence: 'Claude refuses the token.' } });
    await app.send(ENTER);
    expect(app.screen()).toContain('looked at');
    await settled();
    await app.send(ENTER);
    await app.waitFor('claude-token-refused');
  });
});

describe('over a droplet in memory', () => {
  it('finds what is broken, fixes it with two keys, and finds it healthy', async () => {
    const services = await rehearsedServices('broken');
    const app = await showInTerminal(<App services={services} />, 80, 24);
    expect(await app.waitFor('looked at')).toContain('nginx ✗ ┄┄┄ Open WebUI ● ──✗ Hermes ●');
    expect(app.screen()).toContain('Fix everything that is safe (2)');
    await app.send('a');
    await app.waitFor('ufw allow in on docker0');
    await app.send('y');
    expect(await app.waitFor('Fixed: 2 faults')).toContain('● 20 checks healthy');
  });
});

describe('a question that takes the place of another one', () => {
  const question = (id: string, code: string) =>
    ({
      type: 'question',
      at: 3,
      question: id,
      task: 'nginx-site',
      finding: finding({ code, evidence: `Seen ${code}.` }),
      cameBack: false,
    }) as const;

  async function asked() {
    const app = await wizard(NGINX_DOWN);
    await app.send(`${ENTER}${ENTER}`);
    const run = app.fixes[0]?.run;
    if (run === undefined) throw new Error('nothing is being fixed');
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
    expect(run.decisions).toEqual([{ kind: 'apply', question: 'q2', fix: 'install-packages' }]);
  });

  it('gets keys at once when that one was answered', async () => {
    const { app, run } = await asked();
    run.emit({ type: 'decided', at: 4, question: 'q1', choice: 'skip' });
    await app.send(ENTER);
    expect(run.decisions).toEqual([{ kind: 'apply', question: 'q2', fix: 'install-packages' }]);
  });
});
