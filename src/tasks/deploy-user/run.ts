import type { Run } from '../../engine/contracts/action.ts';
import { ACCOUNT_FAILURES } from '../../system/accounts/users.ts';

/** A short command about an account or a folder. */
export function run(argv: Run['argv'], purpose: string): Run {
  return { kind: 'run', argv, purpose, timeoutMs: 30_000, knownFailures: ACCOUNT_FAILURES };
}
