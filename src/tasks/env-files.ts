import type { Host } from '../host/host.ts';
import type { SecretText } from '../secret/secret.ts';
import { type Dialect, readEnvFile } from '../system/formats/env-file.ts';

/** An env file as it may be kept among facts; undefined when there is none. Throws HostError when it cannot be read. */
export async function lookAtEnvFile(
  host: Host,
  path: string,
  dialect: Dialect,
): Promise<SecretText | undefined> {
  const text = await host.readFile(path);
  return text === undefined ? undefined : readEnvFile(text, dialect);
}
