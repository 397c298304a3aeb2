import { describe, expect, it } from 'vitest';
import { chosenFix } from '../../../src/engine/contracts/decision.ts';
import type { Event } from '../../../src/engine/contracts/event.ts';
import type { Scope } from '../../../src/engine/contracts/scope.ts';
import { startRun } from '../../../src/engine/run.ts';
import { presence } from '../../../src/otto/presence.ts';
import { switchFirewall } from '../../../src/rehearsal/tools/firewall.ts';
import { trialNotes } from '../../../src/run/trials.ts';
import { NOT_STARTED, reduce } from '../../../src/run/view-model.ts';
import { tasks } from '../../../src/tasks/index.ts';
import { answersWith } from '../../tasks/answers.ts';
import { freshDroplet } from './runs.ts';

const TIMER = 'otto-install-firewall-revert.timer';

/** Turns the firewall on; `then` says what becomes of the trial. Every other question is skipped. */
async function turnOn(then: 'nothing' | 'keep' | 'give up', only?: Scope) {
  const { host, machine } = freshDroplet();
  await host.exec(['apt-get', 'install', '-y', 'ufw', 'docker.io', 'nginx']);
  const run = startRun({
    tasks: tasks.filter(({ id }) => id === 'firewall').map((task) => ({ ...task, needs: [] })),
    ...{ host, presence, only, mode: 'install', version: '1.0.0', answers: answersWith() },
  });
  const events: Event[] = [];
  run.subscribe((event) => {
    events.push(event);
    if (event.type !== 'question') return;
    const { question, finding } = event;
    if (finding.code !== 'firewall-unconfirmed') return run.decide({ kind: 'skip', question });
    expect(finding.trial?.command).toMatch(/^ssh root@/);
    expect(finding.trial?.endsAt).toBeGreaterThan(event.at + 50_000);
    const [keep, giveUp] = finding.fixes;
    if (then !== 'nothing' && keep !== undefined && giveUp !== undefined)
      return run.decide({ ...chosenFix(then === 'keep' ? keep : giveUp), question });
    // As when the timer is over.
    machine.units.delete(TIMER);
    switchFirewall(machine, false);
  });
  await run.result;
  const model = events.reduce(reduce, NOT_STARTED);
  return {
    active: machine.firewall.active,
    turnedOn: events.filter(
      (event) => event.type === 'action-started' && event.view.purpose === 'Turn on UFW',
    ),
    asked: events.flatMap((event) => (event.type === 'question' ? [event.finding.code] : [])),
    notes: trialNotes(model).map(({ text }) => text),
  };
}

describe('the firewall on trial', () => {
  it('goes off when nobody answers, stays off, and the end says so', async () => {
    const { active, turnedOn, asked, notes } = await turnOn('nothing');
    expect(active).toBe(false);
    expect(turnedOn).toHaveLength(1);
    expect(asked).toEqual(['firewall-unconfirmed', 'firewall-off']);
    expect(notes).toEqual([
      'Firewall: undone. Nobody confirmed in time that a new login works, so it undid itself. To try it again: otto-install fix firewall-off',
    ]);
  });

  it('stays on when it is kept, and the end says so', async () => {
    const { active, asked, notes } = await turnOn('keep');
    expect(active).toBe(true);
    expect(asked).toEqual(['firewall-unconfirmed']);
    expect(notes).toEqual(['Firewall: kept. You said that a new login works.']);
  });

  it('is asked about as well when nothing but the firewall was to be turned on', async () => {
    for (const only of [{ codes: ['firewall-off'] }, { codes: [], others: 'all-safe' } as const]) {
      const { active, asked } = await turnOn('keep', only);
      expect(active).toBe(true);
      expect(asked).toEqual(['firewall-unconfirmed']);
    }
  });

  it('goes off at once when it does not work', async () => {
    const { active, turnedOn, notes } = await turnOn('give up');
    expect(active).toBe(false);
    expect(turnedOn).toHaveLength(1);
    expect(notes[0]).toMatch(/^Firewall: undone, as you chose\./);
  });
});
