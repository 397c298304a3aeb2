import type { ChoiceQuestion, Draft, Question, TextQuestion } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import type { LineReader } from '../terminal/line-reader.ts';
import { visibleLine } from '../text/visible.ts';

/** Prints lines. */
export type Say = (...lines: readonly string[]) => void;

/** Asks all questions that are open, in lines; `initial` with the answers. */
export async function askAll(
  initial: Draft,
  isOpen: (question: Question) => boolean,
  reader: LineReader,
  say: Say,
): Promise<Draft> {
  if (!questionsFor(initial).some(isOpen)) return initial;
  say('To each question: Enter takes what stands in brackets, ? explains, < goes back.', '');
  let draft = initial;
  let at = 0;
  for (;;) {
    const question = questionsFor(draft).filter(isOpen)[at];
    if (question === undefined) return draft;
    const answered = await ask(question, draft, reader, say);
    if (answered === 'back') at = Math.max(0, at - 1);
    else {
      draft = answered;
      at += 1;
    }
  }
}

async function ask(question: Question, draft: Draft, reader: LineReader, say: Say): Promise<Draft | 'back'> {
  say(`Question ${question.number}, ${question.title}: ${question.question}`);
  if (question.kind === 'choice') {
    question.choices.forEach(({ label, meaning }, index) => {
      say(`  ${index + 1}. ${label}. ${meaning}`);
    });
  }
  for (;;) {
    const masked = question.kind === 'text' && question.masked;
    const line = await reader.line(`${initialOf(question)}> `, { masked });
    if (line === '<') return 'back';
    if (line === '?') say(...question.why);
    else {
      const taken = question.kind === 'choice' ? choose(question, draft, line) : fill(question, draft, line);
      if (typeof taken !== 'string') return taken;
      say(taken);
    }
  }
}

function initialOf(question: Question): string {
  const initial = question.kind === 'choice' ? String(question.initial + 1) : question.initial;
  return initial === '' ? '' : `[${visibleLine(initial)}] `;
}

/** The draft with the answer, or what is wrong with it. */
function fill(question: TextQuestion, draft: Draft, line: string): Draft | string {
  const value = line === '' ? question.initial : line;
  return question.problem(value) ?? question.accept(draft, value);
}

function choose(question: ChoiceQuestion, draft: Draft, line: string): Draft | string {
  const index = line === '' ? question.initial : Number(line) - 1;
  return question.choices[index]?.accept(draft) ?? `Type a number from 1 to ${question.choices.length}.`;
}

/** Asks until the answer is yes or no. */
export async function confirmed(reader: LineReader, prompt: string): Promise<boolean> {
  for (;;) {
    const line = (await reader.line(`${prompt} `)).toLowerCase();
    if (line === 'yes' || line === 'y') return true;
    if (line === 'no' || line === 'n') return false;
  }
}
