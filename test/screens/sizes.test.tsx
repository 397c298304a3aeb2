import { describe, expect, it } from 'vitest';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { OperationRefused } from '../../src/screens/operation/refused.tsx';
import { FindingScreen } from '../../src/screens/run/finding.tsx';
import { finding, runAction, started, task } from '../events.ts';
import { showScreen, widest } from './glass.tsx';

const run = reduce(NOT_STARTED, started([task('firewall')]));
const question = {
  id: 'q',
  task: 'firewall',
  cameBack: false,
  finding: finding({
    severity: 'broken',
    evidence: 'UFW is on, and turns itself off within 60 seconds unless that is confirmed.',
    reason:
      'This session would continue even if SSH were closed now, so it proves nothing. Only a new connection does: open a second terminal and log in.',
    impact: 'The firewall turns itself off again.',
    fixes: [
      {
        id: 'keep-firewall',
        title: 'A new SSH login works: keep the firewall on',
        actions: [runAction],
        consequence: 'UFW stays on.',
      },
    ],
  }),
};

describe('a screen with two parts that both want more room than there is', () => {
  // Every height: a layout that depends on what it measured of itself never came to rest at some of them.
  it('comes to rest at every size of the terminal', async () => {
    const shown = await showScreen(
      <FindingScreen run={run} question={question} more={0} onChoose={() => {}} />,
    );
    for (const columns of [80, 60, 50, 40]) {
      for (let rows = 26; rows >= 9; rows -= 1) {
        await shown.resize(columns, rows);
        expect(shown.screen(), `${columns} x ${rows}`).toContain('Needs you');
        expect(widest(shown.screen())).toBeLessThan(columns);
      }
    }
    await shown.resize(40, 15);
    expect(shown.screen()).toContain('✗ UFW is on');
    expect(shown.screen()).toContain('▸ A new SSH login works');
  });

  it('so does a refusal with a fix and a long reason', async () => {
    const nothing = () => {};
    const shown = await showScreen(
      <OperationRefused
        title="Update Open WebUI"
        findings={[question.finding]}
        onFix={nothing}
        onLookAgain={nothing}
        onBack={nothing}
      />,
    );
    for (const columns of [80, 40]) {
      for (let rows = 25; rows >= 9; rows -= 2) {
        await shown.resize(columns, rows);
        expect(shown.screen(), `${columns} x ${rows}`).toContain('not now');
        expect(shown.screen(), `${columns} x ${rows}`).toContain('▸ A new SSH login works');
        expect(widest(shown.screen())).toBeLessThan(columns);
      }
    }
  });
});
