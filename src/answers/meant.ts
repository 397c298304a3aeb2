import { asciiEmailProblem, domainProblem, emailProblem } from './rules.ts';
import type { AnswerKey } from './schema.ts';

/**
 * What was meant by something that was typed or pasted: the host name in a web address, the address in 'Ada <ada@example.com>',
 * the key in a line of a shell. The text itself, without blanks around it, where nothing good can be seen in it: then its
 * rule says what is wrong. Pure.
 */
export function meantBy(key: AnswerKey, text: string): string {
  const plain = text.trim();
  switch (key) {
    case 'domain':
      return firstGood(plain, hostIn, domainProblem);
    case 'email':
      return firstGood(plain, addressIn, asciiEmailProblem);
    case 'adminEmail':
      return firstGood(plain, addressIn, emailProblem);
    case 'apiKey':
    case 'anthropicApiKey':
    case 'githubToken':
      return keyIn(plain);
    default:
      return plain;
  }
}

/** Several lines are several things, of which the first good one is meant, unless only together they are one that a terminal broke. */
function firstGood(
  text: string,
  taken: (line: string) => string,
  problem: (value: string) => string | undefined,
): string {
  const lines = text.split(/[\r\n]+/);
  const [first = '', ...more] = lines;
  const good = [first, lines.join(''), ...more].map(taken).find((value) => problem(value) === undefined);
  return good ?? lines.join('').trim();
}

function hostIn(line: string): string {
  return line
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/:\d+$/, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function addressIn(line: string): string {
  const plain = line.trim().replace(/^mailto:/i, '');
  return /<([^<>\s]+@[^<>\s]+)>$/.exec(plain)?.[1] ?? plain;
}

/** 'export ANTHROPIC_API_KEY="sk-ant-…"', over as many lines as a terminal made of it. */
function keyIn(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/^(?:export )?[A-Z][A-Z0-9_]*=/, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/^Bearer /i, '')
    .replace(/ /g, '');
}
