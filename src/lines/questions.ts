import { meantBy } from '../answers/meant.ts';
import type { Draft, Question } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import { visibleLine } from '../text/visible.ts';
import { ask, type LineQuestion, numberOf, type Say, type Taken, type Talk } from './ask.ts';

/** Asks all questions about an Otto that are open; `initial` with the answers. */
export async function askAll(
  initial: Draft,
  isOpen: (question: Question) => boolean,
  talk: Talk,
): Promise<Draft> {
  if (!questionsFor(initial).some(isOpen)) return initial;
  talk.say('To each question: Enter takes the value in brackets, ? explains, < goes back.', '');
  let draft = initial;
  let at = 0;
  for (;;) {
    const question = questionsFor(draft).filter(isOpen)[at];
    if (question === undefined) return draft;
    const answered = await ask(talk, lineQuestion(question, draft, talk));
    if (answered === 'back') at = Math.max(0, at - 1);
    else {
      draft = answered;
      at += 1;
    }
  }
}

function lineQuestion(question: Question, draft: Draft, { say }: Talk): LineQuestion<Draft | 'back'> {
  const isChoice = question.kind === 'choice';
  return {
    heading: [`Question ${question.number}, ${question.title}: ${question.question}`],
    options: isChoice ? question.choices.map(({ label, meaning }) => `${label}. ${meaning}`) : [],
    prompt: `${initialOf(question)}> `,
    masked: !isChoice && question.masked,
    take: (line) => {
      if (line === '<') return { value: 'back' };
      return line === '?' ? { again: question.why } : answered(question, draft, line, say);
    },
  };
}

function initialOf(question: Question): string {
  const initial = question.kind === 'choice' ? String(question.initial + 1) : question.initial;
  return initial === '' ? '' : `[${visibleLine(initial)}] `;
}

/** The draft with the answer, or what is wrong with it. */
function answered(question: Question, draft: Draft, line: string, say: Say): Taken<Draft> {
  if (question.kind === 'choice') {
    const taken = numberOf(question.choices)(line === '' ? String(question.initial + 1) : line);
    return 'value' in taken ? { value: taken.value.accept(draft) } : taken;
  }
  const value = line === '' ? question.initial : meantBy(question.key, line);
  const problem = question.problem(value);
  if (problem === undefined && line !== '' && value !== line)
    say(question.masked ? 'What stood around it was left out.' : `Taken as ${visibleLine(value)}.`);
  return problem === undefined ? { value: question.accept(draft, value) } : { again: [problem] };
}
