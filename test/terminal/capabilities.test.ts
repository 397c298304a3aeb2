import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { canRedraw, showsUnicode, toAscii, wantsColour } from '../../src/terminal/capabilities.ts';
import { wrapText } from '../../src/text/wrap.ts';

describe('what a terminal can do', () => {
  it.each([
    [{ LANG: 'C.UTF-8', TERM: 'xterm' }, true],
    [{ LANG: 'de_DE.utf8' }, true],
    [{ LC_ALL: 'C', LANG: 'C.UTF-8' }, false],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
    [{}, false],
  ])('%o shows unicode: %s', (environment, expected) => {
    expect(showsUnicode(environment)).toBe(expected);
  });

  it.each([
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
    [{}, true],
  ])('%o wants colours: %s', (environment, expected) => {
    expect(wantsColour(environment)).toBe(expected);
  });

  it.each([
    ['xterm-256color', true],
    ['dumb', false],
    ['', false],
    [undefined, false],
  ])('TERM=%s can redraw: %s', (TERM, expected) => {
    expect(canRedraw({ TERM })).toBe(expected);
  });

  it('a screen reader gets lines', () => {
    expect(canRedraw({ TERM: 'xterm', INK_SCREEN_READER: 'true' })).toBe(false);
  });
});

describe('ASCII', () => {
  it('keeps the width of every line', () => {
    const text = '● ▲ ✗ – ─ › → … “x” ••••';
    expect(toAscii(text)).toBe('+ ! x - - > > ~ "x" ****');
    expect(stringWidth(toAscii('漢é●'))).toBe(stringWidth('漢é●'));
  });

  it('leaves escape sequences and line breaks alone', () => {
    expect(toAscii('\x1b[31mred\x1b[0m\r\n')).toBe('\x1b[31mred\x1b[0m\r\n');
  });
});

describe('breaking lines', () => {
  it.each([
    ['at a blank', 'one two three', 9, 'one two\nthree'],
    ['not a word', 'abcdefghij kl', 5, 'abcdefghij\nkl'],
    ['wide characters', '漢字 漢字', 6, '漢字\n漢字'],
    ['below its own text', '  one two', 6, '  one\n  two'],
    ['behind its mark', '▲ one two', 6, '▲ one\n  two'],
    ['not a line that fits', '  a\n\nb', 5, '  a\n\nb'],
  ])('%s', (_, text, width, broken) => {
    expect(wrapText(text, width)).toBe(broken);
  });
});
