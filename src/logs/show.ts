import { styleText } from 'node:util';
import { timeOfDay } from '../run/wording.ts';
import { visibleJson } from '../text/visible.ts';
import type { Level, LogLine } from './line.ts';

/** As wide as the longest name of a source. */
const NAME = 10;

/** '2026-11-22', by our clocks. */
function dayOf(atMs: number): string {
  const at = new Date(atMs);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

/** A line as text: '14:02:11 hermes     │ …', what belongs to it below. */
export function lineText({ atMs, source, text, level }: LogLine, colours: boolean): string {
  const head = `${timeOfDay(atMs)} ${source.padEnd(NAME)} │ `;
  const below = `${' '.repeat(8)} ${' '.repeat(NAME)} │ `;
  const paint = colours ? painter(level) : (words: string) => words;
  const dim = (words: string) => (colours ? styleText('dim', words, { validateStream: false }) : words);
  return text
    .split('\n')
    .map((line, index) => `${dim(index === 0 ? head : below)}${paint(line)}`)
    .join('\n');
}

function painter(level: Level): (text: string) => string {
  if (level === 'info') return (text) => text;
  const colour = level === 'error' ? 'red' : 'yellow';
  return (text) => styleText(colour, text, { validateStream: false });
}

/** Lines as text. Where another day begins it says so, and at the beginning when that is not today. */
export class LineTexts {
  readonly #colours: boolean;
  #day: string;

  /** `nowMs`: today. */
  constructor(colours: boolean, nowMs: number) {
    this.#colours = colours;
    this.#day = dayOf(nowMs);
  }

  of(line: LogLine): string {
    const day = dayOf(line.atMs);
    const heading = day === this.#day ? '' : `${day}\n`;
    this.#day = day;
    return `${heading}${lineText(line, this.#colours)}\n`;
  }
}

/** A line as an object for a program: one line of JSON. */
export function lineJson({ atMs, source, level, error, text }: LogLine): string {
  return `${visibleJson({ at: new Date(atMs).toISOString(), source, level, error, text })}\n`;
}
