import type xterm from '@xterm/headless';

/** What is on a terminal as SVG: text in a monospaced font at its columns, with the colours of its cells. */

type Terminal = InstanceType<typeof xterm.Terminal>;

const CELL = { width: 8.4, height: 18 };
const PAD = 14;
const TITLE = 30;
/** The sixteen colours of a terminal, quiet ones that are legible on a dark ground. */
const PALETTE = [
  '#3b4252',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d8dee9',
  '#5c6370',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#ffffff',
] as const;
const GROUND = '#1e222a';
const INK = '#d8dee9';

interface Run {
  readonly column: number;
  text: string;
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** One frame: what a terminal shows now. */
export function frameOf(terminal: Terminal): string {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const y = TITLE + PAD + (row + 0.75) * CELL.height;
    return runsOf(active.getLine(active.baseY + row))
      .map((run) => textOf(run, y))
      .join('');
  })
    .filter((line) => line !== '')
    .join('\n');
}

type Line = ReturnType<Terminal['buffer']['active']['getLine']>;

/** Neighbouring cells of one look, without blanks at their ends. */
function runsOf(line: Line): readonly Run[] {
  const runs: Run[] = [];
  for (let column = 0; line !== undefined && column < line.length; column += 1) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const colour = cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? INK) : INK;
    const [bold, dim] = [cell.isBold() !== 0, cell.isDim() !== 0];
    const last = runs.at(-1);
    if (last !== undefined && last.colour === colour && last.bold === bold && last.dim === dim)
      last.text += cell.getChars() || ' ';
    else runs.push({ column, text: cell.getChars() || ' ', colour, bold, dim });
  }
  return runs.filter(({ text }) => text.trim() !== '');
}

function textOf({ column, text, colour, bold, dim }: Run, y: number): string {
  const start = text.length - text.trimStart().length;
  const words = text.trim();
  const x = PAD + (column + start) * CELL.width;
  const look = `${colour === INK ? '' : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity=".6"' : ''}`;
  // As long as its cells are, whatever the font of whoever looks at it.
  const long = [...words].length * CELL.width;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${long.toFixed(1)}"${look}>${escaped(words)}</text>`;
}

/** Blanks that nobody folds into one, whatever draws it. */
const escaped = (text: string) =>
  text.replace(/ /g, '\u{a0}').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** A picture of one or more frames, each with its time in seconds; several are shown one after the other, again and again. */
export function svgOf(
  title: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  frames: readonly { readonly frame: string; readonly seconds: number }[],
): string {
  const width = columns * CELL.width + 2 * PAD;
  const height = rows * CELL.height + 2 * PAD + TITLE;
  const all = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let begun = 0;
  const styles: string[] = [];
  const groups = frames.map(({ frame, seconds }, at) => {
    if (frames.length === 1) return frame;
    const [from, to] = [begun, begun + seconds].map((time) => ((time / all) * 100).toFixed(2));
    begun += seconds;
    styles.push(
      `#f${at}{animation:f${at} ${all}s step-end infinite}@keyframes f${at}{0%{visibility:${at === 0 ? 'visible' : 'hidden'}}${from}%{visibility:visible}${at === frames.length - 1 ? '' : `${to}%{visibility:hidden}`}}`,
    );
    return `<g id="f${at}">\n${frame}\n</g>`;
  });
  const style = styles.length === 0 ? '' : `<style>${styles.join('')}</style>\n`;
  const dots = ['#e06c75', '#e5c07b', '#98c379']
    .map((colour, at) => `<circle cx="${PAD + 6 + at * 18}" cy="${TITLE / 2 + 2}" r="5" fill="${colour}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
${style}<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>${dots}
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${INK}" xml:space="preserve">
${groups.join('\n')}
</g>
</svg>
`;
}
