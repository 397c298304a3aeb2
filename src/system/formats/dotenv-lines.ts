/**
 * A line of an env file as python-dotenv reads it (Hermes loads ~/.hermes/.env with it). For judging the form of such a file;
 * what it sets is read and changed with env-file.ts.
 */
export interface DotenvLine {
  /** The text as it is, without its line end. A quoted value may span lines, then this does too. */
  readonly raw: string;
  /** Set when the line gives a variable a value. */
  readonly name?: string;
  readonly value?: string;
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[^\S\n]*/;

/** A line that begins like a variable, and not like the middle of a text. */
const VARIABLE = /^\s*(?:export\s+)?[A-Z][A-Z0-9_]{2,}\s*=/;

/** The lines of an env file. Windows line ends and a byte order mark are removed. */
export function parseDotenv(text: string): readonly DotenvLine[] {
  const physical = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  if (physical.at(-1) === '') physical.pop();
  const lines: DotenvLine[] = [];
  for (let index = 0; index < physical.length; index += 1) {
    let raw = physical[index] ?? '';
    const assignment = ASSIGNMENT.exec(raw);
    const name = assignment?.[1];
    if (assignment === null || name === undefined) {
      lines.push({ raw });
      continue;
    }
    let rest = raw.slice(assignment[0].length);
    const quote = rest[0];
    if (quote === "'" || quote === '"') {
      // A quoted value that is never closed does not span the rest of the file: the line then stands alone, as it does
      // when the next variable would be part of it.
      let end = index;
      let joined = rest;
      while (
        closingQuote(joined, quote) < 0 &&
        end + 1 < physical.length &&
        !VARIABLE.test(physical[end + 1] ?? '')
      ) {
        end += 1;
        joined += `\n${physical[end]}`;
      }
      if (closingQuote(joined, quote) > 0) {
        raw = physical.slice(index, end + 1).join('\n');
        rest = joined;
        index = end;
      }
    }
    lines.push({ raw, name, value: unquote(rest) });
  }
  return lines;
}

/** Position of the quote that closes the one at 0; -1 when there is none. */
function closingQuote(text: string, quote: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unquote(rest: string): string {
  const quote = rest[0];
  if (quote === "'" || quote === '"') {
    const end = closingQuote(rest, quote);
    if (end > 0) {
      const inner = rest.slice(1, end);
      return quote === "'"
        ? inner.replace(/\\(['\\])/g, '$1')
        : inner.replace(/\\([\s\S])/g, (_, character: string) => ESCAPES[character] ?? character);
    }
  }
  return rest.replace(/\s#.*$/, '').trim();
}

/** Whether the line's value begins with a quote that is never closed: programs then lose this variable, or more than it. */
export function hasOpenQuote({ raw, name, value }: DotenvLine): boolean {
  if (name === undefined || value === undefined) return false;
  const rest = raw.slice(raw.indexOf('=') + 1).trimStart();
  return /^["']/.test(rest) && closingQuote(rest, rest[0] ?? '') < 0;
}
