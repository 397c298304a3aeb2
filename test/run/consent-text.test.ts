import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/engine/contracts/event.ts';
import { agreedText, consentLines, offeredText } from '../../src/run/consent-text.ts';
import { fixLines } from '../../src/run/fix-text.ts';
import { NOT_STARTED, reduce } from '../../src/run/view-model.ts';
import { ended, finding, runAction, started, task } from '../events.ts';

const restart = {
  id: 'restart',
  title: 'Restart it',
  consequence: 'Answers are cut off.',
  actions: [runAction],
};
const offered = finding({ code: 'old', fixes: [restart] });
const agreed = { task: 't', code: 'old', fix: 'restart' };

describe('why another consent is needed', () => {
  test.each([
    ['it gives up something by now', [agreed], /For "Restart it" you were shown nothing that it interrupts/],
    ['it gives up something else', [{ ...agreed, consequence: 'A pause.' }], /you were shown "A pause\."/],
    [
      'it is another fix',
      [{ ...agreed, fix: 'reload' }],
      /the fix that you agreed to \(reload\) is not offered/,
    ],
    ['nobody had seen it', [], /Nobody has agreed to what this interrupts/],
  ])('%s', (_, consents, words) => {
    expect(agreedText(offered, consents)).toMatch(words);
  });

  test('and what it would be now', () => {
    expect(offeredText(offered)).toBe('Now it would be "Restart it": Answers are cut off.');
    expect(offeredText({ fixes: [] })).toBe('');
  });

  test('is said for each code that was named', () => {
    const events: readonly Event[] = [
      started([task('t')]),
      { type: 'findings', at: 1, task: 't', findings: [offered] },
      { type: 'not-agreed', at: 2, task: 't', finding: offered, agreed: [agreed] },
      ended('findings'),
    ];
    const model = events.reduce(reduce, NOT_STARTED);
    expect(fixLines(model, ['old'], new Set(['old']))).toEqual([
      expect.stringMatching(
        /^old: not fixed\. This has changed .* Now it would be .*To agree to that: otto-install fix old$/,
      ),
    ]);
  });
});

describe('how to agree to what an installation with nobody there has left', () => {
  const foundIn = (...findings: readonly ReturnType<typeof finding>[]) => {
    const events: readonly Event[] = [
      started([task('t')]),
      { type: 'findings', at: 1, task: 't', findings: [...findings] },
      ended('findings'),
    ];
    return events.reduce(reduce, NOT_STARTED);
  };

  test('names every code that is to be added, and those that were given', () => {
    const lines = consentLines(foundIn(offered), ['earlier']);
    expect(lines).toContain('To agree, start this again with --agree earlier,old');
    expect(lines.at(-1)).toMatch(/answers file: agree: earlier,old$/);
  });

  test('nothing where a consent would change nothing', () => {
    const { consequence: _, ...safe } = restart;
    const talk = { ...runAction, kind: 'converse' } as const;
    expect(consentLines(foundIn(offered), ['old'])).toEqual([]);
    expect(consentLines(foundIn(finding({ code: 'old', fixes: [safe] })), [])).toEqual([]);
    expect(consentLines(foundIn(finding({ code: 'old', fixes: [] })), [])).toEqual([]);
    expect(consentLines(foundIn(finding({ code: 'old', severity: 'risk', fixes: [restart] })), [])).toEqual(
      [],
    );
    expect(
      consentLines(foundIn(finding({ code: 'old', fixes: [{ ...restart, actions: [talk as never] }] })), []),
    ).toEqual([]);
  });
});
