import { PASSWORD_FILE } from '../answers/kept.ts';
import type { Answers } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Host } from '../host/host.ts';
import { redact } from '../secret/secret.ts';
import { signUpPurpose } from '../tasks/first-admin/claim.ts';

/** The task that makes the first account. */
const FIRST_ADMIN = 'first-admin';

/**
 * Keeps a generated password while a run goes on, at the moment at which the account gets it, so that it is neither lost
 * nor written down for nothing. (The engine keeps the other answers.) Returns whether this run gave the account its
 * password.
 */
export function keepPassword(
  run: Run,
  host: Host,
  answers: Answers,
  options: { readonly passwordGenerated: boolean; readonly onProblem: (text: string) => void },
): { readonly gavePassword: () => boolean } {
  let gave = false;
  run.subscribe((event) => {
    if (event.type !== 'action-started' || event.task !== FIRST_ADMIN || gave) return;
    // Nothing else that this task does gives anybody a password.
    if (event.view.purpose !== redact(signUpPurpose(answers))) return;
    gave = options.passwordGenerated;
    if (!gave) return;
    host
      .writeFile(PASSWORD_FILE, [answers.adminPassword, '\n'], { mode: 0o600 })
      .catch((error: unknown) =>
        options.onProblem(`The password could not be kept: ${redact(String(error))}`),
      );
  });
  return { gavePassword: () => gave };
}
