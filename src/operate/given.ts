import { readSecretFile } from '../answers-file.ts';
import { Secret } from '../engine/secret.ts';
import type { OperationCall } from '../operation-words.ts';
import type { Given } from '../operations/otto-operation.ts';
import { generatePassword, generateSecret } from '../resolve-answers.ts';

/** Values that nobody has to think up, made anew for each time that an operation is asked for. */
export function generatedValues(): Given {
  return { generatedPassword: generatePassword(), generatedKey: generateSecret(32) };
}

/** What came with the command, and the generated values. Throws AnswersFileError for a file that cannot be read. */
export function givenIn({ flags, secretFiles }: OperationCall, warn: (text: string) => void): Given {
  const secrets = Object.entries(secretFiles).map(([id, path]) => {
    const { value, warning } = readSecretFile(path, id);
    if (warning !== undefined) warn(warning);
    return [id, new Secret(value)];
  });
  return { ...generatedValues(), ...flags, ...Object.fromEntries(secrets) };
}
