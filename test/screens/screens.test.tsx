import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { questionsFor } from '../../src/answers/questions.ts';
import type { Event } from '../../src/engine/contracts/event.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { FirstLookScreen } from '../../src/screens/questions/first-look.tsx';
import { QuestionScreen } from '../../src/screens/questions/question.tsx';
import { DialogueScreen } from '../../src/screens/run/dialogue.tsx';
import { EndScreen } from '../../src/screens/run/end.tsx';
import { type FindingChoice, FindingScreen } from '../../src/screens/run/finding.tsx';
import { PlanScreen } from '../../src/screens/run/plan.tsx';
import { RunScreen } from '../../src/screens/run/run.tsx';
import { StopScreen } from '../../src/screens/stop.tsx';
import { ended, finding, installation, runAction, started, task, writeAction } from '../events.ts';
import { DOWN, ENTER, ESCAPE, session, showScreen, UP, widest } from './glass.tsx';

const PAGE_DOWN = '\x1b[6~';
const PAGE_UP = '\x1b[5~';
const nothing = () => {};
const pictureOf = (events: readonly Event[]) => events.reduce(reduce, NOT_STARTED);

const LONG =
  'The firewall drops what the container sends to Hermes, because containers come in over docker0. ';
const atWork = pictureOf([
  ...installation.slice(0, 8),
  { type: 'task-state', at: 20, task: 'domain', state: 'watching', note: LONG },
  ...Array.from({ length: 50 }, (_, n): Event => {
    return { type: 'action-output', at: 300, task: 'packages', action: 'a1', line: `${n} ${LONG.repeat(2)}` };
  }),
]);
const many = pictureOf([
  started(
    Array.from({ length: 30 }, (_, n) => task(`part-${n}`)),
    'plan',
  ),
  ...Array.from({ length: 30 }, (_, n): Event => {
    const fixes = [
      {
        id: 'long',
        title: LONG,
        actions: [runAction, { ...runAction, command: LONG.repeat(3) }, writeAction],
      },
    ];
    return { type: 'findings', at: 1, task: `part-${n}`, findings: [finding({ evidence: LONG, fixes })] };
  }),
  ended('findings'),
]);
const question = {
  id: 'q',
  task: 'packages',
  cameBack: true,
  finding: finding({
    severity: 'broken',
    evidence: LONG,
    reason: LONG.repeat(6),
    impact: LONG,
    fixes: [
      {
        id: 'allow-docker0',
        title: 'Allow docker0',
        actions: [runAction, runAction, writeAction],
        consequence: LONG,
      },
      { id: 'leave', title: 'Leave it', actions: [] },
    ],
  }),
  failure: { action: runAction, exitCode: 1, timedOut: false, tail: Array.from({ length: 30 }, () => LONG) },
};
const dialogue = {
  id: 'd',
  task: 'claude',
  view: {
    title: 'Sign in to Claude',
    lines: [LONG, LONG],
    url: `https://claude.ai/oauth/authorize?z=${'x'.repeat(300)}`,
    code: 'WDJB-MJHT',
    ask: { label: 'Paste the code here', masked: true },
    problem: LONG,
  },
};
const lines = Array.from({ length: 40 }, (_, n) => ({
  text: `${n} ${LONG}`,
  mark: 'healthy' as const,
  apart: true,
}));
const choose = { onChoose: nothing };

const SCREENS: Record<string, ReactNode> = {
  'first look': (
    <FirstLookScreen
      seen={{ installed: false, answered: true, lines: [{ mark: 'risk', text: LONG.repeat(8) }] }}
      onBegin={nothing}
      onLookAgain={nothing}
      onQuit={nothing}
    />
  ),
  ...Object.fromEntries(
    questionsFor({ ownApiKey: true, ownPassword: true, claude: 'api-key' }).map((asked) => [
      `question ${asked.id}`,
      <QuestionScreen
        key={asked.id}
        page={[asked]}
        draft={{}}
        onAnswer={nothing}
        onBack={nothing}
        checkDomain={async () => []}
      />,
    ]),
  ),
  plan: <PlanScreen plan={many} onGo={nothing} onBack={nothing} onSave={async () => 'saved'} />,
  run: <RunScreen run={atWork} />,
  finding: <FindingScreen run={atWork} question={question} more={2} {...choose} />,
  dialogue: <DialogueScreen dialogue={dialogue} onAnswer={nothing} onCancel={nothing} />,
  end: <EndScreen run={pictureOf(installation)} lines={lines} onLeave={nothing} />,
  stop: <StopScreen atWork="installing" stopping={false} onStop={nothing} onContinue={nothing} />,
};

describe.each([
  [80, 24],
  [40, 15],
])('in a terminal of %i x %i', (columns, rows) => {
  it.each(Object.keys(SCREENS))(
    'the screen "%s" fits, shows its keys, and says when it is a rehearsal',
    async (name) => {
      const shown = await showScreen(SCREENS[name], {
        columns,
        rows,
        session: { ...session, rehearsal: true },
      });
      const screen = shown.screen();
      // Only a long address goes to the edge, so that it can be copied.
      expect(widest(screen)).toBeLessThanOrEqual(name === 'dialogue' ? columns : columns - 1);
      expect(shown.scrolledAway()).toBe(0);
      expect(screen.split('\n').slice(-4).join('\n')).toMatch(/Esc|Enter|Ctrl-C/);
      expect(screen).toContain('REHEARSAL');
    },
  );
});

describe('after a change of size', () => {
  it.each([
    [100, 30],
    [40, 15],
  ])('to %i x %i every screen fits again', async (columns, rows) => {
    const shown = await showScreen(SCREENS.finding);
    await shown.resize(columns, rows);
    expect(widest(shown.screen())).toBeLessThanOrEqual(columns - 1);
    expect(shown.screen()).toContain('Allow docker0');
    expect(shown.screen()).toContain('Enter do it');
  });
});

describe('the plan', () => {
  const small = pictureOf([
    started([task('machine'), task('packages'), task('hermes'), task('bridge', ['hermes'])], 'plan'),
    { type: 'task-state', at: 1, task: 'machine', state: 'healthy' },
    { type: 'findings', at: 1, task: 'packages', findings: [finding()] },
    {
      type: 'findings',
      at: 1,
      task: 'hermes',
      findings: [
        finding({
          fixes: [{ id: 'write', title: 'Write it', actions: [writeAction], consequence: 'It restarts.' }],
        }),
      ],
    },
    { type: 'findings', at: 1, task: 'bridge', findings: [finding({ severity: 'blocked', fixes: [] })] },
    ended('findings'),
  ]);

  it('opens a part, and an action whole', async () => {
    const shown = await showScreen(
      <PlanScreen plan={small} onGo={nothing} onBack={nothing} onSave={async () => ''} />,
    );
    expect(shown.screen()).toMatch(/Packages +Install git +1\n/);
    expect(shown.screen()).toMatch(/Hermes +Write it +asks you\n/);
    expect(shown.screen()).toMatch(/Bridge .* later\n/);
    expect(shown.screen()).toContain('Healthy: Machine');
    await shown.send(DOWN + ENTER);
    expect(shown.screen()).toContain('write  /etc/systemd/system/hermes-gateway.service');
    await shown.send(DOWN + DOWN + ENTER);
    expect(shown.screen()).toContain('+Description=Hermes');
    expect(shown.screen()).toContain('a new file');
    await shown.send(ESCAPE);
    expect(await shown.waitFor('The plan')).toContain('asks you');
  });

  it('begins with y and nothing else, and tells where it was saved', async () => {
    let went = 0;
    const plan = (
      <PlanScreen
        plan={small}
        onGo={() => {
          went += 1;
        }}
        onBack={nothing}
        onSave={async () => 'Saved as x.'}
      />
    );
    const shown = await showScreen(plan);
    await shown.send(`${ENTER}${ENTER}n `);
    expect(went).toBe(0);
    await shown.send('s');
    expect(shown.screen()).toContain('Saved as x.');
    await shown.send('y');
    expect(went).toBe(1);
  });

  it('cannot be started before it is made', async () => {
    let went = 0;
    const early = pictureOf([started([task('machine')], 'plan')]);
    const shown = await showScreen(
      <PlanScreen
        plan={early}
        onGo={() => {
          went += 1;
        }}
        onBack={nothing}
        onSave={async () => ''}
      />,
    );
    await shown.send('y');
    expect(went).toBe(0);
    expect(shown.screen()).toContain('0 of 1');
  });
});

describe('a finding', () => {
  it('offers its fixes, the recommended one first, then to look again, to skip and to stop', async () => {
    const choices: FindingChoice[] = [];
    const shown = await showScreen(
      <FindingScreen run={atWork} question={question} more={0} onChoose={(choice) => choices.push(choice)} />,
    );
    await shown.send(`${ENTER}${DOWN}${ENTER}${DOWN}${ENTER}${DOWN}${ENTER}${DOWN}${ENTER}`);
    // What ends something asks, with the harmless choice first.
    expect(shown.screen()).toContain('Stop here?');
    await shown.send(`r${ENTER}`);
    expect(shown.screen()).toContain('Needs you');
    await shown.send(ENTER + DOWN + ENTER);
    await shown.send(ESCAPE);
    await shown.waitFor('Needs you');
    await shown.send('r');
    expect(choices).toEqual([
      { kind: 'apply', fix: 'allow-docker0', consequence: LONG },
      { kind: 'apply', fix: 'leave' },
      { kind: 'look-again' },
      { kind: 'skip' },
      { kind: 'stop' },
      { kind: 'look-again' },
    ]);
  });

  it.each([PAGE_DOWN, '\x1b[F', PAGE_UP, '\x1b[H'])(
    'scrolls with %j and does not choose with it',
    async (key) => {
      const choices: FindingChoice[] = [];
      const shown = await showScreen(
        <FindingScreen
          run={atWork}
          question={question}
          more={0}
          onChoose={(choice) => choices.push(choice)}
        />,
      );
      await shown.send(key.repeat(3));
      if (key === PAGE_DOWN) expect(shown.screen()).toMatch(/ ↑ \d/);
      await shown.send(ENTER);
      await shown.send(DOWN + key + ENTER);
      expect(choices).toMatchObject([{ fix: 'allow-docker0' }, { fix: 'leave' }]);
    },
  );

  it('says what was agreed to when it is something else by now', async () => {
    const agreed = [{ task: 'packages', code: 'packages-missing', fix: 'allow-docker0' }];
    const again = { ...question, agreed, finding: { ...question.finding, evidence: 'It is dropped.' } };
    const shown = await showScreen(<FindingScreen run={atWork} question={again} more={0} {...choose} />, {
      columns: 100,
      rows: 50,
    });
    expect(shown.screen().replace(/\s+/g, ' ')).toContain(
      'This has changed since you agreed to it. For "Allow docker0" you were shown nothing that it interrupts',
    );
  });

  it('shows all it would run with d', async () => {
    const shown = await showScreen(<FindingScreen run={atWork} question={question} more={0} {...choose} />);
    expect(shown.screen()).toContain('The firewall drops');
    await shown.send('d');
    expect(shown.screen()).toContain('packages-missing');
    for (let page = 0; page < 20 && !shown.screen().includes('+Description'); page += 1)
      await shown.send('\x1b[6~');
    expect(shown.screen()).toContain('+Description=Hermes');
  });
});

describe('a sign-in', () => {
  it('is cancelled by Esc only after a second word, and keeps what was typed', async () => {
    let cancelled = 0;
    const shown = await showScreen(
      <DialogueScreen
        dialogue={{ ...dialogue, view: { ...dialogue.view, ask: { label: 'Name', masked: false } } }}
        onAnswer={nothing}
        onCancel={() => {
          cancelled += 1;
        }}
      />,
    );
    await shown.send('abc');
    await shown.send(ESCAPE);
    await shown.waitFor('Cancel: Sign in to Claude?');
    await shown.send(ENTER);
    expect(cancelled).toBe(0);
    expect(await shown.waitFor('Needs you')).toContain('› abc');
    await shown.send(ESCAPE);
    await shown.waitFor('Cancel: Sign in to Claude?');
    await shown.send(DOWN + ENTER);
    expect(cancelled).toBe(1);
  });

  it('that was cancelled is no failure', async () => {
    const failure = { action: runAction, timedOut: false, tail: [], cancelled: true, reason: 'It was.' };
    const missing = finding({ severity: 'missing', evidence: 'Not signed in.' });
    const shown = await showScreen(
      <FindingScreen
        run={atWork}
        question={{ ...question, cameBack: false, failure, finding: missing }}
        more={0}
        {...choose}
      />,
    );
    expect(shown.screen()).toContain('○ Not signed in.');
    expect(shown.screen()).toContain('You cancelled this');
    expect(shown.screen()).not.toMatch(/✗|Tried/);
  });
});

describe('the run', () => {
  it('shows what is at work with how far it is, what waits, the output and the reason', async () => {
    const shown = await showScreen(<RunScreen run={pictureOf(installation.slice(0, 8))} />);
    const screen = shown.screen();
    expect(screen).toMatch(/Packages +Install packages +3 of 7 packages +1:04/);
    expect(screen).toContain('○ Certificate  waits for Domain, Packages');
    expect(screen).toContain('│ Get: git');
    expect(screen).toContain('Why: Why there is Packages.');
    expect(screen).toMatch(/Installing +1 min 5 s\n/);
  });

  it('says how far it is and how long it takes in a narrow terminal, too', async () => {
    const run = pictureOf(installation.slice(0, 8));
    const shown = await showScreen(<RunScreen run={run} />, { columns: 40, rows: 15 });
    expect(shown.screen()).toMatch(/Packages +3 of 7 packages +1:04/);
  });

  it('opens the whole output at its end, and scrolls back', async () => {
    const shown = await showScreen(<RunScreen run={atWork} />);
    await shown.send('l');
    expect(shown.screen()).toContain('49 The firewall');
    await shown.send(UP.repeat(3));
    expect(shown.screen()).not.toContain('49 The firewall');
    await shown.send('\x1b[F');
    expect(shown.screen()).toContain('49 The firewall');
    await shown.send(ESCAPE);
    await shown.waitFor('Installing');
  });

  it('moves nothing but the turning marks', async () => {
    const shown = await showScreen(<RunScreen run={pictureOf(installation.slice(0, 8))} />);
    const before = shown.raw().length;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const written = shown.raw().slice(before);
    expect(written).toContain('Install packages');
    for (const still of ['Installing', 'Certificate', 'Get: git', 'Why', 'stop safely']) {
      expect(written).not.toContain(still);
    }
    expect(written.length).toBeLessThan(10_000);
  });
});
