import type { Draft, Question } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import type { AnswerKey } from '../answers/schema.ts';
import { Secret } from '../secret/secret.ts';
import { keyOf } from './first-draft.ts';

/** One answer as it is shown before the plan; what is asked together is changed together. */
export interface ReviewRow {
  /** By which it is changed. */
  readonly number: number;
  readonly title: string;
  readonly answer: string;
  /** What is asked for again when it is changed. */
  readonly key: AnswerKey;
}

/** Pure. All answers of the operator, in the order in which they are asked. */
export function reviewRows(draft: Draft): readonly ReviewRow[] {
  const byTitle = new Map<string, Question[]>();
  for (const question of questionsFor(draft)) {
    const same = byTitle.get(question.title);
    if (same === undefined) byTitle.set(question.title, [question]);
    else same.push(question);
  }
  return [...byTitle].flatMap(([title, questions], at) => {
    const [first] = questions;
    if (first === undefined) return [];
    const answers = questions.map((question) => answerOf(question, draft)).filter((text) => text !== '');
    return [{ number: at + 1, title, answer: answers.join(', ') || 'not answered yet', key: keyOf(first) }];
  });
}

function answerOf(question: Question, draft: Draft): string {
  if (question.kind === 'choice') return question.choices[question.initial]?.said ?? '';
  if (!question.masked) return question.initial;
  // Typed twice, it is one answer.
  if (question.id !== question.key) return '';
  const secret = draft[question.key];
  return secret instanceof Secret ? 'not shown' : '';
}
