import { describe, expect, it } from 'vitest';
import { ActionInFull } from '../../src/components/action-in-full.tsx';
import { Choices } from '../../src/components/choices.tsx';
import { Explanation, Failure, FixInFull, fixChoices } from '../../src/components/finding-parts.tsx';
import type { FailureView } from '../../src/engine/contracts/event.ts';
import { finding, runAction, writeAction } from '../events.ts';
import { DOWN, dimmed, draw, ENTER, inColour } from './drawn.tsx';

const PLACE = { columns: 40 };
const CONSEQUENCE = 'Nobody can chat.';
const broken = finding({
  severity: 'broken',
  fixes: [
    {
      id: 'install',
      title: 'Install git',
      actions: [runAction, writeAction, runAction, runAction],
      consequence: CONSEQUENCE,
    },
    { id: 'leave', title: 'Leave it', actions: [] },
  ],
});
const failure: FailureView = {
  action: runAction,
  exitCode: 100,
  timedOut: false,
  tail: ['E: one', 'E: two'],
};
const lines = (text: string) => text.split('\n');

describe('the explanation of a finding', () => {
  const explained = { finding: broken, mark: 'broken', failure: undefined, cameBack: false } as const;

  it('is what was seen, and why it matters', async () => {
    const shown = await draw(<Explanation {...explained} />, PLACE);
    expect(lines(shown.text())).toEqual(['✗ git is not installed.', '  Why: Hermes is cloned with it.']);
    expect(shown.coloured()).toContain(inColour('red', '✗'));
  });

  it('says that it is there again, and what was tried, between the two', async () => {
    const shown = await draw(<Explanation {...explained} failure={failure} cameBack />, PLACE);
    const [evidence, again, tried, ...rest] = lines(shown.text());
    expect(evidence).toBe('✗ git is not installed.');
    expect(again).toContain('came back');
    expect(tried).toBe('  Tried: apt-get install git');
    expect(rest.at(-1)).toBe('  Why: Hermes is cloned with it.');
  });

  it('is broken into lines that stand below each other', async () => {
    const long = {
      ...broken,
      evidence: 'One two three four five six seven.',
      reason: 'a bc def '.repeat(6).trim(),
    };
    const shown = await draw(<Explanation {...explained} finding={long} />, { columns: 20 });
    expect(lines(shown.text())).toEqual([
      '✗ One two three four',
      '  five six seven.',
      '  Why: a bc def a bc',
      '  def a bc def a bc',
      '  def a bc def a bc',
      '  def',
    ]);
  });
});

describe('what was tried and failed', () => {
  it.each<[string, Partial<FailureView>, string[]]>([
    ['with what it printed last', {}, ['It ended with exit code 100.', '| E: one', '| E: two']],
    [
      'with its cause and what to do, where they are known',
      { reason: 'Port 80 is held.', next: 'Stop it.' },
      ['Port 80 is held.', 'Stop it.', '| E: one', '| E: two'],
    ],
    ['without a word of its own', { timedOut: true, tail: [] }, ['It did not finish in time.']],
  ])('is shown %s', async (_, changes, expected) => {
    const shown = await draw(<Failure failure={{ ...failure, ...changes }} />, PLACE);
    expect(lines(shown.text())).toEqual(['Tried: apt-get install git', ...expected]);
    if (expected.includes('| E: one')) expect(shown.coloured()).toContain(dimmed('| E: one'));
  });
});

describe('the fixes of a finding', () => {
  async function fixes(commands: number) {
    const chosen: unknown[] = [];
    const shown = await draw(
      <Choices choices={fixChoices(broken, commands)} onChoose={(value) => chosen.push(value)} />,
      PLACE,
    );
    return { ...shown, chosen };
  }

  it('show what the chosen one interrupts and the first of its commands', async () => {
    const shown = await fixes(2);
    expect(lines(shown.text())).toEqual([
      '▸ Install git  recommended',
      `    ${CONSEQUENCE}`,
      '    apt-get install git',
      '    write  /etc/systemd/system/hermes-g…',
      '    and 2 more actions: d',
      '  Leave it',
    ]);
    expect(shown.coloured()).toContain(inColour('yellow', CONSEQUENCE));
  });

  it.each([
    [0, 'and 4 more actions: d'],
    [3, 'and 1 more action: d'],
    [4, undefined],
  ])('with %i of its commands say how many more there are', async (commands, words) => {
    const more = lines((await fixes(commands)).text()).find((line) => line.includes('more action'));
    expect(more?.trim()).toBe(words);
  });

  it('are taken with Enter', async () => {
    const shown = await fixes(1);
    await shown.send(ENTER + DOWN);
    expect(shown.text()).not.toContain(CONSEQUENCE);
    await shown.send(ENTER);
    expect(shown.chosen).toEqual(fixChoices(broken, 1).map(({ value }) => value));
  });
});

describe('a fix in full', () => {
  const changed = { ...writeAction, diff: ' same\n-old\n+new\n\n' };

  it('has every command, also one that is run twice, and what each is for', async () => {
    const shown = await draw(
      <FixInFull title="Install git" consequence={CONSEQUENCE} actions={[runAction, runAction]} />,
      PLACE,
    );
    expect(lines(shown.text())).toEqual([
      '',
      'Install git',
      CONSEQUENCE,
      '',
      '  Install packages',
      '  apt-get install git',
      '',
      '  Install packages',
      '  apt-get install git',
    ]);
  });

  it('has every line that changes in a file, by a sign and a colour', async () => {
    const shown = await draw(<ActionInFull action={changed} />);
    expect(lines(shown.text()).slice(-4)).toEqual([' same', '-old', '+new', '']);
    expect(shown.coloured()).toContain(dimmed(' same'));
    expect(shown.coloured()).toContain(inColour('red', '-old'));
    expect(shown.coloured()).toContain(inColour('green', '+new'));
  });
});
