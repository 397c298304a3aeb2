import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, confirmed, numberOf, type Talk } from '../../src/lines/ask.ts';
import { LineReader } from '../../src/terminal/line-reader.ts';

/** Somebody who types these lines; what was said to them. */
function talkWith(...lines: readonly string[]): Talk & { readonly said: string[] } {
  const input = new PassThrough();
  const reader = new LineReader(input, new PassThrough());
  onTestFinished(() => reader.close());
  input.write(lines.map((line) => `${line}\n`).join(''));
  const said: string[] = [];
  return { reader, say: (...more) => said.push(...more), said };
}

describe('asking in lines', () => {
  it('says what it is about and what there is, and asks until the answer can be used', async () => {
    const talk = talkWith('nonsense', '0', '3', '2');
    const colours = ['red', 'blue'];
    const question = {
      heading: ['', 'Which colour?'],
      options: colours,
      prompt: '> ',
      take: numberOf(colours),
    };
    expect(await ask(talk, question)).toBe('blue');
    const again = 'Type a number from 1 to 2.';
    expect(talk.said).toEqual(['', 'Which colour?', '  1. red', '  2. blue', again, again, again]);
  });

  it('takes nothing for an answer only where that is one', async () => {
    const take = numberOf(['red'], { value: undefined });
    expect(take('')).toEqual({ value: undefined });
    expect(take('2')).toEqual({ again: ['Type a number from 1 to 1, or nothing.'] });
    expect(numberOf(['red'])('')).toEqual({ again: ['Type a number from 1 to 1.'] });
  });

  it('takes no number that only looks like one', () => {
    for (const line of ['1.0', '1e0', ' 1', '+1', '0x1'])
      expect(numberOf(['red'])(line)).toHaveProperty('again');
  });

  it('rejects when the input ends, and when it is not asked any more', async () => {
    const talk = talkWith();
    const signal = AbortSignal.abort(new Error('withdrawn'));
    await expect(ask(talk, { prompt: '> ', signal, take: numberOf(['red']) })).rejects.toThrow('withdrawn');
    talk.reader.close();
    await expect(confirmed(talk, 'Do it?')).rejects.toThrow();
  });

  it('knows yes and no in any case, and nothing else', async () => {
    expect(await confirmed(talkWith('perhaps', '', 'YES'), 'Do it?')).toBe(true);
    expect(await confirmed(talkWith('n'), 'Do it?')).toBe(false);
  });
});
