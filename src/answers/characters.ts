import { firstUnseen } from '../text/visible.ts';

/** What operators call them. */
const NAMES: Readonly<Record<string, string>> = {
  '\0': 'NUL',
  '\t': 'a tab',
  '\n': 'a line break',
  '\r': 'a carriage return',
  '\u001b': 'escape',
  '\u007f': 'delete',
  '\u0085': 'a line break',
  '\u2028': 'a line separator',
  '\u2029': 'a paragraph separator',
  '\u200b': 'a zero-width space',
  '\ufeff': 'a byte order mark',
};

/** 'U+001B (escape)' */
function nameOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name =
    NAMES[character] ?? (/[\u202a-\u202e\u2066-\u2069]/.test(character) ? 'turns text around' : '');
  return name === '' ? `U+${code}` : `U+${code} (${name})`;
}

/** Says which character cannot be part of any answer, a secret included: nobody would see it. Never shows it. */
export function unseenProblem(value: string): string | undefined {
  const unseen = firstUnseen(value);
  if (unseen === undefined) return undefined;
  const place = Array.from(value.slice(0, unseen.index)).length + 1;
  return `Character ${place} is ${nameOf(unseen.character)}, which cannot be seen. Answers are one line of visible text.`;
}
