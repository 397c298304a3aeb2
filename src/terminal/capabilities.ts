import stringWidth from 'string-width';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the terminal shows more than ASCII: the locale says UTF-8, and it is not Linux's own console. */
export function showsUnicode(environment: Environment): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return /utf-?8/i.test(locale) && environment.TERM !== 'linux';
}

/** Whether colours are wanted: https://no-color.org, any value but the empty one switches them off. */
export function wantsColour(environment: Environment): boolean {
  return (environment.NO_COLOR ?? '') === '';
}

/**
 * Whether the terminal can redraw and whoever uses it wants that: a dumb one gets plain lines, and so does somebody with
 * a screen reader (by Ink's variable for it), which would read out every line that changes.
 */
export function canRedraw(environment: Environment): boolean {
  const { TERM = '', INK_SCREEN_READER = '' } = environment;
  return TERM !== '' && TERM !== 'dumb' && INK_SCREEN_READER !== 'true';
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  '●': '+',
  '○': '.',
  '◐': '~',
  '◓': '~',
  '◑': '~',
  '◒': '~',
  '▲': '!',
  '✗': 'x',
  '–': '-',
  '—': '-',
  '─': '-',
  '━': '-',
  '█': '#',
  '┄': '.',
  '│': '|',
  '▸': '>',
  '▾': 'v',
  '›': '>',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '·': '-',
  '…': '~',
  '•': '*',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '≥': '>',
  '≤': '<',
};

/** Text for a terminal without UTF-8, of the same width, so that no line breaks differently. */
export function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII, control characters included, stays
  return text.replace(/[^\u{0}-\u{7f}]/gu, (character) => {
    return REPLACEMENTS[character] ?? '?'.repeat(stringWidth(character));
  });
}

/** The stream as it is, but everything that is written to it passes through `change`. */
export function rewriting<Stream extends NodeJS.WriteStream>(
  stream: Stream,
  change: (text: string) => string,
): Stream {
  return new Proxy(stream, {
    get(target, property) {
      if (property === 'write') {
        return (chunk: string | Uint8Array, ...rest: []) =>
          target.write(typeof chunk === 'string' ? change(chunk) : chunk, ...rest);
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
