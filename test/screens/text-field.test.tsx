import { describe, expect, it } from 'vitest';
import { TextField } from '../../src/components/text-field.tsx';
import { ENTER, showScreen } from './glass.tsx';

/** What of a text field only a terminal shows: its cursor, its paste marks, and every byte that was written. The rest: test/components. */

async function field(options: { initial?: string; masked?: boolean; columns?: number } = {}) {
  const submitted: string[] = [];
  const { initial = '', masked = false, columns = 80 } = options;
  const shown = await showScreen(
    <TextField {...{ initial, masked }} onSubmit={(text) => submitted.push(text)} />,
    { columns },
  );
  return { ...shown, submitted };
}

const HOME = '\x1b[H';
const LEFT = '\x1b[D';

describe('the cursor of the terminal', () => {
  it.each([
    ['behind what was typed', 'ab', {}, 2],
    ['behind wide characters', `漢字ab${LEFT}`, {}, 5],
    ['in front of everything', `漢字ab${HOME}`, {}, 0],
    ['behind an escape', '\u200db', {}, 7],
    ['in a masked text', `漢字ab${LEFT}`, { masked: true }, 3],
    ['at the edge of a narrow terminal', 'x'.repeat(60), { columns: 40 }, 32],
    ['at the edge, behind wide characters', '漢'.repeat(30), { columns: 41 }, 32],
    ['at the edge, before how much it is', 'x'.repeat(60), { columns: 40, masked: true }, 28],
  ])('stands %s', async (_, keys, options, column) => {
    const shown = await field(options);
    await shown.send(keys);
    expect(shown.cursor()).toEqual({ column: 2 + column, row: 0 });
  });
});

it('a terminal marks what is pasted, so that a line break in it submits nothing', async () => {
  const shown = await field();
  await shown.paste('code#st\r\nate\n');
  expect(shown.submitted).toEqual([]);
  await shown.send(ENTER);
  expect(shown.submitted).toEqual(['code#st ate']);
});

it('nothing of a masked text is ever written to the terminal', async () => {
  const shown = await field({ masked: true });
  await shown.send('corr');
  await shown.paste('ect horse');
  expect(shown.screen()).toContain('•••••••••••••  13');
  await shown.send(ENTER);
  expect(shown.submitted).toEqual(['correct horse']);
  for (const part of ['corr', 'ect', 'horse']) expect(shown.raw()).not.toContain(part);
});
