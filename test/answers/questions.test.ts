import { describe, expect, it } from 'vitest';
import type { Draft, Question, TextQuestion } from '../../src/answers/question.ts';
import { QUESTIONS, questionsFor } from '../../src/answers/questions.ts';
import { Secret } from '../../src/secret/secret.ts';

const ids = (draft: Draft) => questionsFor(draft).map(({ id }) => id);

function question(draft: Draft, id: string): Question {
  const found = questionsFor(draft).find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`${id} is not asked`);
  return found;
}

function text(draft: Draft, id: string): TextQuestion {
  const found = question(draft, id);
  if (found.kind !== 'text') throw new Error(`${id} is no text`);
  return found;
}

describe('the questions', () => {
  it('are six, in order, each ending with a question mark and saying why', () => {
    const questions = questionsFor({ ownApiKey: true, ownPassword: true, claude: 'api-key' });
    const numbers = questions.map(({ number }) => number);
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(QUESTIONS).toBe(6);
    for (const { question: words, why } of questions) {
      expect(words).toMatch(/\?$/);
      expect(why.length).toBeGreaterThan(0);
    }
  });

  it('ask for a secret only when it is not generated', () => {
    expect(ids({})).not.toContain('apiKey');
    expect(ids({ ownApiKey: true })).toContain('apiKey');
    expect(ids({})).not.toContain('adminPassword');
    expect(ids({ ownPassword: true })).toEqual(
      expect.arrayContaining(['adminPassword', 'adminPasswordAgain']),
    );
    expect(ids({ claude: 'login' })).not.toContain('anthropicApiKey');
    expect(ids({ claude: 'api-key' })).toContain('anthropicApiKey');
  });

  it('forget a typed secret when it shall be generated after all', () => {
    const choice = question({ ownApiKey: true, apiKey: new Secret('typed-before-this') }, 'apiKeyChoice');
    if (choice.kind !== 'choice') throw new Error('no choice');
    const draft = choice.choices[0]?.accept({ ownApiKey: true, apiKey: new Secret('typed-before-this') });
    expect(draft).toEqual({ ownApiKey: false });
  });

  it('take the same password twice only', () => {
    const draft: Draft = { ownPassword: true, adminPassword: new Secret('correct horse') };
    const again = text(draft, 'adminPasswordAgain');
    expect(again.problem('correct horse')).toBeUndefined();
    expect(again.problem('correct hose')).toContain('passwords differ');
  });

  it('hold secrets as secrets, and show none as a value to begin with', () => {
    const draft = text({ ownApiKey: true }, 'apiKey').accept({}, 'a-key-of-sixteen-or-more');
    expect(String(draft.apiKey)).toBe('••••');
    for (const asked of questionsFor({ ...draft, ownApiKey: true })) {
      if (asked.kind === 'text' && asked.masked) expect(asked.initial).toBe('');
    }
  });

  it.each([
    ['domain', 'otto.example.com', 'https://otto.example.com'],
    ['user', 'cleo', 'root'],
    ['email', 'you@example.com', 'you@example'],
    ['adminName', 'Ada Lovelace', ' '],
    ['anthropicApiKey', 'sk-ant-api03-abcdefghij', 'sk-openai'],
  ])('%s takes %s and not %s', (id, good, bad) => {
    const asked = text({ claude: 'api-key' }, id);
    expect(asked.problem(good)).toBeUndefined();
    expect(asked.problem(bad)).toEqual(expect.any(String));
  });

  it('say what the plans of Claude allow', () => {
    const words = JSON.stringify(question({}, 'claude'));
    for (const part of ['Max plan', 'extra usage', 'Pro does not work', 'terms'])
      expect(words).toContain(part);
  });
});
