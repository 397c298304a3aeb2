import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { SecretText } from '../../secret/secret.ts';
import type { HermesConfigFacts } from './look.ts';

/** Whether it was started with what is in the files now. */
export const isAtWork = ({ service }: HermesConfigFacts) =>
  ['active', 'activating', 'failed'].includes(service.active);

/** Writes one of the two files: readable for the deploy user alone. */
export function write(path: string, content: SecretText, purpose: string, answers: Answers): Action {
  return writeFile(path, content, 0o600, purpose, {
    owner: layout(answers).owner,
    // Whoever wrote it: it is the file that Hermes reads.
    effects: replaces(path, foundAs('Hermes’s settings')),
  });
}
