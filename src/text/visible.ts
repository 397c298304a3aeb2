/**
 * The one sanitiser of what leaves the program: terminal, run logs, JSON, support files, the saved plan. Text from outside
 * (files, programs, answers, the network) may hold characters that steer a terminal or hide what stands there. Here they
 * become escapes that everybody can see: '\x1b', '\u202e'.
 *
 * It comes after redacting, since a secret is recognised by its own characters; see `remember` in secret.ts for the secrets
 * that come the other way round.
 */

/**
 * Control characters (C0, DEL, C1), format characters (bidi marks and overrides, zero-width ones, tags), line and paragraph
 * separators, halves of surrogate pairs, and what Unicode says is not drawn at all.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** These choose between two pictures of the same character ('▲' or its emoji) and hide nothing. */
const PICTURE_CHOICE: ReadonlySet<string> = new Set(['\ufe0e', '\ufe0f']);

/** Most of what is printed: nothing to do. */
const PLAIN = /^[\n\x20-\x7e]*$/;

/** What a tab becomes: it has no width of its own, so nothing could be laid out beside it. */
const TAB = '    ';

interface VisibleOptions {
  /** Tabs stay: in a file that somebody looks into because of its blanks. */
  readonly tabs?: 'kept';
}

/** The text with everything visible that steers a terminal or cannot be seen. Line breaks stay, and a tab becomes blanks. */
export function visibleText(text: string, { tabs }: VisibleOptions = {}): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSEEN, (character) => {
    if (character === '\n' || PICTURE_CHOICE.has(character)) return character;
    if (character === '\t') return tabs === 'kept' ? character : TAB;
    return escaped(character);
  });
}

/** The first character that cannot be seen, line breaks and tabs among them, and where it is. */
export function firstUnseen(
  text: string,
): { readonly character: string; readonly index: number } | undefined {
  for (const { 0: character, index } of text.matchAll(UNSEEN))
    if (!PICTURE_CHOICE.has(character)) return { character, index };
  return undefined;
}

/** {@link visibleText} in one line: for a name in a list, a prompt, a heading. */
export function visibleLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\\n');
}

/** {@link visibleText} for text that our own renderer has coloured: its colours stay. What is coloured was made visible before. */
export function visibleColoured(text: string): string {
  return text
    .split(COLOUR)
    .map((piece, index) => (index % 2 === 0 ? visibleText(piece) : piece))
    .join('');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours begin with an escape character
const COLOUR = /(\u001b\[[\d;]*m)/;

/** A copy of plain data with every string in it visible, names of its parts included. */
export function visibleDeep<Data>(data: Data): Data {
  return deep(data) as Data;
}

/**
 * Data as JSON for other programs. What is in it is visible already, not only escaped as JSON does it: whoever takes a text
 * out of it and prints that is as safe as whoever reads our lines.
 */
export function visibleJson(data: unknown, indent?: number): string {
  // By way of JSON, so that what brings its own form (a Secret, a date) is in it.
  return JSON.stringify(deep(JSON.parse(JSON.stringify(data) ?? 'null')), null, indent);
}

function deep(data: unknown): unknown {
  if (typeof data === 'string') return visibleText(data);
  if (Array.isArray(data)) return data.map(deep);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [visibleText(key), deep(value)]));
}

function escaped(character: string): string {
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
  if (character < ' ') return `\\x${hex(character.charCodeAt(0), 2)}`;
  // By halves beyond U+FFFF: what is JSON stays JSON, since it has no control characters below the blank in its texts.
  return character.replace(/[\s\S]/g, (half) => `\\u${hex(half.charCodeAt(0), 4)}`);
}
