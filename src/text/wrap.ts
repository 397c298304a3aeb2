import stringWidth from 'string-width';

/**
 * Breaks each line of a text at blanks so that none is wider than `width`; a word that is wider stays whole. A broken
 * line continues below its own text: with the same indentation, or after its mark.
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

/** Blanks, a time in a column, a mark, the number of a choice: what is broken continues below what comes after them. */
const START = /^ *(?:\d+:\d\d +)?(?:[●○◐▲✗–] )?(?:\d+\. )?/u;

function wrapLine(line: string, width: number): string {
  if (stringWidth(line) <= width) return line;
  const indent = ' '.repeat(stringWidth(START.exec(line)?.[0] ?? ''));
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=[^ ] *) (?=[^ ])/u)) {
    const longer = current === '' ? word : `${current} ${word}`;
    const isStart = current.trim() === '' || START.exec(current)?.[0] === `${current} `;
    if (!isStart && stringWidth(longer) > width) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}
