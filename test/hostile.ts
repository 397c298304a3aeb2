import fc from 'fast-check';

/** Characters that must not leave the program, one of each kind and its ends. */
const UNSEEN: readonly string[] = [
  ...['\u0000', '\u0007', '\b', '\u000b', '\f', '\r', '\u000e', '\u001b', '\u001f', '\u007f'],
  ...['\u0080', '\u0084', '\u0085', '\u0090', '\u009b', '\u009c', '\u009d', '\u009f'],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'],
  ...['\u2066', '\u2067', '\u2068', '\u2069', '\u2028', '\u2029'],
  ...['\u00ad', '\u034f', '\u180e', '\u200b', '\u200c', '\u200d', '\u2060', '\u2064', '\u206f'],
  ...['\u115f', '\u3164', '\ufeff', '\ufff9', '\u{e0001}', '\u{e0041}', '\u{e01ef}'],
  ...['\ud800', '\udbff', '\udc00', '\udfff'],
];

/** What terminals take for commands. */
const SEQUENCES: readonly string[] = [
  '\u001b[2J\u001b[H',
  '\u001b]52;c;ZWNobyBoaQ==\u0007',
  '\u001b]0;title\u001b\\',
  '\u001b]8;;https://evil.example\u0007here\u001b]8;;\u0007',
  '\u001bP$q"p\u001b\\',
  '\u001b[31m',
  '\u001bc',
  '\u009b2J',
  '\u009d0;title\u009c',
  'good\rbad',
];

const ORDINARY = [
  'name',
  'otto',
  ' ',
  'é',
  '世',
  '👍',
  '"',
  "'",
  '\\',
  '#',
  '=',
  ':',
  '-',
  '{',
  '}',
  '%',
  '$',
  '.',
  '/',
];

/** Ordinary text with all of that mixed in. */
export function hostile(options: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc
    .array(
      fc.oneof(
        { arbitrary: fc.constantFrom(...UNSEEN), weight: 3 },
        { arbitrary: fc.constantFrom(...SEQUENCES), weight: 2 },
        { arbitrary: fc.constantFrom(...ORDINARY), weight: 4 },
        {
          arbitrary: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
          weight: 1,
        },
      ),
      { minLength: 1, maxLength: options.maxLength ?? 24 },
    )
    .map((parts) => parts.join(''));
}

/** One string with every kind in it, for a single pass through everything. */
export const EVERYTHING_HOSTILE = `a${SEQUENCES.join('b')}c${UNSEEN.join('d')}e`;

/** Written here a second time and by numbers, so that it does not share a mistake with the sanitiser. */
const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** The forbidden characters in a text, as 'U+001B'; empty is good. `allowed`: characters that a format may keep, as the tab. */
export function forbiddenIn(text: string, allowed = ''): readonly string[] {
  const found = new Set<string>();
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (allowed.includes(character)) continue;
    if (RANGES.some(([from, to]) => code >= from && code <= to))
      found.add(`U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
  }
  return [...found];
}
