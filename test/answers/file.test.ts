import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AnswersFileError, parseAnswers, readAnswersFile, readSecretFile } from '../../src/answers/file.ts';

const folder = mkdtempSync(join(tmpdir(), 'otto-answers-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('answers in a file', () => {
  it.each([
    [
      'YAML',
      'domain: otto.example.com\nuser: cleo # who runs it\n',
      { domain: 'otto.example.com', user: 'cleo' },
    ],
    ['JSON', '{"domain": "otto.example.com"}', { domain: 'otto.example.com' }],
    ['nothing', '# domain: …\n', {}],
  ])('%s', (_, text, answers) => {
    expect(parseAnswers(text, 'x')).toEqual(answers);
  });

  it.each([
    ['a list', '- domain\n', 'must hold names and values'],
    ['neither JSON nor YAML', 'apiKey: "sk-secret-value\nuser: x', 'neither JSON nor YAML'],
  ])('refuses %s, and does not quote it', (_, text, words) => {
    expect(() => parseAnswers(text, 'answers.yaml')).toThrow(words);
    expect(() => parseAnswers(text, 'answers.yaml')).not.toThrow('sk-secret');
  });

  it('warns when others can read it, and only then', () => {
    expect(readAnswersFile(file('open.yaml', 'user: a', 0o644)).warning).toContain('chmod 600');
    expect(readAnswersFile(file('private.yaml', 'user: a', 0o600))).toEqual({ answers: { user: 'a' } });
  });

  it('says which file is not there', () => {
    expect(() => readAnswersFile(join(folder, 'nowhere'))).toThrow(AnswersFileError);
    expect(() => readAnswersFile(join(folder, 'nowhere'))).toThrow('There is no');
  });

  it('takes a secret file without its line break', () => {
    expect(readSecretFile(file('key', 'abc def\n', 0o600), 'apiKey')).toEqual({ value: 'abc def' });
  });
});
