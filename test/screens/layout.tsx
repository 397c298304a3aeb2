import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { Box, type DOMElement, measureElement, render } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { Screen, SessionContext, SizeContext } from '../../src/components/terminal.tsx';
import { session } from './glass.tsx';

/** Where each text of a screen is, read from Ink's own tree, and what is drawn there. */

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A text that was given to a screen. */
interface PlacedText extends Rect {
  readonly text: string;
  /** What there is to be seen of it: all its boxes let through. */
  readonly seen: Rect;
  /** A box that scrolls cuts it: how much there is above and below is said at its edge. */
  readonly scrolled: boolean;
}

type Node = DOMElement['childNodes'][number] | DOMElement;

/** A screen that is laid out again and again, each time in another size. */
export function laidOut(node: ReactNode) {
  let frame = '';
  const columns = 210;
  const glass = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string, _, done) => {
        frame = stripVTControlCharacters(chunk);
        done();
      },
    }),
    { isTTY: true, columns, rows: 70 },
  );
  const keyboard = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => keyboard,
    ref: () => keyboard,
    unref: () => keyboard,
  });
  const root: { current: DOMElement | null } = { current: null };
  const placed = (size: Size) => (
    <SessionContext value={session}>
      <SizeContext value={size}>
        <Box ref={root} width={columns}>
          <Screen covered={false}>{node}</Screen>
        </Box>
      </SizeContext>
    </SessionContext>
  );
  const app = render(placed({ columns: 80, rows: 23 }), {
    stdin: keyboard as never,
    stdout: glass as never,
    // Each frame is written whole and at once.
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    /** As large as a frame in a terminal of this size is. */
    at: ({ columns, rows }: Size): Layout => {
      app.rerender(placed({ columns: Math.max(20, columns), rows: Math.max(8, rows - 1) }));
      const texts: PlacedText[] = [];
      if (root.current !== null) collect(root.current, { x: 0, y: 0, width: 999, height: 999 }, false, texts);
      return { lines: frame.replace(/\n$/, '').split('\n'), texts };
    },
    end: () => app.unmount(),
  };
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Layout {
  readonly lines: readonly string[];
  readonly texts: readonly PlacedText[];
}

function collect(node: DOMElement, clip: Rect, scrolled: boolean, texts: PlacedText[], up = 0): void {
  const box = measured(node, up);
  if (node.style.display === 'none' || node.yogaNode === undefined) return;
  if (node.nodeName === 'ink-text') {
    const text = textOf(node);
    if (text.trim() === '') return;
    const seen = intersection(box, clip);
    texts.push({ ...box, text, seen, scrolled: scrolled && !same(seen, box) });
    return;
  }
  const hides = node.style.overflow === 'hidden' || node.style.overflowY === 'hidden';
  const scrolls = 'contentOffsetY' in node.style;
  const offset = Number(node.style.contentOffsetY ?? 0);
  const inner = hides ? intersection(box, clip) : clip;
  for (const child of node.childNodes)
    if ('childNodes' in child) collect(child as DOMElement, inner, scrolled || scrolls, texts, up + offset);
}

function measured(node: DOMElement, up: number): Rect {
  const { x, y, width, height } = measureElement(node);
  return { x, y: y - up, width, height };
}

function textOf(node: Node): string {
  if ('nodeValue' in node) return stripVTControlCharacters(node.nodeValue);
  return 'childNodes' in node ? node.childNodes.map((child: Node) => textOf(child)).join('') : '';
}

function intersection(one: Rect, other: Rect): Rect {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  const width = Math.max(0, Math.min(one.x + one.width, other.x + other.width) - x);
  const height = Math.max(0, Math.min(one.y + one.height, other.y + other.height) - y);
  return { x, y, width, height };
}

const areaOf = ({ width, height }: Rect) => width * height;
const same = (one: Rect, other: Rect) => one.width === other.width && one.height === other.height;
const bare = (text: string) => text.replace(/\s+/g, '');

/** What is wrong with a layout, in words: texts over each other, texts that are cut without a mark. */
export function faultsOf({ lines, texts }: Layout, { columns, rows }: Size): readonly string[] {
  const faults: string[] = [];
  if (lines.length > Math.max(8, rows - 1)) faults.push(`the frame is ${lines.length} rows high`);
  const wide = lines.find(
    (line) => stringWidth(line) > Math.max(20, columns) - (/^https:|^[x]{15}/.test(line) ? 0 : 1),
  );
  if (wide !== undefined) faults.push(`wider than the terminal: ${wide}`);
  for (const placed of texts) {
    const { text, seen } = placed;
    const name = JSON.stringify(text.slice(0, 50));
    const there = bare(regionOf(lines, seen));
    const whole = same(seen, placed);
    if (whole && there === bare(text)) continue;
    // A count at the edge of what scrolls lies over its last columns.
    if (placed.scrolled) {
      if (!lines.some((line) => /[↑↓] ?\d+/.test(line)))
        faults.push(`${name} is hidden, and nothing says that more is there`);
      continue;
    }
    if (!whole || placed.width === 0 || placed.height === 0) faults.push(`${name} is cut off without a mark`);
    else if (there.endsWith('…') && bare(text).startsWith(there.slice(0, -1))) continue;
    else if (!isUnderCount(placed, { lines, texts }))
      faults.push(`${name} is not what is drawn there: ${JSON.stringify(there.slice(0, 60))}`);
  }
  return faults;
}

/** What is at the edge of a part that scrolls, and says how much more there is: '↓ 9 more: PgDn'. */
const isCount = ({ text }: PlacedText) => /^ ?[↑↓] \d+/.test(text);

/** Whether all that differs is under such a count; in what is left nothing is added and nothing is in another order. */
function isUnderCount(placed: PlacedText, { lines, texts }: Layout): boolean {
  const over = texts.filter(
    (one) => one !== placed && isCount(one) && areaOf(intersection(one.seen, placed.seen)) > 0,
  );
  const left = lines.map((line, y) => {
    const shown = [...cells(line)];
    for (const { seen } of over)
      if (y >= seen.y && y < seen.y + seen.height) shown.fill(' ', seen.x, seen.x + seen.width);
    return shown.join('');
  });
  const there = bare(regionOf(left, placed.seen)).replace(/…$/, '');
  let at = 0;
  const wanted = [...bare(placed.text)];
  for (const character of there) {
    at = wanted.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return over.length > 0;
}

function regionOf(lines: readonly string[], { x, y, width, height }: Rect): string {
  return lines
    .slice(y, y + height)
    .map((line) =>
      cells(line)
        .slice(x, x + width)
        .join(''),
    )
    .join('\n');
}

/** A line's characters, one for each column. */
function cells(line: string): readonly string[] {
  return [...line].flatMap((character) => [
    character,
    ...Array.from({ length: Math.max(0, stringWidth(character) - 1) }, () => ''),
  ]);
}
