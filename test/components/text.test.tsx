import { describe, expect, it, test } from 'vitest';
import { EndingBody } from '../../src/components/ending-body.tsx';
import { Paragraph } from '../../src/components/paragraph.tsx';
import { Text } from '../../src/components/text.tsx';
import { EVERYTHING_HOSTILE, forbiddenIn } from '../hostile.ts';
import { draw, inColour } from './drawn.tsx';

describe('words', () => {
  it('that steer a terminal, wherever in a text they stand, become visible and do nothing', async () => {
    const shown = await draw(
      <Text color="red">
        {EVERYTHING_HOSTILE} and {[EVERYTHING_HOSTILE, 1]}
        <Text bold>{EVERYTHING_HOSTILE}</Text>
      </Text>,
      { columns: 100 },
    );
    expect(shown.text()).toContain('a\\x1b[2J');
    expect(forbiddenIn(shown.text())).toEqual([]);
    // Nothing is left beside Ink's own colours.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(forbiddenIn(shown.coloured().replace(/\x1b\[\d+m/g, ''))).toEqual([]);
  });

  it('stay as they are otherwise: their colours, numbers, and nothing', async () => {
    const shown = await draw(
      <Text>
        {7} of <Text color="green">9</Text>
        {undefined}
        {false}
      </Text>,
    );
    expect(shown.coloured()).toBe(`7 of ${inColour('green', '9')}`);
  });
});

describe('running text', () => {
  it.each([
    ['is broken at blanks', 'one two three', ['one two', 'three']],
    ['begins no line with the blank at which it was broken', 'seven77 eight', ['seven77', 'eight']],
    ['keeps the blanks that begin it', '  two', ['  two']],
    ['counts columns, not characters', '漢字漢字漢字', ['漢字漢字', '漢字']],
    ['is broken anywhere where there is no blank', 'abcdefghijk', ['abcdefgh', 'ijk']],
  ])('%s', async (_, words, lines) => {
    const shown = await draw(<Paragraph>{words}</Paragraph>, { columns: 8 });
    expect(shown.text().split('\n')).toEqual(lines);
  });

  it('has no blank at the start of a line that begins in a colour, either', async () => {
    const shown = await draw(
      <Paragraph color="green">
        seven77 <Text bold>eight</Text>
      </Paragraph>,
      { columns: 8 },
    );
    expect(shown.text()).toBe('seven77\neight');
  });
});

test('the paragraphs of an ending: marks, indents, what stands apart', async () => {
  const shown = await draw(
    <EndingBody
      lines={[
        { text: 'Otto is ready', mark: 'healthy', strong: true },
        { text: 'https://otto.example.com', indent: 2 },
        { text: 'Two lines that are the same', apart: true },
        { text: 'Two lines that are the same' },
      ]}
    />,
    { columns: 20, rows: 12 },
  );
  expect(shown.text().trimEnd().split('\n')).toEqual([
    '● Otto is ready',
    '  https://otto.examp',
    '  le.com',
    '',
    'Two lines that are',
    'the same',
    'Two lines that are',
    'the same',
  ]);
});
