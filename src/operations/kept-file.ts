import type { Action, Command } from '../engine/contracts/action.ts';
import { command } from '../engine/contracts/command.ts';
import { template } from '../system/templates.ts';

/** A file that is kept as a copy before it is changed. */
interface KeptFile {
  readonly file: string;
  /** It has the same content and the same readers as the file, so it must be removed at the end, whatever the outcome. */
  readonly copy: string;
  /** Whose it is, where it is not root's: root would follow the links that this user can make. */
  readonly as?: Pick<Command, 'user' | 'cwd'>;
}

/** Makes the copy, on the disk when it has ended (templates/keep-file.sh). */
export const keepFile = (kept: KeptFile, purpose: string): Action => carriedOut('keep', kept, purpose);

/** Puts the copy back; no harm when that was done before and the copy is gone. */
export const putFileBack = (kept: KeptFile, purpose: string): Action => carriedOut('put-back', kept, purpose);

function carriedOut(what: 'keep' | 'put-back', { file, copy, as = {} }: KeptFile, purpose: string): Action {
  return command(['sh', '-s', '--', what, file, copy], purpose, {
    input: String(template('keep-file.sh', {})),
    timeoutMs: 60_000,
    ...as,
  });
}
