import { describe, expect, it } from 'vitest';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { SECRET_KEYS } from '../../src/answers/schema.ts';
import { startFlow } from '../../src/operation-flow/flow.ts';
import type { FlowState } from '../../src/operation-flow/flow-state.ts';
import { leftText } from '../../src/operation-flow/left.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { NOT_STARTED, type RunModel, reduce } from '../../src/run/view-model.ts';
import { OperationScreen } from '../../src/screens/operation/operation.tsx';
import { OperateApp } from '../../src/screens/operation-app.tsx';
import { Secret } from '../../src/secret/secret.ts';
import { ended, finding, runAction, started, task, writeAction } from '../events.ts';
import { COLOUR, follows, NAME, painting, WALL } from '../operation-flow/operations.ts';
import { ScriptedFlow } from '../scripted-flow.ts';
import { DOWN, ENTER, ESCAPE, session, showInTerminal, showScreen, UP, widest } from './glass.tsx';

const PART = { ...task('paint'), title: 'Paint it' };
const run = (...events: Parameters<typeof reduce>[1][]): RunModel =>
  [started([PART, task('claude')]), ...events].reduce(reduce, NOT_STARTED);
const acting = { type: 'task-state', at: 1, task: 'paint', state: 'acting' } as const;
const begun = { type: 'action-started', at: 5, task: 'paint', action: 'a1', view: runAction } as const;
const printed = { type: 'action-output', at: 6, task: 'paint', action: 'a1', line: 'Get: git' } as const;
const actionEnded = { type: 'action-ended', at: 7, task: 'paint', action: 'a1', ok: true, ms: 2 } as const;
const verifying = { type: 'task-state', at: 8, task: 'paint', state: 'watching', note: 'verifying' } as const;
const healthy = { type: 'task-state', at: 9, task: 'paint', state: 'healthy' } as const;
const STEPS = { actions: [runAction, writeAction], irreversible: [] };
const PLAN = {
  steps: STEPS.actions.map((action) => ({ do: action, undo: [] })),
  irreversible: [],
  cleanupAfterSuccess: [],
  cleanupAfterUndo: [],
};
const PASSWORD = 'correct-horse-battery-9';

const secretAsk = {
  kind: 'secret',
  id: 'password',
  question: 'What is the new password?',
  problem: (value: string) => (value.length < 8 ? 'At least 8 characters.' : undefined),
} as const;
const asking = (ask: Extract<FlowState, { name: 'asking' }>['ask'], before?: string): FlowState => ({
  name: 'asking',
  ask,
  number: 1,
  before,
});
const done: FlowState = {
  name: 'ended',
  ending: { kind: 'done' },
  run: run(acting, begun, actionEnded, healthy, ended('healthy', 4_000)),
  summary: [['The password: ', new Secret(PASSWORD)], 'It is kept nowhere.'],
  ottoIsGone: false,
};
const undone: FlowState = {
  ...done,
  ending: { kind: 'undone' },
  run: run(acting, ended('failed', 4_000, 'The wall fell. Everything is as it was before.')),
  summary: [],
};
const stuck: FlowState = {
  ...undone,
  ending: { kind: 'stuck' },
  run: run(acting, ended('failed', 4_000, 'The wall fell. Rolling back failed too: no bricks.')),
};

const STATES: Record<string, { state: FlowState; words: string }> = {
  looking: { state: { name: 'looking' }, words: 'Looking' },
  unseen: { state: { name: 'unseen', problem: 'No Docker.' }, words: 'No Docker.' },
  fetching: {
    state: { name: 'fetching', title: 'Fetching what is new', run: run(acting, begun, printed) },
    words: 'Get: git',
  },
  choosing: { state: asking(COLOUR), words: '▸ Red' },
  'choosing among many': {
    state: asking({
      kind: 'choose',
      id: 'many',
      question: 'Whose password should be reset?',
      options: Array.from({ length: 40 }, (_, at) => ({
        value: `${at}`,
        label: `user-${at}@client.example`,
        note: 'user · never signed in',
      })),
    }),
    words: '▸ user-0@',
  },
  typing: { state: asking(NAME), words: '› otto' },
  secret: { state: asking(secretAsk), words: 'What is the new password?' },
  refused: {
    state: {
      name: 'refused',
      findings: [finding({ evidence: 'There is no room.', reason: 'A backup needs 4 GB.' })],
    },
    words: 'There is no room.',
  },
  agreeing: {
    state: { name: 'agreeing', plan: { ...PLAN, consequence: 'Nobody can chat for half a minute.' } },
    words: '1. Install packages',
  },
  'agreeing again': {
    state: { name: 'agreeing', plan: PLAN, difference: ['-Paint it red', '+Paint it blue'] },
    words: 'this has changed since you agreed to it. -Paint it red +Paint it blue',
  },
  'refused again': {
    state: {
      name: 'refused',
      findings: [finding({ code: 'no-room', evidence: 'There is no room.' })],
      outdated: { task: 'paint', code: 'no-room', fix: 'install-packages', consequence: 'A pause.' },
    },
    words: 'you were shown "A pause."',
  },
  working: {
    state: { name: 'working', ...STEPS, run: run(acting, begun, printed) },
    words: 'Write the unit',
  },
  verifying: {
    state: { name: 'working', ...STEPS, run: run(acting, begun, actionEnded, verifying) },
    words: 'Looking at Claude',
  },
  done: { state: done, words: PASSWORD },
  undone: { state: undone, words: 'Rolled back.' },
  stuck: { state: stuck, words: 'no bricks' },
};

async function show(state: FlowState, columns = 80, rows = 24) {
  const flow = new ScriptedFlow(state);
  let left = 0;
  const onLeave = () => {
    left += 1;
  };
  const screen = (now: FlowState) => (
    <OperationScreen flow={flow} state={now} onward="back" onLeave={onLeave} />
  );
  const shown = await showScreen(screen(state), { columns, rows });
  return { ...shown, flow, left: () => left, become: (next: FlowState) => shown.show(screen(next)) };
}

describe.each([
  [80, 24],
  [40, 15],
])('an operation in a terminal of %i x %i', (columns, rows) => {
  it.each(Object.entries(STATES))('"%s" fits and has a way on', async (_, { state, words }) => {
    const shown = await show(state, columns, rows);
    const screen = shown.screen();
    expect(screen.replace(/\s+/g, ' ')).toContain(words);
    expect(screen).toMatch(/Esc|Enter|Ctrl-C/);
    expect(widest(screen)).toBeLessThan(columns);
    expect(shown.scrolledAway()).toBe(0);
  });
});

describe('a question of an operation', () => {
  it('is answered with the arrow keys or a number, and begins with what was answered before', async () => {
    const shown = await show(asking(COLOUR, 'blue'));
    expect(shown.screen()).toContain('▸ Blue');
    await shown.send(`${UP}${ENTER}`);
    await shown.send(`2${ENTER}`);
    expect(shown.flow.told).toEqual(['red', 'blue']);
  });

  it('shows what each choice brings before one is chosen', async () => {
    const screen = (await show(asking(COLOUR))).screen();
    expect(screen).toContain('Like fire.');
    expect(screen).toContain('Like the sea.');
  });

  it('takes a preset, and says what is wrong with what was typed', async () => {
    const shown = await show(asking(NAME));
    await shown.send('\x15');
    await shown.send(ENTER);
    expect(shown.screen()).toContain('It needs a name.');
    expect(shown.flow.told).toEqual([]);
    await shown.send(`hermes${ENTER}`);
    expect(shown.flow.told).toEqual(['hermes']);
  });

  it('takes a secret twice, pasted or typed, and shows nothing of it', async () => {
    const shown = await show(asking(secretAsk));
    await shown.send(`short${ENTER}`);
    expect(shown.screen()).toContain('At least 8 characters.');
    await shown.send('\x15');
    await shown.paste(PASSWORD);
    await shown.send(ENTER);
    expect(shown.screen()).toContain('Once more:');
    await shown.send(`${PASSWORD}x${ENTER}`);
    expect(shown.screen()).toContain('The two differ. Type it again.');
    await shown.send(`${PASSWORD}${ENTER}`);
    await shown.paste(`${PASSWORD}\n`);
    await shown.send(ENTER);
    expect(shown.flow.told.map((value) => (value as Secret).reveal())).toEqual([PASSWORD]);
    expect(shown.raw()).not.toContain(PASSWORD);
    expect(shown.raw()).not.toContain('correct');
  });

  it('Escape goes a step back, and leaves at the first one', async () => {
    const shown = await show(asking(COLOUR));
    shown.flow.steps = 1;
    await shown.send(ESCAPE);
    await expect.poll(() => shown.flow.calls).toEqual(['back']);
    expect(shown.left()).toBe(0);
    await shown.send(ESCAPE);
    await expect.poll(shown.left).toBe(1);
  });
});

describe('what will be done', () => {
  it('begins with y and with nothing else', async () => {
    const shown = await show(STATES.agreeing?.state ?? done);
    await shown.send(`${ENTER} n`);
    expect(shown.flow.calls).toEqual([]);
    await shown.send('d');
    expect(shown.screen()).toContain('+[Unit]');
    await shown.send(ESCAPE);
    await shown.waitFor('d details');
    await shown.send('y');
    expect(shown.flow.calls).toEqual(['agree']);
  });

  it('offers the fix of what stands in the way', async () => {
    const shown = await show(STATES.refused?.state ?? done);
    await shown.send(ENTER);
    await shown.send(`${DOWN}${ENTER}`);
    expect(shown.flow.calls).toEqual(['fix packages-missing install-packages', 'look again']);
  });
});

describe('the work', () => {
  it('shows what is done, what is at work, what is left, and the last output', async () => {
    const screen = (await show(STATES.working?.state ?? done)).screen();
    expect(screen).toMatch(/[◐◓◑◒] Install packages .*\d:\d\d/);
    expect(screen).toContain('○ Write the unit');
    expect(screen).toContain('│ Get: git');
  });

  it('says that it is being rolled back, and what failed', async () => {
    const failure = { action: runAction, timedOut: false, tail: [] };
    const failed = { ...actionEnded, ok: false, failure };
    const back = { ...acting, note: 'rolling back' };
    const screen = (
      await show({ name: 'working', ...STEPS, run: run(acting, begun, failed, back) })
    ).screen();
    expect(screen).toContain('Paint it: rolling back');
    expect(screen).toContain('✗ Install packages: did not finish');
    expect(screen).not.toContain('Write the unit');
  });

  it('shows what has no way back behind the proof, and not as done before it is', async () => {
    const last = { ...runAction, purpose: 'Remove the data' };
    const steps = { actions: [runAction], irreversible: [last] };
    const before = run(acting, begun, actionEnded, verifying);
    const shown = await show({ name: 'working', ...steps, run: before });
    expect(shown.screen()).toMatch(/Looking at Claude[\s\S]*○ Remove the data/);
    const now = reduce(before, { ...begun, action: 'a2', view: last });
    await shown.become({ name: 'working', ...steps, run: now });
    expect(shown.screen()).toMatch(/[◐◓◑◒] Remove the data/);
  });
});

describe('the end', () => {
  it('does not take an Enter that was on its way for leave to forget a password', async () => {
    const shown = await show(done);
    await shown.send(ENTER);
    expect(shown.left()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await shown.send(ENTER);
    expect(shown.left()).toBe(1);
  });

  it('can be tried again, and be brought to its end when it got stuck', async () => {
    const again = await show(undone);
    await again.send('rt');
    expect(again.flow.calls).toEqual(['look again']);
    const half = await show(stuck);
    await half.send('rt');
    expect(half.flow.calls).toEqual(['bring to end']);
  });
});

describe('an operation as a command', () => {
  async function command(...flows: readonly ScriptedFlow[]) {
    const waiting = [...flows];
    const operations = flows.map((_, at) => painting({ id: `paint-${at}`, title: `Paint ${at}` }));
    const app = (
      <OperateApp {...{ operations, session }} begin={() => waiting.shift() ?? new ScriptedFlow()} />
    );
    return showInTerminal(app, 80, 24);
  }

  it('shows what has changed since somebody agreed, does nothing before the second yes, and then all of it', async () => {
    const { host } = createRehearsal({ speed: Number.POSITIVE_INFINITY });
    const found = resolveAnswers(
      { flags: { domain: 'otto.client.example', email: 'ops@client.example' } },
      { unattended: false, notNeeded: new Set(SECRET_KEYS) },
    );
    if (!found.ok) throw new Error('answers are missing');
    const { answers } = found;
    const begin = () => startFlow({ operation: follows, host, answers, version: '1.0.0' });
    const app = await showInTerminal(<OperateApp {...{ operations: [follows], session, begin }} />, 80, 24);
    await app.waitFor('It smells for a day.');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await host.writeFile(WALL, 'house|It smells for a year.', { mode: 0o600 });
    await app.send('y');
    await app.waitFor('this has changed since you agreed to it');
    expect(app.screen()).toContain('+It smells for a year.');
    expect(await host.stat('/srv/house')).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await app.send('y');
    await app.waitFor('Paint it: done');
    expect(await host.stat('/srv/shed')).toBeUndefined();
    expect(await host.stat('/srv/house')).toBeDefined();
  });

  it('asks once on Ctrl-C while it works, shows how it is rolled back, and then leaves', async () => {
    const flow = new ScriptedFlow({ name: 'working', ...STEPS, run: run(acting, begun) });
    const app = await command(flow);
    await app.send('\x03');
    expect(app.screen()).toContain('everything that was started is rolled back');
    expect(flow.calls).toEqual([]);
    await app.send(ESCAPE);
    await app.waitFor('Install packages');
    await app.send('\x03');
    await app.waitFor('Stop and roll back?');
    await app.send('\x03');
    expect(flow.calls).toEqual(['Stopped with Ctrl-C.']);
    flow.go({ name: 'working', ...STEPS, run: run(acting, { ...acting, note: 'rolling back' }) });
    await app.waitFor('rolling back');
    flow.go(undone);
    await app.waitFor('The wall fell.');
    await app.send('\x03');
    expect(app.screen().trim()).toBe('');
  });

  it('does not take a Ctrl-C that was meant for the work for leave to forget a password', async () => {
    const flow = new ScriptedFlow({ name: 'working', ...STEPS, run: run(acting, begun) });
    const app = await command(flow);
    await app.send('\x03');
    await app.waitFor('Stop and roll back?');
    flow.go(done);
    await app.waitFor(PASSWORD);
    await app.send('\x03');
    expect(app.screen()).toContain(PASSWORD);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await app.send('\x03');
    expect(app.screen()).not.toContain(PASSWORD);
  });

  it('goes from one of a series to the next when it ended well', async () => {
    const [one, other] = [new ScriptedFlow({ ...done, summary: [] }), new ScriptedFlow(asking(COLOUR))];
    const app = await command(one, other);
    await app.waitFor('next: Paint 1');
    await app.send(ENTER);
    await app.waitFor('Which colour?');
  });

  it('leaves nothing of a secret on the glass or in what stays behind', async () => {
    const flow = new ScriptedFlow(done);
    const app = await command(flow);
    await app.waitFor(PASSWORD);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await app.send(ENTER);
    expect(app.screen()).not.toContain(PASSWORD);
    expect(app.scrolledAway()).toBe(0);
    const text = leftText([{ operation: painting(), state: done }], {}, 80);
    expect(text).not.toContain(PASSWORD);
    expect(text).toContain('Paint it: done');
    expect(text).toContain('The secret was shown on the screen');
  });

  it('leaves why it was refused as it stood on the screen, without the fixes', () => {
    const state = STATES.refused?.state ?? done;
    expect(leftText([{ operation: painting(), state }], {}, 80).split('\n')).toEqual([
      'Paint it: not started',
      '✗ There is no room.',
      '  Why: A backup needs 4 GB.',
      'Nothing was changed.',
      '',
    ]);
  });

  it.each([
    ['agreeing', { name: 'agreeing', plan: PLAN }, 'Nothing was changed.'],
    ['fetching', { name: 'fetching', title: 'Fetching', run: run(acting) }, 'What runs now was not touched.'],
    ['working', { name: 'working', ...STEPS, run: run(acting, begun) }, 'That cut it off'],
  ] satisfies [string, FlowState, string][])(
    'says what it means to leave while it is %s',
    (_, state, words) => {
      const text = leftText([{ operation: painting(), state }], {}, 400);
      expect(text).toContain(words);
      expect(text.includes('Nothing was changed')).toBe(state.name === 'agreeing');
    },
  );
});
