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
    throw new UsageError(`One of these is needed: ${family.map(({ name }) => name).join(', ')}.`);
  const reader = new LineReader(process.stdin, process.stdout);
  try {
    for (const [index, { name, summary }] of family.entries()) print(`  ${index + 1}. ${name}: ${summary}\n`);
    for (;;) {
      const chosen = family[Number(await reader.line('Which number? ')) - 1];
      if (chosen === undefined) continue;
      const at = words.indexOf(word);
      return [...words.slice(0, at), ...chosen.name.split(' '), ...words.slice(at + 1)];
    }
  } finally {
    reader.close();
  }
}
