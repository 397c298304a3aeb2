import type { Readable } from 'node:stream';

/** No message is longer: a plan with its files. What goes on beyond that is nobody's message. */
const LONGEST = 64 * 1024 * 1024;

/** Calls `take` with every line that comes; with a line that is longer than any message, `broken` instead, and nothing after it. */
export function eachLine(stream: Readable, take: (line: string) => void, broken: () => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST) {
      rest = '';
      stream.destroy();
      return broken();
    }
    for (const line of lines) if (line !== '') take(line);
  });
}
