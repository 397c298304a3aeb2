import { existsSync, statSync } from 'node:fs';
import { AnswersFileError, readSecretFile } from '../answers/file.ts';
import { generatePassword, generateSecret } from '../answers/resolve.ts';
import { operatorPath } from '../host/surroundings.ts';
import type { Given } from '../operations/otto-operation.ts';
import { Secret } from '../secret/secret.ts';
import type { OperationCall } from './call.ts';

/** Values that nobody has to think up, made again each time that an operation is asked for. */
export function generatedValues(): Given {
  return { generatedPassword: generatePassword(), generatedKey: generateSecret(32) };
}

/** What came with the command, and the generated values. Throws AnswersFileError for a file that cannot be read. */
export function givenIn(
  { operation, flags, secretFiles }: Pick<OperationCall, 'operation' | 'flags' | 'secretFiles'>,
  warn: (text: string) => void,
): Given {
  const secrets = Object.entries(secretFiles).map(([id, path]) => {
    const { value, warning } = readSecretFile(operatorPath(path), id);
    if (warning !== undefined) warn(warning);
    return [id, new Secret(value)];
  });
  const plain = Object.entries(flags).map(([id, value]) => [
    id,
    pathIn(operation.flags[id]?.value ?? '', value),
  ]);
  return { ...generatedValues(), ...Object.fromEntries(plain), ...Object.fromEntries(secrets) };
}

/**
 * A path as it was meant in the folder that the command was typed in: our own commands run in another one. What may be a
 * name and is no file there stays a name.
 */
function pathIn(hint: string, value: string): string {
  if (!hint.startsWith('FILE') || value === '') return value;
  const path = operatorPath(value);
  refuseDevice(path);
  return value.includes('/') || hint.includes('FOLDER') || existsSync(path) ? path : value;
}

/** An archive is a file: reading from or writing to a pipe, a socket or a device would wait, or never end. Throws AnswersFileError. */
export function refuseDevice(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile() || stat.isDirectory()) return;
  const kind = stat.isFIFO() ? 'a pipe' : stat.isSocket() ? 'a socket' : 'a device';
  throw new AnswersFileError(`${path} is ${kind}. Use a file or a folder.`);
}
