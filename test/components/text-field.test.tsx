import { describe, expect, it } from 'vitest';
import { Frame } from '../../src/components/frame.tsx';
import { TextField } from '../../src/components/text-field.tsx';
import { EVERYTHING_HOSTILE, forbiddenIn } from '../hostile.ts';
import { BACKSPACE, DELETE, DOWN, draw, END, ENTER, ESCAPE, HOME, LEFT, RIGHT, UP } from './drawn.tsx';

type Props = Partial<Parameters<typeof TextField>[0]>;

async function field(props: Props = {}, place: Parameters<typeof draw>[1] = {}) {
  const submitted: string[] = [];
  const changes: string[] = [];
  const drawn = await draw(
    <TextField
      initial=""
      oneWord
      {...props}
      onChange={(text) => changes.push(text)}
      onSubmit={(text) => submitted.push(text)}
    />,
    place,
  );
  return { ...drawn, submitted, changes };
}

const KEY = `sk-${'k3y.'.repeat(300)}`;
const CTRL = {
  A: '\x01',
  B: '\x02',
  D: '\x04',
  E: '\x05',
  F: '\x06',
  H: '\b',
  K: '\x0b',
  U: '\x15',
  W: '\x17',
};
const FAMILY = '👩‍👩‍👧';

it('a key of four thousand characters is drawn at once, again and again', async () => {
  const shown = await field({ initial: 'k'.repeat(4_000) });
  const since = performance.now();
  for (let count = 0; count < 5; count += 1) await shown.send(LEFT);
  // It took seconds for each.
  expect(performance.now() - since).toBeLessThan(3_000);
});

describe('what is typed into a field', () => {
  it.each([
    ['text and Enter in one chunk', ['otto\r'], 'otto'],
    ['character by character', ['o', 't', 't', 'o', ENTER], 'otto'],
    ['three backspaces in one chunk', [`ottoxyz${BACKSPACE.repeat(3)}\r`], 'otto'],
    ['a correction in one chunk', [`helx${BACKSPACE}lo\r`], 'hello'],
    ['moving and inserting in one chunk', [`ac${LEFT}b\r`], 'abc'],
    ['Home, End, Delete', [`bcx${HOME}a${END}${LEFT}${DELETE}\r`], 'abc'],
    ['there and back', [`ac${LEFT}${LEFT}${RIGHT}b\r`], 'abc'],
    ['Ctrl-U', [`wrong${CTRL.U}right\r`], 'right'],
    ['Ctrl-K', [`right${CTRL.A}x${CTRL.K}\r`], 'x'],
    ['Ctrl-A and Ctrl-E', [`b${CTRL.A}a${CTRL.E}c\r`], 'abc'],
    ['Ctrl-B, Ctrl-F and Ctrl-D', [`axc${CTRL.B}${CTRL.B}${CTRL.D}b${CTRL.F}d\r`], 'abcd'],
    ['Ctrl-H', [`abx${CTRL.H}c\r`], 'abc'],
    ['an emoji is one character', [`a${FAMILY}${BACKSPACE}b\r`], 'ab'],
    ['and the cursor goes past it in one step', [`${FAMILY}b${LEFT}${LEFT}a\r`], `a${FAMILY}b`],
    ['keys that mean nothing here', [`a${DOWN}${UP}\tb\x07${ESCAPE}`, `\r`], 'ab'],
    ['a long key without paste marks', [`${KEY}\r`], KEY],
    ['blanks in one word', ['a b\r'], 'ab'],
  ])('%s', async (_, chunks, expected) => {
    const shown = await field();
    for (const chunk of chunks) await shown.send(chunk);
    expect(shown.submitted).toEqual([expected]);
  });

  it('may be several words, of which Ctrl-W takes the last', async () => {
    const shown = await field({ oneWord: false });
    await shown.send(`Ada  Lovelace x${CTRL.W}${ENTER}`);
    expect(shown.submitted).toEqual(['Ada  Lovelace ']);
  });

  it.each([
    ['with paste marks', '\x1b[200~', '\x1b[201~'],
    ['without paste marks', '', ''],
  ])('a long key, pasted %s and cut anywhere, arrives whole', async (_, before, after) => {
    const shown = await field();
    const bytes = `${before}${KEY}${after}`;
    for (let at = 0; at < bytes.length; at += 500) await shown.send(bytes.slice(at, at + 500));
    await shown.send(ENTER);
    expect(shown.submitted).toEqual([KEY]);
  });

  it.each([
    ['one word', true, 'code#st\r\nate\n', 'code#state'],
    ['several words', false, ' Ada\r\nLovelace\n', 'Ada Lovelace'],
  ])('a paste of %s keeps no line breaks and does not submit', async (_, oneWord, pasted, expected) => {
    const shown = await field({ oneWord });
    await shown.paste(pasted);
    expect(shown.submitted).toEqual([]);
    await shown.send(ENTER);
    expect(shown.submitted).toEqual([expected]);
  });

  it('is pasted where the cursor stands', async () => {
    const shown = await field();
    await shown.send(`ad${LEFT}`);
    await shown.paste('bc');
    await shown.send(`x${ENTER}`);
    expect(shown.submitted).toEqual(['abcxd']);
  });

  it.each([
    ['typed', 'x.de\r', 'x.de'],
    ['edited first', `${BACKSPACE.repeat(3)}de\r`, 'otto.example.de'],
    ['left alone', ENTER, 'otto.example.com'],
  ])('replaces the value that stood there, unless that is edited first: %s', async (_, keys, expected) => {
    const shown = await field({ initial: 'otto.example.com' });
    await shown.send(keys);
    expect(shown.submitted).toEqual([expected]);
  });

  it('is told with every change, and only then', async () => {
    const shown = await field();
    await shown.send(`ab${LEFT}${HOME}${BACKSPACE}${DELETE}`);
    expect(shown.changes).toEqual(['a', 'ab', 'b']);
  });

  it('is not what the screen has as its keys', async () => {
    const shown = await field({ notText: '?' });
    await shown.send('a?b');
    expect(shown.changes).toEqual(['a', 'ab']);
    // In a paste it is text: an address may have one.
    await shown.paste('c?d');
    expect(shown.changes.at(-1)).toBe('abc?d');
  });

  it('is nothing while keys are meant for something that lies over it', async () => {
    const shown = await field({ initial: 'a' }, { covered: true });
    await shown.send('b');
    await shown.paste('c');
    await shown.send(ENTER);
    expect([shown.changes, shown.submitted]).toEqual([[], []]);
  });
});

describe('what a field shows', () => {
  it('what is typed, and before it something to go by', async () => {
    const shown = await field({ placeholder: 'otto.example.com' });
    expect(shown.text()).toBe('› otto.example.com');
    expect(shown.coloured()).toContain('\x1b[90motto.example.com\x1b[39m');
    await shown.send('x.de');
    expect(shown.text()).toBe('› x.de');
    await shown.send(CTRL.U);
    expect(shown.text()).toBe('› otto.example.com');
  });

  it('never the characters of a masked one, in no frame, but how much it is', async () => {
    const shown = await field({ masked: true, oneWord: false });
    expect(shown.text()).toBe('›');
    await shown.send('corr');
    await shown.paste('ect horse');
    expect(shown.text()).toBe('› •••••••••••••  13');
    await shown.send(ENTER);
    expect(shown.submitted).toEqual(['correct horse']);
    for (const part of ['corr', 'ect', 'horse']) expect(shown.everything()).not.toContain(part);
  });

  it('one sign for each character of a masked one, however many bytes it has', async () => {
    const shown = await field({ masked: true });
    await shown.send(`é漢${FAMILY}`);
    expect(shown.text()).toBe('› •••  3');
  });

  it('what cannot be seen, as an escape', async () => {
    const shown = await field({ initial: `x\u202e${EVERYTHING_HOSTILE}`, placeholder: EVERYTHING_HOSTILE });
    await shown.paste(EVERYTHING_HOSTILE);
    await shown.send(CTRL.U);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: Ink's own colours
    expect(forbiddenIn(shown.everything().replace(/\x1b\[\d+m/g, ''))).toEqual([]);
  });

  it('the part around the cursor, when the text is wider than the terminal', async () => {
    const shown = await field({}, { columns: 40 });
    await shown.send(`${'abcdefghij'.repeat(10)}END`);
    expect(shown.text()).toMatch(/^› [a-j]{29}END$/);
    await shown.send(HOME);
    expect(shown.text()).toBe(`› ${'abcdefghij'.repeat(3)}ab`);
    await shown.send(`x${RIGHT.repeat(40)}`);
    expect(shown.text()).toMatch(/^› [a-j]{32}$/);
  });

  it.each([
    ['a key', 'x'.repeat(108), false],
    ['a masked key', 'x'.repeat(108), true],
    ['wide characters', '漢'.repeat(60), false],
    ['emoji', '😀'.repeat(60), false],
    ['what becomes escapes', '\u202e'.repeat(60), false],
  ])('one row, at every width and wherever the cursor stands: %s', async (_, initial, masked) => {
    const screen = (
      <Frame title="Question" keys={[]}>
        <TextField {...{ initial, masked }} onSubmit={() => {}} />
      </Frame>
    );
    const shown = await draw(screen, { columns: 80, rows: 8 });
    for (const keys of ['', HOME, RIGHT.repeat(9)]) {
      await shown.send(keys);
      for (const columns of [80, 41, 20]) {
        await shown.redraw(screen, { columns, rows: 8 });
        const [, , row = '', below] = shown.text().split('\n');
        expect(row).toMatch(masked ? /^ › •+ {2}108$/ : /^ › \S+$/);
        expect(below, `${columns} columns`).toBe('');
      }
    }
  });
});
