import { apiKeyProblem } from '../../answers/schema.ts';
import { Secret } from '../../secret/secret.ts';
import type { Asked, Given } from '../otto-operation.ts';
import type { RotateChoice, RotateFacts } from './facts.ts';

/** Pure. A key that is generated, or one that is typed. */
export function askKey({ nowMs: at }: RotateFacts, given: Given): Asked<RotateChoice> {
  const how = given.how ?? (given.apiKey === undefined ? undefined : 'typed');
  if (how === 'generated' && given.generatedKey instanceof Secret)
    return { choice: { key: given.generatedKey, at } };
  if (how === 'typed' && given.apiKey instanceof Secret) return { choice: { key: given.apiKey, at } };
  if (how === 'typed')
    return {
      ask: { kind: 'secret', id: 'apiKey', question: 'What is the new key?', problem: apiKeyProblem },
    };
  return {
    ask: {
      kind: 'choose',
      id: 'how',
      question: 'Which key should it be?',
      options: [
        { value: 'generated', label: 'A generated one', note: 'Nobody needs to know it.' },
        { value: 'typed', label: 'One that you type', note: 'At least 16 characters.' },
      ],
    },
  };
}
