import { parse } from 'yaml';
import { complaintsIn, isTooDeep } from '../system/formats/yaml-file.ts';
import { messageOf } from '../text/error-message.ts';
import { AnswersFileError, readPrivately } from './read-privately.ts';
import type { AnswersInput } from './schema.ts';

export { AnswersFileError };

/** Some hundred lines, with room. */
const MOST_OF_ANSWERS = 256 * 1024;
/** Also a key of many lines is smaller. */
const MOST_OF_A_SECRET = 64 * 1024;

/** The answers in a text of YAML, of which JSON is a part. Throws {@link AnswersFileError}. */
export function parseAnswers(text: string, name: string): AnswersInput {
  let value: unknown;
  if (isTooDeep(text)) throw new AnswersFileError(`${name} is nested deeper than answers are.`);
  try {
    if (complaintsIn(text) > 100) throw new Error('almost nothing in it is YAML');
    // What it only warns of would be printed as it is.
    value = parse(text, { logLevel: 'error' });
  } catch (error) {
    // The message of a YAML error quotes the line, which may hold a secret: only its first line, without the quote.
    const where = messageOf(error).replace(/\n.*/s, '');
    throw new AnswersFileError(`${name} is neither JSON nor YAML: ${where.replace(/:$/, '')}`);
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new AnswersFileError(`${name} must hold names and values, like "domain: otto.example.com".`);
  }
  return value as AnswersInput;
}

/** Reads an answers file; '-' is stdin. `warning` when others on this machine can read it. Throws {@link AnswersFileError}. */
export function readAnswersFile(path: string): { answers: AnswersInput; warning?: string } {
  const { text, warning } = readPrivately({ path, what: 'the answers file', mostBytes: MOST_OF_ANSWERS });
  const answers = parseAnswers(text, path === '-' ? 'The text from stdin' : path);
  return { answers, warning };
}

/** Reads the secret that a `--…-file FILE` flag names: its text without the line break at the end. */
export function readSecretFile(path: string, flag: string): { value: string; warning?: string } {
  const { text, warning } = readPrivately({ path, what: flag, mostBytes: MOST_OF_A_SECRET });
  return { value: text.replace(/\r?\n$/, ''), warning };
}
