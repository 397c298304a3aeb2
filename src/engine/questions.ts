import { consentTo, covers } from './contracts/consent.ts';
import type { Decision } from './contracts/decision.ts';
import type { Emit, NewEvent } from './emit.ts';

/** What an operator may choose for a finding. */
export type Choice = Extract<Decision, { question: string }>;

/** A question that is open. */
interface OpenQuestion {
  readonly choice: Promise<Choice>;
  /** It no longer needs an answer. */
  withdraw(): void;
}

type Asked = Omit<Extract<NewEvent, { type: 'question' }>, 'type' | 'question'>;

/** The questions that are open, each until it is answered or withdrawn. */
export class Questions {
  readonly #emit: Emit;
  readonly #open = new Map<string, { readonly asked: Asked; readonly answer: (choice: Choice) => void }>();
  #count = 0;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  ask(asked: Asked): OpenQuestion {
    this.#count += 1;
    const question = `q${this.#count}`;
    const choice = new Promise<Choice>((answer) => this.#open.set(question, { asked, answer }));
    this.#emit({ type: 'question', question, ...asked });
    const withdraw = () => {
      if (this.#open.delete(question)) this.#emit({ type: 'question-withdrawn', question });
    };
    return { choice, withdraw };
  }

  /**
   * Takes a choice; a choice for a question that is not open, or for a fix that was not shown like this, changes
   * nothing.
   */
  decide(choice: Choice): void {
    const open = this.#open.get(choice.question);
    if (open === undefined) return;
    const { task, finding } = open.asked;
    const fix = choice.kind === 'apply' ? finding.fixes.find((one) => covers(choice, one)) : undefined;
    if (choice.kind === 'apply' && fix === undefined) return;
    this.#open.delete(choice.question);
    const words =
      fix === undefined
        ? { choice: choice.kind }
        : { choice: `apply: ${fix.title}`, consent: consentTo(task, finding.code, fix) };
    this.#emit({ type: 'decided', question: choice.question, ...words });
    open.answer(choice);
  }
}
