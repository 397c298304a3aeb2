import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { followRun } from '../../src/run/run-store.ts';
import { FixApp } from '../../src/screens/fix-app.tsx';
import { finding, started, task } from '../events.ts';
import { ScriptedRun } from '../scripted-run.ts';
import { DOWN, ENTER, session, showInTerminal } from './glass.tsx';

const dialogue: Event = {
  type: 'dialogue',
  at: 1,
  dialogue: 'd1',
  task: 'claude',
  view: { title: 'Sign in to Claude', lines: ['Open it.'], ask: { label: 'Paste the code', masked: true } },
};
const other: Event = {
  type: 'question',
  at: 2,
  question: 'q1',
  task: 'packages',
  cameBack: false,
  finding: finding({ severity: 'broken' }),
};
const trial: Event = {
  type: 'question',
  at: session.now(),
  question: 'q2',
  task: 'firewall',
  cameBack: false,
  finding: finding({
    code: 'firewall-unconfirmed',
    severity: 'broken',
    evidence: 'UFW is on, and turns itself off unless a new login works.',
    fixes: [
      { id: 'keep', title: 'A new SSH login works: keep it on', actions: [], consequence: 'It stays on.' },
      { id: 'give-up', title: 'It does not work: turn it off now', actions: [], consequence: 'It is off.' },
    ],
    trial: { endsAt: session.now() + 60_000, command: 'ssh -p 2222 root@203.0.113.10' },
  }),
};

async function shown(columns = 80, rows = 24) {
  const run = new ScriptedRun();
  run.emit(started([task('packages'), task('claude'), task('firewall')]));
  const request = { title: 'the firewall', codes: ['firewall-off'] } as never;
  const glass = await showInTerminal(
    <FixApp run={run} store={followRun(run)} {...{ request, session }} />,
    columns,
    rows,
  );
  return { run, glass };
}

describe('what undoes itself unless it is kept', () => {
  it('comes before a sign-in and another question, counts down, and says what to type', async () => {
    const { run, glass } = await shown();
    run.emit(dialogue, other);
    await glass.waitFor('Paste the code');
    run.emit(trial);
    await glass.waitFor('Needs you now');
    expect(glass.screen()).toContain('ssh -p 2222 root@203.0.113.10');
    expect(glass.screen()).toMatch(/Undone in (60|59) seconds/);
    await glass.waitFor(/Undone in 5[0-8] seconds/);
    run.emit({ type: 'question-withdrawn', at: 3, question: 'q2' });
    await glass.waitFor('Paste the code');
  });

  it.each([
    [80, 24],
    [40, 15],
  ])('decides nothing while Enter is held down, at %i x %i', async (columns, rows) => {
    const { run, glass } = await shown(columns, rows);
    run.emit(trial);
    await glass.waitFor('Needs you now');
    expect(glass.screen()).not.toContain('▸');
    expect(glass.screen()).toContain('ssh -p 2222 root@203.0.113.10');
    expect(glass.screen()).toContain('It does not work');
    await glass.send(ENTER.repeat(5));
    expect(run.decisions).toEqual([]);
    await glass.send(DOWN);
    expect(glass.screen()).toContain('▸ A new SSH login works');
    await glass.send(ENTER);
    expect(run.decisions).toEqual([
      { kind: 'apply', fix: 'keep', consequence: 'It stays on.', question: 'q2' },
    ]);
  });

  it('is not begun again by an Enter that was held down until it was undone', async () => {
    const { run, glass } = await shown();
    run.emit(trial, { type: 'question-withdrawn', at: 3, question: 'q2' });
    run.emit({ ...other, question: 'q3', task: 'firewall', cameBack: true });
    await glass.waitFor('nobody confirmed in time');
    // Longer than keys are ignored after a question went away by itself.
    await new Promise((done) => setTimeout(done, 400));
    await glass.send(ENTER.repeat(5));
    expect(run.decisions).toEqual([]);
  });
});
