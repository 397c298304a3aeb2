import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import type { AnswersInput } from './answers.ts';

/** A file with answers could not be used; the message says why and what to do. */
export class AnswersFileError extends Error {
  override readonly name = 'AnswersFileError';
}

/** The answers in a text of YAML, of which JSON is a part. Throws {@link AnswersFileError}. */
export function parseAnswers(text: string, name: string): AnswersInput {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    // The message of a YAML error quotes the line, which may hold a secret: only its first line, without the quote.
    const where = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
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
  const { text, warning } = readPrivately(path, 'the answers file');
  const answers = parseAnswers(text, path === '-' ? 'What came on stdin' : path);
  return { answers, ...(warning === undefined ? {} : { warning }) };
}

/** Reads the secret that a `--…-file FILE` flag names: its text without the line break at the end. */
export function readSecretFile(path: string, flag: string): { value: string; warning?: string } {
  const { text, warning } = readPrivately(path, flag);
  return { value: text.replace(/\r?\n$/, ''), ...(warning === undefined ? {} : { warning }) };
}

function readPrivately(path: string, what: string): { text: string; warning?: string } {
  try {
    const text = readFileSync(path === '-' ? 0 : path, 'utf8');
    if (path === '-' || (statSync(path).mode & 0o077) === 0) return { text };
    return {
      text,
      warning: `${path} can be read by others on this machine. To keep what is in it private: chmod 600 ${path}`,
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw new AnswersFileError(`There is no ${path} (${what}).`);
    throw new AnswersFileError(`${path} could not be read (${what}): ${code || String(error)}`);
  }
}
