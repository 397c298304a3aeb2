import { describe, expect, it } from 'vitest';
import { TextField } from '../../src/components/text-field.tsx';
import { BACKSPACE, DOWN, ENTER, showScreen } from './glass.tsx';

async function field(
  options: { initial?: string; masked?: boolean; oneWord?: boolean; columns?: number } = {},
) {
  const submitted: string[] = [];
  const { initial = '', masked = false, oneWord = true, columns = 80 } = options;
  const shown = await showScreen(
    <TextField {...{ initial, masked, oneWord }} onSubmit={(text) => submitted.push(text)} />,
    { columns },
  );
  return { ...shown, submitted };
}

const KEY = `sk-${'k3y.'.repeat(300)}`;

describe('what is typed into a field', () => {
  it.each([
    ['text and Enter in one chunk', ['otto\r'], 'otto'],
    ['character by character', ['o', 't', 't', 'o', ENTER], 'otto'],
    ['three backspaces in one chunk', ['ottoxyz', `${BACKSPACE}${BACKSPACE}${BACKSPACE}\r`], 'otto'],
    ['a correction in one chunk', [`helx${BACKSPACE}lo\r`], 'hello'],
    ['moving and inserting in one chunk', ['ac\x1b[Db\r'], 'abc'],
    ['Home, End, Delete', ['bcx\x1b[Ha\x1b[F\x1b[D\x1b[3~\r'], 'abc'],
    ['Ctrl-U', ['wrong\x15right\r'], 'right'],
    ['Ctrl-A and Ctrl-E', ['b\x01a\x05c\r'], 'abc'],
    ['keys that mean nothing here', [`a${DOWN}\tb\x07\r`], 'ab'],
    ['a long key without paste marks', [`${KEY}\r`], KEY],
    ['blanks in one word', ['a b\r'], 'ab'],
  ])('%s', async (_, chunks, expected) => {
    const shown = await field();
    for (const chunk of chunks) await shown.send(chunk);
    expect(shown.submitted).toEqual([expected]);
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

  it('a paste keeps no line breaks and does not submit', async () => {
    const shown = await field();
    await shown.paste('code#st\r\nate\n');
    expect(shown.submitted).toEqual([]);
    await shown.send(ENTER);
    expect(shown.submitted).toEqual(['code#state']);
  });

  it('replaces the value that stood there, unless it is edited first', async () => {
    const typed = await field({ initial: 'otto.example.com' });
    await typed.send('x.de\r');
    expect(typed.submitted).toEqual(['x.de']);
    const edited = await field({ initial: 'otto.example.com' });
    await edited.send(`${BACKSPACE}\x7f\x7fde\r`);
    expect(edited.submitted).toEqual(['otto.example.de']);
    const taken = await field({ initial: 'otto.example.com' });
    await taken.send(ENTER);
    expect(taken.submitted).toEqual(['otto.example.com']);
  });
});

describe('what a field shows', () => {
  it('never the characters of a masked one, in no frame', async () => {
    const shown = await field({ masked: true, oneWord: false });
    await shown.send('corr');
    await shown.paste('ect horse');
    expect(shown.screen()).toContain('•••••••••••••  13');
    await shown.send(ENTER);
    expect(shown.submitted).toEqual(['correct horse']);
    for (const part of ['corr', 'ect', 'horse']) expect(shown.raw()).not.toContain(part);
  });

  it('the part around the cursor, when the text is wider than the terminal', async () => {
    const shown = await field({ columns: 40 });
    await shown.send(`${'abcdefghij'.repeat(10)}END`);
    expect(shown.screen()).toContain('END');
    expect(
      shown
        .screen()
        .split('\n')
        .filter((line) => line !== ''),
    ).toHaveLength(1);
    await shown.send('\x1b[H');
    expect(shown.screen()).toMatch(/› abcdefghij/);
  });

  it('the cursor where the next character goes', async () => {
    const shown = await field();
    await shown.send('漢字ab\x1b[D');
    expect(shown.cursor()).toEqual({ column: 2 + 5, row: 0 });
  });
});
