import { reveal, type SecretText } from '../src/secret/secret.ts';
import { type Dialect, envIn } from '../src/system/formats/env-file.ts';

/** What an env file sets, in clear: for comparing. */
export const plainEnv = (file: SecretText, dialect: Dialect = 'docker'): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(envIn(file, dialect)).map(([name, value]) => [name, reveal(value)]));
