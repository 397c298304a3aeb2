import type { AnswerKey, AnswersInput } from './schema.ts';

/** What has been answered so far; what is generated is not in it. */
export type Draft = AnswersInput & {
  /** Whether a secret is to be typed or pasted; otherwise it is generated. */
  readonly ownApiKey?: boolean;
  readonly ownPassword?: boolean;
};

interface Common {
  /** Stable name of the question, unique in the list. */
  readonly id: string;
  /** Its number, of {@link QUESTIONS}; several fields can belong to one question. */
  readonly number: number;
  readonly title: string;
  /** Ends with a question mark. */
  readonly question: string;
  /** Why it is asked, and what the answer leads to; paragraphs. */
  readonly why: readonly string[];
}

/** A line to be typed. */
export interface TextQuestion extends Common {
  readonly kind: 'text';
  readonly key: AnswerKey;
  readonly masked: boolean;
  readonly oneWord: boolean;
  readonly placeholder: string;
  readonly initial: string;
  /** What is wrong with a value; undefined when it is good. */
  problem(value: string): string | undefined;
  accept(draft: Draft, value: string): Draft;
}

/** A few ways, of which one is chosen. */
export interface ChoiceQuestion extends Common {
  readonly kind: 'choice';
  readonly initial: number;
  readonly choices: readonly {
    readonly label: string;
    readonly aside?: string;
    /** What choosing it means, shown while it is the chosen one. */
    readonly meaning: string;
    /** The answer, where all of them are shown together: 'generated'. */
    readonly said: string;
    readonly accept: (draft: Draft) => Draft;
  }[];
}

export type Question = TextQuestion | ChoiceQuestion;
