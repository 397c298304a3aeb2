/** A line of text that is being edited: the cursor stands before the grapheme with this index. */
export interface EditedLine {
  readonly graphemes: readonly string[];
  readonly cursor: number;
}

export type EditCommand =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' }
  | { readonly kind: 'delete-word' | 'delete-to-start' | 'delete-to-end' };

const segmenter = new Intl.Segmenter();

/** The characters as a person counts them: an emoji or an accented letter is one. */
function graphemesOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** A line with the cursor at its end. */
export function editedLine(text: string): EditedLine {
  const graphemes = graphemesOf(text);
  return { graphemes, cursor: graphemes.length };
}

/** The text of a line. */
export function lineText(line: EditedLine): string {
  return line.graphemes.join('');
}

/** The line after a command; the same object when nothing changed. */
export function edit(line: EditedLine, command: EditCommand): EditedLine {
  const { graphemes, cursor } = line;
  const before = graphemes.slice(0, cursor);
  const after = graphemes.slice(cursor);
  switch (command.kind) {
    case 'insert':
      return inserted(before, command.text, after);
    case 'backspace':
      return cursor === 0 ? line : { graphemes: [...before.slice(0, -1), ...after], cursor: cursor - 1 };
    case 'delete':
      return after.length === 0 ? line : { graphemes: [...before, ...after.slice(1)], cursor };
    case 'left':
      return cursor === 0 ? line : { graphemes, cursor: cursor - 1 };
    case 'right':
      return after.length === 0 ? line : { graphemes, cursor: cursor + 1 };
    case 'home':
      return { graphemes, cursor: 0 };
    case 'end':
      return { graphemes, cursor: graphemes.length };
    case 'delete-word': {
      const kept = graphemesOf(before.join('').replace(/\S+\s*$/u, ''));
      return { graphemes: [...kept, ...after], cursor: kept.length };
    }
    case 'delete-to-start':
      return { graphemes: after, cursor: 0 };
    case 'delete-to-end':
      return { graphemes: before, cursor };
  }
}

/** Text joins what stands beside it: a combining accent that is typed alone belongs to the letter before it. */
function inserted(before: readonly string[], text: string, after: readonly string[]): EditedLine {
  const start = graphemesOf(before.join('') + text);
  return { graphemes: [...start, ...after], cursor: start.length };
}

/**
 * What is left of pasted or typed text in a field of one line: no control characters; line breaks, which terminals
 * put into long pastes, become a space, or nothing where a value is one word (keys, codes, host names).
 */
export function cleanInput(text: string, oneWord: boolean): string {
  const single = text.replace(/[\r\n\t]+/g, oneWord ? '' : ' ');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const clean = single.replace(/[\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}\u{feff}]/gu, '');
  return oneWord ? clean.replace(/\s+/gu, '') : clean;
}
