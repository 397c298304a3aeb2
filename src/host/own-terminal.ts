import { readlink } from 'node:fs/promises';

/** Where somebody sits who started this process. */
export interface OwnTerminal {
  /** As /dev/pts/1. */
  readonly terminal?: string;
  /** The address that the ssh session came from. */
  readonly from?: string;
}

/** Reads it from what this process has on its standard input, and from what sshd told it. */
export async function ownTerminal(): Promise<OwnTerminal> {
  const input = await readlink('/proc/self/fd/0').catch(() => '');
  const from = process.env.SSH_CONNECTION?.split(' ')[0];
  return {
    ...(/^\/dev\/(pts\/|tty)/.test(input) ? { terminal: input } : {}),
    ...(from === undefined ? {} : { from }),
  };
}
