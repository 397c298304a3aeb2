import { describe, expect, it } from 'vitest';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { App } from '../../src/screens/app.tsx';
import { Secret } from '../../src/secret/secret.ts';
import type { WizardServices } from '../../src/wizard/services.ts';
import { ended, finding, installation, started, task } from '../events.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { DOWN, ENTER, ESCAPE, session, showInTerminal } from './glass.tsx';

function scriptedWorld(changes: Partial<WizardServices> = {}) {
  const plan = new ScriptedRun();
  const install = new ScriptedRun();
  plan.emit(
    started([task('packages')], 'plan'),
    { type: 'findings', at: 1, task: 'packages', findings: [finding()] },
    ended('findings', 2),
  );
  const drafts: unknown[] = [];
  const services: WizardServices = {
    session,
    lookAtMachine: async () => ({
      installed: false,
      answered: false,
      lines: [{ mark: 'healthy', text: 'Ubuntu 24.04.2 LTS' }],
    }),
    checkDomain: async (domain) => [{ mark: 'healthy', text: `${domain} leads here.` }],
    draft: {},
    isGiven: () => false,
    isKept: () => false,
    complete: (draft) => {
      drafts.push(draft);
      const { ownApiKey: _, ownPassword: __, ...flags } = draft;
      const resolution = resolveAnswers({ flags }, { unattended: false });
      if (!resolution.ok) throw new Error('answers are missing');
      return resolution.answers;
    },
    canFix: () => true,
    found: [],
    look: () => ({ run: new ScriptedRun(), changes: Promise.resolve(undefined) }),
    fix: () => new ScriptedRun(),
    fixNotes: () => [],
    maintenance: [],
    operate: () => {
      throw new Error('nothing to operate');
    },
    reading: () => {
      throw new Error('nothing to read');
    },
    operating: () => {
      throw new Error('nothing to operate');
    },
    durations: async () => ({}),
    plan: () => plan,
    install: () => install,
    savePlan: async () => 'saved',
    outcome: async () => ({ password: 'abcde-fghij', passwordFile: '/root/otto-admin-password.txt' }),
    stop: async () => {},
    ...changes,
  };
  return { services, plan, install, drafts };
}

async function wizard(changes: Partial<WizardServices> = {}, columns = 80, rows = 24) {
  const scripted = scriptedWorld(changes);
  const shown = await showInTerminal(<App services={scripted.services} />, columns, rows);
  return { ...shown, ...scripted };
}

/** From the page of all answers to the plan. */
async function reviewed(app: Awaited<ReturnType<typeof wizard>>): Promise<void> {
  await app.waitFor('Your answers');
  await app.send(ENTER);
  await app.waitFor('1 step');
}

/** All six questions in one go, as a script or a very fast typist sends them. */
const ALL_ANSWERS = [
  `otto.example.com${ENTER}`,
  `${ENTER}`,
  `${DOWN}${ENTER}a-key-of-sixteen-or-more${ENTER}`,
  `ops@example.com${ENTER}`,
  `Ada Lovelace${ENTER}${ENTER}`,
  `${DOWN}${ENTER}correct horse?${ENTER}correct horse?${ENTER}`,
  `${DOWN}${ENTER}sk-ant-api03-abcdefghijk${ENTER}`,
].join('');

describe.each([
  [80, 24],
  [40, 15],
])('the whole way in a terminal of %i x %i', (columns, rows) => {
  it('from the first look to the end, all answers typed in one chunk', async () => {
    const app = await wizard({}, columns, rows);
    await app.waitFor('Ubuntu 24.04.2 LTS');
    await app.send(ENTER);
    await app.waitFor('Question 1 of 6');
    await app.send(ALL_ANSWERS);
    await reviewed(app);
    expect(app.drafts).toEqual([
      {
        domain: 'otto.example.com',
        user: 'cleo',
        ownApiKey: true,
        apiKey: expect.any(Secret),
        email: 'ops@example.com',
        adminName: 'Ada Lovelace',
        adminEmail: 'ops@example.com',
        ownPassword: true,
        adminPassword: expect.any(Secret),
        claude: 'api-key',
        anthropicApiKey: expect.any(Secret),
      },
    ]);
    for (const secret of ['a-key-of-sixteen', 'correct horse', 'sk-ant-api03']) {
      expect(app.raw()).not.toContain(secret);
    }

    await app.send('y');
    app.install.emit(...installation.slice(0, 8));
    expect(await app.waitFor('3 of 7 packages')).toContain('Packages');
    app.install.emit(...installation.slice(8, 10));
    await app.waitFor('otto.example.com is not in DNS yet.');
    await app.send(`${DOWN}${DOWN}${ENTER}`);
    expect(app.install.decisions).toEqual([{ kind: 'skip', question: 'q1' }]);
    app.install.emit(...installation.slice(10, -1));
    await app.waitFor('Installing');
    app.install.emit(ended('healthy'));
    const end = await app.waitFor('Otto is ready');
    expect(end).toContain('https://otto.example.com');
    expect(end).toContain('abcde-fghij');
    await app.send('h');
    expect(await app.waitFor('Message for your client')).toContain('Address:  https://otto.example.com');
    expect(app.screen()).not.toContain('abcde-fghij');
    await app.send('h');
    await app.waitFor('Otto is ready');
    expect(app.scrolledAway()).toBe(0);
  });
});

describe('going back and forth', () => {
  it('keeps what was answered, and asks nothing that was given', async () => {
    const app = await wizard({ isGiven: ({ id }) => id === 'user' });
    await app.waitFor('Ubuntu');
    await app.send(`${ENTER}otto.example.com${ENTER}`);
    expect(app.screen()).toContain('API key');
    await app.send(ESCAPE);
    expect(await app.waitFor('Question 1 of 6')).toContain('› otto.example.com');
    await app.send(ENTER);
    await app.waitFor('Question 3 of 6');
    await app.send(ESCAPE);
    await app.waitFor('Question 1 of 6');
    await app.send(ESCAPE);
    await app.waitFor('Ubuntu');
  });

  it('says what is wrong with an answer and stays', async () => {
    const app = await wizard();
    await app.send(`${ENTER}otto${ENTER}`);
    expect(await app.waitFor('single word')).toContain('Question 1 of 6');
    await app.send(`.example.com`);
    expect(await app.waitFor('leads here')).not.toContain('single word');
    await app.send(ENTER);
    await app.waitFor('Question 2 of 6');
  });
});

describe('the page of all answers', () => {
  it('changes any of them by its number, and comes back; Esc goes back to the questions', async () => {
    const app = await wizard();
    await app.send(ENTER + ALL_ANSWERS);
    const page = await app.waitFor('Your answers');
    expect(page).toMatch(
      /1 +Domain +otto\.example\.com\n +2 +Deploy user +cleo\n +3 +API key +your own, not shown/,
    );
    expect(page).toMatch(/5 +First account +Ada Lovelace, ops@example\.com, your own password, not shown/);
    await app.send('1');
    expect(await app.waitFor('Question 1 of 6')).toContain('› otto.example.com');
    await app.send(ESCAPE);
    await app.waitFor('Your answers');
    await app.send(`1otto.client.example${ENTER}`);
    expect(await app.waitFor('Your answers')).toContain('otto.client.example');
    // All that is asked about one thing is asked again.
    await app.send(`5Grace Hopper${ENTER}${ENTER}${ENTER}`);
    await app.waitFor('Question 5 of 6');
    await app.send(`${DOWN}${ENTER}correct horse!${ENTER}correct horse!${ENTER}`);
    expect(await app.waitFor('Your answers')).toContain('Grace Hopper');
    await reviewed(app);
    expect(app.drafts.at(-1)).toMatchObject({ domain: 'otto.client.example', adminName: 'Grace Hopper' });
    await app.send(ESCAPE);
    await app.waitFor('Your answers');
    await app.send(ESCAPE);
    await app.waitFor('Question 6 of 6');
  });

  it('asks name and address of the first account on one screen', async () => {
    const app = await wizard();
    await app.send(`${ENTER}otto.example.com${ENTER}${ENTER}${ENTER}ops@example.com${ENTER}`);
    expect(await app.waitFor('name of the first account')).toContain('› Admin');
    await app.send(`Ada Lovelace${ENTER}`);
    const both = await app.waitFor('What e-mail address will it sign in with?');
    expect(both).toContain('Ada Lovelace');
    await app.send(ESCAPE);
    expect(await app.waitFor('› Ada Lovelace')).not.toContain('sign in with?');
    await app.send(`${ENTER}ada@example.com${ENTER}`);
    await app.waitFor('Which password should it have?');
    await app.send(ESCAPE);
    expect(await app.waitFor('name of the first account')).toContain('› Ada Lovelace');
  });
});

describe('a typo in the domain, found while it installs', () => {
  const changed = async () => {
    const app = await wizard();
    await app.send(ENTER + ALL_ANSWERS);
    await reviewed(app);
    await app.send('y');
    app.install.emit(...installation.slice(0, 10));
    await app.waitFor('otto.example.com is not in DNS yet.');
    await app.send(`${DOWN}${ENTER}`);
    expect(await app.waitFor('Question 1 of 6')).toContain('› otto.example.com');
    return app;
  };

  it('is changed from there: the run ends safely, and the plan is made with the other name', async () => {
    const app = await changed();
    expect(app.install.stopped).toBeUndefined();
    await app.send(`otto.client.example${ENTER}`);
    expect(app.install.stopped).toBe('An answer was changed.');
    await app.waitFor('The plan');
    expect(app.drafts.at(-1)).toMatchObject({ domain: 'otto.client.example', email: 'ops@example.com' });
  });

  it('is left as it is with Esc, and the run is still there; Ctrl-C knows of it', async () => {
    const app = await changed();
    await app.send('\x03');
    await app.waitFor('Stop the installation?');
    await app.send(ESCAPE);
    await app.waitFor('Question 1 of 6');
    await app.send(ESCAPE);
    await app.waitFor('is not in DNS yet.');
    expect(app.install.stopped).toBeUndefined();
  });
});

describe('what is pasted', () => {
  it('becomes what was meant, and the change is shown', async () => {
    const app = await wizard();
    await app.send(ENTER);
    await app.waitFor('Question 1 of 6');
    await app.paste('https://otto.example.com/chat\nops@example.com');
    expect(app.screen()).toContain('› otto.example.com');
    expect(app.screen()).toContain('Taken as otto.example.com.');
    await app.send(`${ENTER}${ENTER}${ENTER}ada <ada@example.com>`);
    expect(app.screen()).toContain('Taken as ada@example.com.');
    await app.send(ENTER);
    await app.waitFor('name of the first account');
    expect(app.screen()).toContain('Question 5 of 6');
  });
});

describe('a second start', () => {
  const kept: Partial<WizardServices> = {
    draft: { domain: 'otto.example.com', email: 'ops@example.com', adminEmail: 'ops@example.com' },
    isKept: () => true,
    lookAtMachine: async () => ({
      installed: false,
      answered: true,
      lines: [{ mark: 'healthy', text: 'Ubuntu 24.04.2 LTS' }],
      last: { mark: 'risk', text: 'The last run was cut off 5 min 0 s ago.' },
    }),
  };

  it('goes straight to the answers of the last run and the plan, and back from there', async () => {
    const app = await wizard(kept);
    expect(await app.waitFor('The last run was cut off')).toContain('Enter go on');
    await app.send(ENTER);
    await reviewed(app);
    expect(app.drafts).toEqual([kept.draft]);
    await app.send(ESCAPE);
    await app.waitFor('Your answers');
    await app.send(ESCAPE);
    await app.waitFor('The last run was cut off');
  });

  it('asks only what is open', async () => {
    const app = await wizard({
      ...kept,
      draft: { ...kept.draft, claude: 'api-key' },
      isKept: ({ id }) => id !== 'anthropicApiKey',
    });
    await app.waitFor('Enter go on');
    await app.send(ENTER);
    expect(await app.waitFor('Question 6 of 6')).toContain('What is the API key?');
    await app.send(`sk-ant-api03-abcdefghijk${ENTER}`);
    await reviewed(app);
  });

  it('asks everything again with a, with what was answered', async () => {
    const app = await wizard(kept);
    await app.waitFor('a change answers');
    await app.send('a');
    expect(await app.waitFor('Question 1 of 6')).toContain('› otto.example.com');
    await app.send(`${ENTER}${ENTER}`);
    await app.waitFor('Question 3 of 6');
  });

  it('waits while another one is at work, and goes on by itself', async () => {
    let busy: { busy?: string } = {
      busy: "Another otto-install is running on this machine: 'install' as process 7.",
    };
    const app = await wizard({
      lookAtMachine: async () => ({ installed: false, answered: false, lines: [], ...busy }),
    });
    expect(await app.waitFor('as process 7')).not.toContain('Enter');
    await app.send(ENTER);
    expect(app.screen()).toContain('as process 7');
    busy = {};
    await app.waitFor('Enter begin');
  });
});

describe('another program asks', () => {
  it('shows its address and hands over what is pasted as a secret', async () => {
    const app = await wizard();
    await app.send(ENTER + ALL_ANSWERS);
    await reviewed(app);
    await app.send('y');
    const view = {
      title: 'Sign in to Claude',
      lines: ['Open this address in a browser:'],
      url: 'https://claude.ai/oauth/authorize?z-123',
      ask: { label: 'Paste the code that it shows', masked: true },
    };
    app.install.emit(started([task('claude')]), {
      type: 'dialogue',
      at: 1,
      dialogue: 'd1',
      task: 'claude',
      view,
    });
    await app.waitFor('https://claude.ai/oauth/authorize?z-123');
    await app.paste('code-1234567#state\n');
    await app.send(ENTER);
    expect(app.install.decisions).toEqual([{ kind: 'answer', dialogue: 'd1', handle: 'handle-1' }]);
    expect(app.install.secrets[0]?.reveal()).toBe('code-1234567#state');
    expect(app.raw()).not.toContain('code-1234567');
    app.install.emit({ type: 'dialogue-ended', at: 2, dialogue: 'd1', ok: true });
    await app.waitFor('Installing');
  });
});

describe('Ctrl-C', () => {
  it('asks once, and Escape goes on with what was typed', async () => {
    const app = await wizard();
    await app.send(`${ENTER}otto.exa`);
    await app.send('\x03');
    expect(app.screen()).toContain('Nothing has been changed');
    await app.send(ESCAPE);
    expect(await app.waitFor('Question 1 of 6')).toContain('› otto.exa');
    await app.send('mple.com');
    expect(app.screen()).toContain('› otto.example.com');
  });

  it('in a run stops it safely, and the end says how to go on', async () => {
    const app = await wizard();
    await app.send(ENTER + ALL_ANSWERS);
    await reviewed(app);
    await app.send('y');
    app.install.emit(...installation.slice(0, 8));
    await app.waitFor('Installing');
    await app.send('\x03');
    expect(await app.waitFor('Stop the installation?')).toContain('ends safely first');
    expect(app.install.stopped).toBeUndefined();
    await app.send('\x03');
    expect(app.install.stopped).toContain('Ctrl-C');
    expect(await app.waitFor('Start otto-install again')).toContain('Stopped');
  });
});
