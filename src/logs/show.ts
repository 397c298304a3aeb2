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

const STYLES = { error: 'red', warning: 'yellow', info: 'none' } as const;

/** A line as text: '14:02:11 hermes     │ …', what belongs to it below. */
function lineText({ atMs, source, text, level }: LogLine, colours: boolean): string {
  const head = `${timeOfDay(atMs)} ${source.padEnd(NAME)} │ `;
  const below = `${' '.repeat(8)} ${' '.repeat(NAME)} │ `;
  const paint = (style: 'dim' | (typeof STYLES)[Level], words: string) =>
    colours && style !== 'none' ? styleText(style, words, { validateStream: false }) : words;
  return text
    .split('\n')
    .map((line, index) => `${paint('dim', index === 0 ? head : below)}${paint(STYLES[level], line)}`)
    .join('\n');
}

/** Writes lines as text. Where another day begins it says so, and at the beginning when that is not today. `nowMs`: today. */
export function lineWriter(colours: boolean, nowMs: number): (line: LogLine) => string {
  let last = dayOf(nowMs);
  return (line) => {
    const day = dayOf(line.atMs);
    const heading = day === last ? '' : `${day}\n`;
    last = day;
    return `${heading}${lineText(line, colours)}\n`;
  };
}

/** A line as an object for a program: one line of JSON. */
export function lineJson({ atMs, source, level, error, text }: LogLine): string {
  return `${visibleJson({ at: new Date(atMs).toISOString(), source, level, error, text })}\n`;
}
