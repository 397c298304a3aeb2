import { list, object, parseJson, text } from '../../system/json.ts';

/** An account of Open WebUI. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: 'admin' | 'user' | 'pending' | (string & {});
  /** ms since 1970; undefined when it was never used. */
  readonly lastActiveMs: number | undefined;
  /** False for accounts that sign in through somebody else. */
  readonly hasPassword: boolean;
  /** A deactivated account cannot sign in, and is not told why. */
  readonly active: boolean;
  readonly secondFactor: boolean;
}

/** What templates/open-webui/accounts.py prints: the accounts, or why there are none to be seen. */
export type Accounts =
  | {
      readonly ok: true;
      /** Administrators first, then as they were made. */
      readonly accounts: readonly Account[];
      /** This release ends an account's sessions when its stamp changes (0.12 and later). */
      readonly sessionStamp: boolean;
    }
  | {
      readonly ok: false;
      readonly problem:
        | 'absent'
        | 'not-open-webui'
        | 'locked'
        | 'not-a-database'
        | 'corrupt'
        | 'unreadable'
        | 'no-answer';
      readonly detail: string;
    };

/** Reads it. What is no such answer (Docker is down, the image has no Python) is 'no-answer' with what was said. */
export function parseAccounts(stdout: string, stderr: string): Accounts {
  const found = object(parseJson(stdout));
  const problem = text(found.problem) as Extract<Accounts, { ok: false }>['problem'] | '';
  if (problem !== '') return { ok: false, problem, detail: text(found.detail) };
  if (!Array.isArray(found.accounts))
    return { ok: false, problem: 'no-answer', detail: stderr.trim().split('\n').at(-1) ?? '' };
  const accounts = list(found.accounts).map(object).map(parseAccount);
  const isAdmin = ({ role }: Account) => role === 'admin';
  return {
    ok: true,
    accounts: [...accounts.filter(isAdmin), ...accounts.filter((account) => !isAdmin(account))],
    sessionStamp: found.sessionStamp === true,
  };
}

function parseAccount(found: Readonly<Record<string, unknown>>): Account {
  const lastActive = Number(found.lastActive);
  return {
    id: text(found.id),
    email: text(found.email),
    name: text(found.name),
    role: text(found.role),
    // Seconds since 1970 in all releases that were tried (facts: open-webui A11).
    lastActiveMs: lastActive > 0 ? lastActive * 1000 : undefined,
    hasPassword: found.hasPassword === true,
    active: found.active === true,
    secondFactor: found.secondFactor === true,
  };
}
