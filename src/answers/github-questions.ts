import { Secret } from '../secret/secret.ts';
import type { Draft, Question } from './question.ts';
import { tokenProblem } from './rules.ts';

const ABOUT = { number: 6, title: 'GitHub' } as const;
const WHY = [
  "Hermes's code is in a private repository on GitHub. This Otto was set up with a token for it, and this machine has no sign-in to GitHub any more.",
  'A token needs read access to the contents of that repository, and nothing else. Create one at github.com, under Settings, Developer settings, Personal access tokens.',
];

/**
 * How Hermes's code is reached, for an Otto that was told to use a token: a token is never kept, and the machine may have lost
 * the sign-in that was made with it. Everybody else signs in during the installation and is not asked.
 */
export function githubQuestions(draft: Draft): readonly Question[] {
  return draft.github === 'token' ? [way(), token()] : [];
}

const way = (): Question => ({
  ...ABOUT,
  kind: 'choice',
  id: 'github',
  question: 'How should Otto reach the code on GitHub?',
  initial: 0,
  choices: [
    {
      label: 'Use a token',
      meaning: 'You paste it next. It is kept only where gh keeps its sign-in.',
      said: 'a token',
      accept: (before) => ({ ...before, github: 'token' }),
    },
    {
      label: 'Sign in with a GitHub account',
      meaning: 'During the installation you enter a code at github.com, in your own browser.',
      said: 'sign in with a GitHub account',
      accept: ({ githubToken: _, ...rest }) => ({ ...rest, github: 'login' }),
    },
  ],
  why: WHY,
});

const token = (): Question => ({
  ...ABOUT,
  kind: 'text',
  id: 'githubToken',
  key: 'githubToken',
  masked: true,
  oneWord: true,
  question: 'Which token can read the code on GitHub?',
  placeholder: 'paste it here, it is not shown',
  initial: '',
  problem: (value) => (value === '' ? 'Paste a token, or go back with Esc.' : tokenProblem(value)),
  accept: (draft, value) => ({ ...draft, githubToken: new Secret(value) }),
  why: WHY,
});
