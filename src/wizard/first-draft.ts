import type { Draft, Question } from '../answers/question.ts';
import type { AnswerInputs } from '../answers/resolve.ts';
import { type AnswerKey, type AnswersInput, SECRET_KEYS } from '../answers/schema.ts';
import type { SeenLine } from '../run/shown-line.ts';

/** The answers to begin with: all that is known and no secret. */
export function firstDraft(inputs: AnswerInputs): Draft {
  const secret = new Set<string>(SECRET_KEYS);
  const sources = [
    inputs.examples,
    inputs.discovered,
    inputs.saved,
    inputs.file,
    inputs.environment,
    inputs.flags,
  ];
  const known = Object.assign({}, ...sources) as AnswersInput;
  return Object.fromEntries(Object.entries(known).filter(([key]) => !secret.has(key))) as Draft;
}

/** The answer that a question is about. */
export function keyOf(question: Question): AnswerKey {
  if (question.kind === 'text') return question.key;
  if (question.id === 'apiKeyChoice') return 'apiKey';
  if (question.id === 'adminPasswordChoice') return 'adminPassword';
  return question.id === 'github' ? 'github' : 'claude';
}

/** Looking needs a domain; an address that is only told to others is not looked at. */
export function lookStandIns({ domain }: Draft): AnswersInput {
  return domain === undefined ? {} : { email: `admin@${domain}` };
}

/** What was found, in one line without where; what is not certain keeps a line of its own. */
export function foundHere(found: readonly SeenLine[]): readonly SeenLine[] {
  const certain = found
    .filter(({ mark }) => mark === 'healthy')
    .map(({ text }) => text.replace(/ \([^)]*\)$/, ''));
  const line: SeenLine = { mark: 'healthy', text: `Found here, not asked: ${certain.join('; ')}` };
  return [...(certain.length === 0 ? [] : [line]), ...found.filter(({ mark }) => mark !== 'healthy')];
}
