import { ask, numberOf } from '../lines/ask.ts';
import { LineReader } from '../terminal/line-reader.ts';
import { type Shell, UsageError } from './command.ts';
import { isAtTerminal } from './machine.ts';
import type { Asked } from './parse.ts';

/**
 * The words with what they leave open ('update', of what?), asked where somebody sits at a terminal. Throws
 * {@link UsageError} where nobody can be asked.
 */
export async function completed(
  words: readonly string[],
  { word, family }: Extract<Asked, { kind: 'open' }>,
  { print }: Shell,
): Promise<readonly string[]> {
  const silent = words.some((one) => ['--yes', '-y', '--json'].includes(one));
  if (silent || !isAtTerminal())
    throw new UsageError(`Add one of these: ${family.map(({ name }) => name).join(', ')}.`);
  const reader = new LineReader(process.stdin, process.stdout);
  try {
    const say = (...lines: readonly string[]) => print(`${lines.join('\n')}\n`);
    const options = family.map(({ name, summary }) => `${name}: ${summary}`);
    const chosen = await ask({ reader, say }, { options, prompt: 'Which number? ', take: numberOf(family) });
    const at = words.indexOf(word);
    return [...words.slice(0, at), ...chosen.name.split(' '), ...words.slice(at + 1)];
  } finally {
    reader.close();
  }
}
