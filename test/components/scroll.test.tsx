import { describe, expect, it } from 'vitest';
import { Scroll } from '../../src/components/scroll.tsx';
import { Text } from '../../src/components/text.tsx';
import { DOWN, draw, END, HOME, inColour, PAGE_DOWN, PAGE_UP, UP } from './drawn.tsx';

const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => `row ${at + 1}`).map((row) => <Text key={row}>{row}</Text>);

type Props = Omit<Parameters<typeof Scroll>[0], 'children'>;

function scroll(
  count: number,
  props: Props = {},
  place: Parameters<typeof draw>[1] = { columns: 20, rows: 4 },
) {
  return draw(<Scroll {...props}>{rows(count)}</Scroll>, place);
}

describe('what is higher than its place', () => {
  it('says below how much there is, in a row that is always there', async () => {
    expect((await scroll(3)).text()).toBe('row 1\nrow 2\nrow 3\n');
    const shown = await scroll(9);
    expect(shown.text()).toBe('row 1\nrow 2\nrow 3\n            ↓ 6 more');
    expect(shown.coloured()).toContain(inColour('cyan', ' ↓ 6 more'));
  });

  it.each<[string, Props, string, string, string]>([
    ['down', {}, DOWN, 'row 2', '↑ 1  ↓ 5 more'],
    ['down and up', {}, DOWN + DOWN + UP, 'row 2', '↑ 1  ↓ 5 more'],
    ['not above its begin', {}, UP + DOWN, 'row 2', '↑ 1  ↓ 5 more'],
    ['not below its end', {}, DOWN.repeat(8) + UP, 'row 6', '↑ 5  ↓ 1 more'],
    ['a page, of which one row stays', {}, PAGE_DOWN, 'row 3', '↑ 2  ↓ 4 more'],
    ['a page back', {}, PAGE_DOWN + PAGE_DOWN + PAGE_UP, 'row 3', '↑ 2  ↓ 4 more'],
    ['to the end', {}, END, 'row 7', '↑ 6'],
    ['to the begin', {}, END + HOME, 'row 1', '↓ 6 more'],
    [
      'only by pages where the arrows are somebody else’s',
      { arrows: false },
      DOWN,
      'row 1',
      '↓ 6 more: PgDn',
    ],
    ['and says so', { arrows: false }, PAGE_DOWN, 'row 3', '↑ 2  ↓ 4 more: PgDn'],
    ['from its end', { tail: true }, UP, 'row 6', '↑ 5  ↓ 1 more'],
  ])('scrolls %s', async (_, props, keys, first, edge) => {
    const shown = await scroll(9, props, { columns: 30, rows: 4 });
    await shown.send(keys);
    const lines = shown.text().split('\n');
    expect([lines[0], lines[3]?.trim()]).toEqual([first, edge]);
  });

  it('stays at its end while it grows, until it is scrolled', async () => {
    const shown = await scroll(9, { tail: true });
    expect(shown.text()).toContain('row 9');
    await shown.redraw(<Scroll tail>{rows(12)}</Scroll>);
    expect(shown.text()).toMatch(/^row 10\nrow 11\nrow 12\n/);
    await shown.send(UP);
    await shown.redraw(<Scroll tail>{rows(20)}</Scroll>);
    expect(shown.text()).toMatch(/^row 9\n/);
    await shown.send(END);
    await shown.redraw(<Scroll tail>{rows(21)}</Scroll>);
    expect(shown.text()).toContain('row 21');
  });

  it('keeps a row in sight that has the keys itself', async () => {
    const followed = (follow: number) => <Scroll follow={follow}>{rows(9)}</Scroll>;
    const shown = await scroll(9, { follow: 0 });
    await shown.redraw(followed(5));
    expect(shown.text()).toMatch(/^row 4\nrow 5\nrow 6\n/);
    await shown.send(HOME);
    expect(shown.text()).toMatch(/^row 4\n/);
    await shown.redraw(followed(1));
    expect(shown.text()).toMatch(/^row 1\nrow 2\n/);
  });

  it('says it over its content where it takes no more place than that needs', async () => {
    const shown = await scroll(2, { grow: false });
    expect(shown.text().trimEnd()).toBe('row 1\nrow 2');
    await shown.redraw(<Scroll grow={false}>{rows(9)}</Scroll>);
    expect(shown.text()).toBe('row 1\nrow 2\nrow 3\nrow 4       ↓ 5 more');
  });

  it('is at its new end after its place has become higher', async () => {
    const shown = await scroll(9);
    await shown.send(END);
    await shown.redraw(<Scroll>{rows(9)}</Scroll>, { columns: 20, rows: 8 });
    expect(shown.text()).toMatch(/^row 3\n[\s\S]+row 9\n +↑ 2$/);
    await shown.redraw(<Scroll>{rows(9)}</Scroll>, { columns: 20, rows: 12 });
    expect(shown.text().trimEnd()).toMatch(/^row 1\n[\s\S]+row 9$/);
  });

  it('does not move when keys are meant for something that lies over it', async () => {
    const shown = await scroll(9, {}, { columns: 20, rows: 4, covered: true });
    await shown.send(DOWN + PAGE_DOWN + END);
    expect(shown.text()).toMatch(/^row 1\n/);
  });
});
