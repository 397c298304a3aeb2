import { describe, expect, it } from 'vitest';
import { type Choice, Choices } from '../../src/components/choices.tsx';
import { Text } from '../../src/components/text.tsx';
import { DOWN, dimmed, draw, END, ENTER, HOME, LEFT, PAGE_DOWN, PAGE_UP, UP } from './drawn.tsx';

const COLOURS: readonly Choice<string>[] = [
  { value: 'r', label: 'Red', aside: 'recommended', details: <Text>Like fire.</Text> },
  { value: 'g', label: 'Green', details: <Text>Like a wood.</Text> },
  { value: 'b', label: 'Blue' },
];
const twenty = Array.from({ length: 20 }, (_, at) => ({ value: at, label: `choice ${at}` }));

async function choices<Value>(
  list: readonly Choice<Value>[],
  props: { initial?: number; compact?: boolean; open?: boolean } = {},
  place: Parameters<typeof draw>[1] = {},
) {
  const chosen: Value[] = [];
  const moved: Value[] = [];
  const element = (shown: readonly Choice<Value>[]) => (
    <Choices
      pages
      {...props}
      choices={shown}
      onChoose={(value) => chosen.push(value)}
      onMove={(value) => moved.push(value)}
    />
  );
  const drawn = await draw(element(list), place);
  return { ...drawn, chosen, moved, become: (next: typeof list) => drawn.redraw(element(next)) };
}

describe('what choices look like', () => {
  it('the chosen one is marked with a sign and a colour, and shows its details', async () => {
    const shown = await choices(COLOURS);
    expect(shown.text()).toBe('▸ Red  recommended\n    Like fire.\n  Green\n  Blue');
    expect(shown.coloured()).toContain(dimmed('  recommended'));
    expect(shown.coloured()).toMatch(/\[36m.*▸/);
    await shown.send(DOWN);
    expect(shown.text()).toBe('  Red  recommended\n▸ Green\n    Like a wood.\n  Blue');
    await shown.send(DOWN);
    expect(shown.text()).toBe('  Red  recommended\n  Green\n▸ Blue');
  });

  it('open, all show theirs', async () => {
    const shown = await choices(COLOURS, { open: true, initial: 2 });
    expect(shown.text()).toBe('  Red  recommended\n    Like fire.\n  Green\n    Like a wood.\n▸ Blue');
  });

  it('a long one is broken below itself where there is room, and cut where there is one row for each', async () => {
    const long = [{ value: 1, label: 'A choice that has much to say for itself' }, ...twenty];
    const whole = await choices(long.slice(0, 2), {}, { columns: 24 });
    expect(whole.text()).toBe('▸ A choice that has much\n  to say for itself\n  choice 0');
    const cut = await choices(long.slice(0, 2), { compact: true }, { columns: 24, rows: 2 });
    expect(cut.text()).toBe('▸ A choice that has muc…\n  choice 0');
  });

  it('of more than fit, those around the chosen one', async () => {
    const shown = await choices(twenty, { compact: true, initial: 1 }, { columns: 40, rows: 4 });
    expect(shown.text()).toMatch(/^ {2}choice 0\n▸ choice 1\n {2}choice 2\n {2}choice 3 +↓ 16 more$/);
    await shown.send(DOWN.repeat(4));
    expect(shown.text()).toMatch(/^ {2}choice 2 +↑ 2\n[\s\S]+\n▸ choice 5 +↓ 14 more$/);
    await shown.send(END);
    expect(shown.text()).toMatch(/▸ choice 19$/);
  });
});

describe('which one is chosen', () => {
  it.each<[string, string, number[]]>([
    ['Enter takes the first', ENTER, [0]],
    ['down', DOWN + ENTER, [1]],
    ['down with j, up with k', `jjk${ENTER}`, [1]],
    ['Tab', `\t\t${ENTER}`, [2]],
    ['up', DOWN.repeat(3) + UP + ENTER, [2]],
    ['not past the first', UP.repeat(2) + ENTER, [0]],
    ['not past the last', END + DOWN + ENTER, [19]],
    ['a number goes there and does not take it', '4', []],
    ['a number, then Enter', `4${ENTER}`, [3]],
    ['0 is nobody’s number', `0${ENTER}`, [0]],
    ['a page', PAGE_DOWN + ENTER, [10]],
    ['two pages and one back', PAGE_DOWN.repeat(2) + PAGE_UP + ENTER, [9]],
    ['the last', END + ENTER, [19]],
    ['the first', END + HOME + ENTER, [0]],
    ['keys that mean nothing here', `${LEFT}xq ${ENTER}`, [0]],
    ['one after the other', ENTER + DOWN + ENTER, [0, 1]],
  ])('%s', async (_, keys, expected) => {
    const shown = await choices(twenty);
    await shown.send(keys);
    expect(shown.chosen).toEqual(expected);
  });

  it('begins with the one that is told, and a number beyond the last one is none', async () => {
    const shown = await choices(COLOURS, { initial: 1 });
    await shown.send(`7${ENTER}`);
    expect(shown.chosen).toEqual(['g']);
  });

  it('tells of every move, and of none at the end', async () => {
    const shown = await choices(COLOURS);
    await shown.send(UP + DOWN.repeat(5) + UP);
    expect(shown.moved).toEqual(['g', 'b', 'g']);
  });

  it('is the last one when the chosen one is gone', async () => {
    const shown = await choices(COLOURS, { initial: 2 });
    await shown.become(COLOURS.slice(0, 2));
    expect(shown.text()).toContain('▸ Green');
    await shown.send(ENTER);
    expect(shown.chosen).toEqual(['g']);
  });

  it('stays when keys are meant for something that lies over it', async () => {
    const shown = await choices(COLOURS, {}, { covered: true });
    await shown.send(DOWN + ENTER);
    expect(shown.text()).toContain('▸ Red');
    expect(shown.chosen).toEqual([]);
  });

  it('and nothing happens where there is nothing to choose', async () => {
    const shown = await choices([] as Choice<string>[]);
    await shown.send(DOWN + ENTER);
    expect(shown.chosen).toEqual([]);
    expect(shown.text()).toBe('');
  });
});
