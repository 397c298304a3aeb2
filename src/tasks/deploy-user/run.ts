import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { ACCOUNT_FAILURES } from '../../system/accounts/users.ts';

/** A short command about an account or a folder. */
export function run(argv: Command['argv'], purpose: string): Command {
  return command(argv, purpose, { knownFailures: ACCOUNT_FAILURES });
}
