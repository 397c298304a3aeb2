import { describe, expect, it } from 'vitest';
import { cleanInput, type EditCommand, edit, editedLine, lineText } from '../../src/terminal/edit-line.ts';

const insert = (text: string): EditCommand => ({ kind: 'insert', text });
const key = (kind: Exclude<EditCommand['kind'], 'insert'>): EditCommand => ({ kind });

describe('editing a line', () => {
  it.each<[string, string, EditCommand[], string]>([
    ['text at the end', 'ab', [insert('c')], 'abc'],
    ['text before what stands there', 'bc', [key('home'), insert('a')], 'abc'],
    ['backspace', 'abc', [key('backspace')], 'ab'],
    ['backspace at the start', 'abc', [key('home'), key('backspace')], 'abc'],
    ['delete', 'abc', [key('home'), key('delete')], 'bc'],
    ['delete at the end', 'abc', [key('delete')], 'abc'],
    ['left and backspace', 'abc', [key('left'), key('backspace')], 'ac'],
    ['right past the end', 'abc', [key('right'), insert('d')], 'abcd'],
    ['home, right, insert', 'ac', [key('home'), key('right'), insert('b')], 'abc'],
    ['Ctrl-U', 'abc def', [key('left'), key('delete-to-start')], 'f'],
    ['Ctrl-K', 'abc', [key('home'), key('right'), key('delete-to-end')], 'a'],
    ['Ctrl-W', 'one two  ', [key('delete-word')], 'one '],
    ['Ctrl-W twice', 'one two', [key('delete-word'), key('delete-word')], ''],
    ['an emoji goes in one piece', 'a👩‍👩‍👧', [key('backspace')], 'a'],
    ['an accent joins its letter', 'e', [insert('\u0301'), key('backspace')], ''],
  ])('%s', (_, text, commands, after) => {
    expect(lineText(commands.reduce(edit, editedLine(text)))).toBe(after);
  });
});

describe('what is left of pasted text', () => {
  it.each([
    ['a key with a line break at the end', 'sk-ant-1\r\n', true, 'sk-ant-1'],
    ['a code that the terminal broke', 'abc\r\n  def#g', true, 'abcdef#g'],
    ['a name', 'Ada\nLovelace', false, 'Ada Lovelace'],
    ['escape sequences', '\x1b[31mred', true, '[31mred'],
    ['a byte order mark and a zero width space', '\ufeffab\u200bc', true, 'abc'],
    ['plain text', 'otto.example.com', true, 'otto.example.com'],
  ])('%s', (_, text, oneWord, clean) => {
    expect(cleanInput(text, oneWord)).toBe(clean);
  });
});
