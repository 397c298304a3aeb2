import { wrapWidth } from '../terminal/wrap-width.ts';
import { wrapText } from '../text/wrap.ts';
import type { Say } from './ask.ts';

/** Says lines to a terminal, which would break them in the middle of a word. */
export function sayTo(print: (text: string) => void, width: () => number = wrapWidth): Say {
  return (...lines) => print(`${lines.map((line) => wrapText(line, width())).join('\n')}\n`);
}
