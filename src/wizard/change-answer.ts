import type { Draft } from '../answers/question.ts';
import type { AnswerKey } from '../answers/schema.ts';

/** An answer that can be given anew where it hurts. */
export interface AnswerChange {
  readonly key: AnswerKey;
  /** 'Change the domain (otto.example.con)' */
  readonly label: string;
}

/** The answers that a part of an Otto stands or falls with, by the part's id: a typo in one of them is found there. */
const BEHIND: Readonly<Partial<Record<string, { readonly key: AnswerKey; readonly what: string }>>> = {
  domain: { key: 'domain', what: 'the domain' },
  'deploy-user': { key: 'user', what: 'the deploy user' },
  claude: { key: 'claude', what: 'how Otto signs in to Claude' },
  github: { key: 'github', what: 'how Otto signs in to GitHub' },
};

/** The answer behind a finding of this part, unless it has none. */
export function changeFor(task: string, draft: Draft): AnswerChange | undefined {
  const behind = BEHIND[task];
  // Who signs in at GitHub was never asked: there is nothing to change.
  if (behind === undefined || (behind.key === 'github' && draft.github !== 'token')) return undefined;
  const now = draft[behind.key];
  const shown = (behind.key === 'domain' || behind.key === 'user') && typeof now === 'string';
  return { key: behind.key, label: `Change ${behind.what}${shown ? ` (now ${now})` : ''}` };
}
