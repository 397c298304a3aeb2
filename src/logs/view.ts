import stringWidth from 'string-width';
import { timeOfDay } from '../run/wording.ts';
import { type Level, type LogLine, SOURCES, type SourceId } from './line.ts';
import type { Wanted } from './wanted.ts';

/** What the logs' screen shows and how far it is scrolled. */
export interface LogView {
  readonly source: SourceId | 'all';
  readonly errorsOnly: boolean;
  readonly search: string;
  /** Whether what is typed is the text to search for. */
  readonly typing: boolean;
  /** Whether it goes on with what comes. Otherwise the lines stand still. */
  readonly follow: boolean;
  /** The first row that is shown; only without follow. */
  readonly top: number;
}

export const FIRST_VIEW: LogView = {
  source: 'all',
  errorsOnly: false,
  search: '',
  typing: false,
  follow: true,
  top: 0,
};

const CHOICES = ['all', ...SOURCES] as const;

/** What was done on the screen. */
export type LogMove =
  | { readonly kind: 'source'; readonly step: number }
  | { readonly kind: 'source-number'; readonly number: number }
  | { readonly kind: 'errors' }
  | { readonly kind: 'type' }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'follow' }
  | { readonly kind: 'scroll'; readonly rows: number }
  | { readonly kind: 'start' };

/** The view after a move. `rows` there are, of which `height` are seen. Pure. */
export function moved(view: LogView, move: LogMove, rows: number, height: number): LogView {
  const last = Math.max(0, rows - height);
  switch (move.kind) {
    case 'source': {
      const at = CHOICES.indexOf(view.source) + move.step;
      return { ...view, source: CHOICES[(at + CHOICES.length) % CHOICES.length] ?? 'all', follow: true };
    }
    case 'source-number': {
      const source = CHOICES[move.number - 1];
      return source === undefined ? view : { ...view, source, follow: true };
    }
    case 'errors':
      return { ...view, errorsOnly: !view.errorsOnly, follow: true };
    case 'type':
      return { ...view, typing: true };
    case 'search':
      return { ...view, typing: false, search: move.text, follow: true };
    case 'cancel':
      return { ...view, typing: false };
    case 'follow':
      return { ...view, follow: !view.follow, top: last };
    case 'scroll': {
      const from = view.follow ? last : Math.min(view.top, last);
      const top = Math.max(0, Math.min(last, from + move.rows));
      // Down to the end it goes on with what comes; up from there it stands still.
      return { ...view, top, follow: move.rows > 0 ? top === last : view.follow && top === last };
    }
    case 'start':
      return { ...view, top: 0, follow: last === 0 && view.follow };
  }
}

/** Which lines the view wants to see. */
export function wantedBy({ source, search, errorsOnly }: LogView): Wanted {
  return { sources: source === 'all' ? SOURCES : [source], search, errorsOnly };
}

/** A row of the screen. */
export interface LogRow {
  /** Time and source; blank where a line goes on. */
  readonly head: string;
  readonly text: string;
  readonly level: Level;
}

const SHORT: Readonly<Record<SourceId, string>> = {
  hermes: 'He',
  'open-webui': 'OW',
  paperclip: 'Pc',
  nginx: 'ng',
  runs: 'ru',
};
/** Below this width the sources have short names. */
const NARROW = 60;
/** A single line takes so many rows at most; the rest of it is in `otto-install logs`. */
const MOST_ROWS = 15;

/** The lines as rows of at most `width` columns. The source is left out when there is only one. Pure. */
export function rowsOf(lines: readonly LogLine[], width: number, only: LogView['source']): readonly LogRow[] {
  return lines.flatMap(({ atMs, source, text, level }) => {
    const name = only !== 'all' ? '' : width < NARROW ? `${SHORT[source]} ` : `${source.padEnd(10)} `;
    const head = `${timeOfDay(atMs)} ${name}`;
    const blank = ' '.repeat(head.length);
    const pieces = text.split('\n').flatMap((part) => piecesOf(part, Math.max(10, width - head.length)));
    return pieces.map((piece, index) => ({ head: index === 0 ? head : blank, text: piece, level }));
  });
}

/** A line in pieces that are no wider than `width` columns. */
function piecesOf(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest !== '' && pieces.length < MOST_ROWS) {
    const fits = fitting(rest, width);
    // At a blank, when there is one not too far away.
    const blank = fits < rest.length ? rest.lastIndexOf(' ', fits) : -1;
    const end = blank > fits * 0.6 ? blank : fits;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^ (?=\S)/, '');
  }
  if (rest !== '') pieces.push('…');
  return pieces.length === 0 ? [''] : pieces;
}

/** How many characters of a text fit into the columns. */
function fitting(text: string, width: number): number {
  const first = text.slice(0, width);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is one column each
  if (/^[\x00-\x7f]*$/.test(first)) return first.length;
  let columns = 0;
  let length = 0;
  for (const character of text) {
    columns += stringWidth(character);
    if (columns > width) break;
    length += character.length;
  }
  return Math.max(1, length);
}
