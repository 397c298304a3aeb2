import type { Argv } from '../../host/host.ts';
import type { SecretText } from '../../secret/secret.ts';
import type { Command, WriteFile } from './action.ts';

/** Options of a command, besides its words and its purpose. */
export type CommandOptions = Partial<Omit<Command, 'kind' | 'argv' | 'purpose'>>;

/** A command as an action. `purpose`: a verb phrase. Without `timeoutMs` it gets half a minute, long enough for what only asks or sets something. */
export const command = (argv: Argv, purpose: string, options: CommandOptions = {}): Command => ({
  kind: 'run',
  argv,
  purpose,
  timeoutMs: 30_000,
  ...options,
});

/** A file as an action, root's unless `owner` is given. `mode`: permission bits. `purpose`: a verb phrase. */
export const writeFile = (
  path: string,
  content: SecretText,
  mode: number,
  purpose: string,
  options: Partial<Pick<WriteFile, 'owner' | 'proof' | 'afterPutBack' | 'effects'>> = {},
): WriteFile => ({ kind: 'write-file', path, content, mode, owner: 'root:root', purpose, ...options });
