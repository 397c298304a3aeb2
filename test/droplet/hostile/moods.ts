import { type Fault, PORTAL } from '../internet/faults.ts';

/** In which ways a server can be bad. */
export const MOODS = {
  reset: { kind: 'reset' },
  silent: { kind: 'silent' },
  slow: { kind: 'slow', bytesPerSecond: 1_000 },
  portal: { kind: 'answer', answer: PORTAL },
} as const satisfies Readonly<Record<string, Fault>>;
export type Mood = keyof typeof MOODS;

/** What a server in that mood does, as one would tell a colleague. */
export const WORDS: Readonly<Record<Mood, string>> = {
  reset: 'resets every connection',
  silent: 'takes connections and says nothing',
  slow: 'sends 1 KB a second',
  portal: 'answers everything with a web page and 200, as the network of a hotel does',
};
