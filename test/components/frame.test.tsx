import { describe, expect, it } from 'vitest';
import { Choices } from '../../src/components/choices.tsx';
import { Frame, type KeyHint } from '../../src/components/frame.tsx';
import { Text } from '../../src/components/text.tsx';
import { DOWN, draw, ENTER, ESCAPE } from './drawn.tsx';

const KEYS: readonly KeyHint[] = [
  ['Enter', 'go on'],
  ['Esc', 'back'],
];
const HELP = ['What this is for.', 'What happens next.'];

describe('a frame', () => {
  it('is a title, a rule, the body and the keys, exactly as large as its place', async () => {
    const frame = (
      <Frame title="The plan" right="2 of 6" keys={KEYS}>
        <Text>Body</Text>
      </Frame>
    );
    const shown = await draw(frame, { columns: 40, rows: 8 });
    expect(shown.text().split('\n')).toEqual([
      ' The plan                        2 of 6',
      ` ${'─'.repeat(38)}`,
      ' Body',
      '',
      '',
      '',
      '',
      ' Enter go on   Esc back   ? keys',
    ]);
  });

  it('hides what is too high and keeps its keys', async () => {
    const frame = (
      <Frame title="The plan" keys={KEYS}>
        <Text>{'row\n'.repeat(30)}</Text>
      </Frame>
    );
    const lines = (await draw(frame, { columns: 40, rows: 8 })).text().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe(' Enter go on   Esc back   ? keys');
  });

  it('breaks its keys where there is no room, and cuts its title before what stands beside it', async () => {
    const frame = (
      <Frame
        title="A title that is far too long for a narrow terminal"
        right="2 of 6"
        keys={KEYS}
        help={HELP}
      >
        <Text>Body</Text>
      </Frame>
    );
    const lines = (await draw(frame, { columns: 24, rows: 8 })).text().split('\n');
    expect(lines[0]).toBe(' A title that …  2 of 6');
    expect(lines.slice(-2)).toEqual([' Enter go on   Esc back', ' ? help']);
  });

  it.each([
    [60, ' REHEARSAL: nothing on this machine is touched '],
    [40, ' REHEARSAL: changes nothing '],
  ])('says in %i columns when it is a rehearsal', async (columns, words) => {
    const frame = (
      <Frame title="The plan" keys={KEYS}>
        <Text>Body</Text>
      </Frame>
    );
    const shown = await draw(frame, { columns, rows: 8, rehearsal: true });
    expect(shown.text().split('\n')[1]).toBe(` ──${words}${'─'.repeat(columns - 4 - words.length)}`);
  });
});

describe('the help', () => {
  async function screen(help?: readonly string[]) {
    const chosen: string[] = [];
    const shown = await draw(
      <Frame title="The plan" keys={KEYS} {...(help === undefined ? {} : { help })}>
        <Choices
          choices={['one', 'two'].map((value) => ({ value, label: value }))}
          onChoose={(value) => chosen.push(value)}
        />
      </Frame>,
      { columns: 40, rows: 19 },
    );
    return { ...shown, chosen };
  }

  it('lies over a screen, which gets no keys meanwhile and is as it was afterwards', async () => {
    const shown = await screen(HELP);
    await shown.send(DOWN);
    const before = shown.text();
    expect(before).toContain('? help');
    await shown.send('?');
    expect(shown.text()).toMatch(/^ Help\n/);
    expect(shown.text()).toContain('What this is for.\n\n What happens next.');
    expect(shown.text()).not.toContain('two');
    expect(shown.text()).toContain('↑↓ scroll   Esc back');
    await shown.send(`${DOWN}1x`);
    await shown.send(ENTER);
    expect(shown.chosen).toEqual([]);
    expect(shown.text()).toBe(before);
    await shown.send(ENTER);
    expect(shown.chosen).toEqual(['two']);
  });

  it.each([
    ['Escape', ESCAPE],
    ['Enter', ENTER],
    ['q', 'q'],
    ['?', '?'],
  ])('goes with %s', async (_, key) => {
    const shown = await screen(HELP);
    await shown.send('?');
    await shown.send(key);
    expect(shown.text()).toMatch(/^ The plan\n/);
  });

  it('scrolls where it is longer than the screen', async () => {
    const shown = await screen(Array.from({ length: 9 }, (_, at) => `Paragraph ${at}.`));
    await shown.send('?');
    expect(shown.text()).toContain('↓');
    await shown.send(DOWN.repeat(35));
    expect(shown.text()).toContain('Paragraph 8.');
  });

  it('is the key sheet: everything that can be pressed on this screen, by whichever of its parts', async () => {
    const shown = await screen();
    expect(shown.text()).toContain('? keys');
    await shown.send('?');
    expect(shown.text()).toMatch(/^ Enter +do it$/m);
    expect(shown.text()).toMatch(/^ ↑↓ k j Tab +choose$/m);
    expect(shown.text()).toMatch(/^ 1-2 +that one$/m);
    expect(shown.text()).toMatch(/^ Ctrl-C +stop or leave/m);
    // The help has keys of its own; opened again it does not list those.
    await shown.send(ESCAPE);
    await shown.send('?');
    expect(shown.text()).not.toMatch(/scroll a page/);
  });

  it('is a character like any other where something is typed', async () => {
    const shown = await draw(
      <Frame title="The plan" keys={KEYS} help={HELP} typing>
        <Text>Body</Text>
      </Frame>,
      { columns: 40, rows: 8 },
    );
    await shown.send('?');
    expect(shown.text()).toMatch(/^ The plan\n/);
    expect(shown.text()).not.toContain('help');
  });
});
