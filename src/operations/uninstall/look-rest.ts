import type { Host } from '../../host/host.ts';
import { ACCOUNT, MOVE_NOTE } from '../../tasks/paperclip/account.ts';
import type { Remains } from './facts.ts';
import type { Origins } from './origins.ts';

/** The table that Hermes's sandbox loads when it starts, and removes when it ends (templates/hermes-ports.nft). */
export const PORT_RULES = ['table', 'inet', 'otto_hermes'] as const;

/** Whether it is still there: of a Hermes that runs, or that was cut off. */
export async function hasPortRules(host: Host): Promise<boolean> {
  const { exitCode } = await host.exec(['nft', 'list', ...PORT_RULES], { timeoutMs: 10_000 });
  return exitCode === 0;
}

/** The account that Paperclip runs as, with its group. */
export async function lookAtPaperclip(
  host: Host,
  origins: Origins,
): Promise<Pick<Remains, 'account' | 'halfMoved'>> {
  const [user, group, note] = await Promise.all([
    host.exec(['getent', 'passwd', ACCOUNT]),
    host.exec(['getent', 'group', ACCOUNT]),
    host.stat(MOVE_NOTE),
  ]);
  const there = user.exitCode === 0 || group.exitCode === 0;
  // Cut off between the two there is only the group.
  const made = [...origins.made('user'), ...origins.made('group')].includes(ACCOUNT);
  return { account: there ? { name: ACCOUNT, made } : undefined, halfMoved: note !== undefined };
}
