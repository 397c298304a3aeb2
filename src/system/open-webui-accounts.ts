import { list, object, parseJson, text } from './json.ts';

/** An account of Open WebUI, as its database has it. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** 'admin', 'user', 'pending' */
  readonly role: string;
  /** Whether it may sign in. */
  readonly active: boolean;
}

/** What templates/open-webui/read-accounts.py prints: the oldest first, at most twenty of each. */
export interface Accounts {
  /** '', 'none' (no database yet), 'another-database', or why it could not be read. */
  readonly problem: string;
  readonly count: number;
  readonly admins: readonly Account[];
  /** Those who may sign in and are no administrators. */
  readonly others: readonly Account[];
  /** Accounts whose e-mail addresses differ only in case, group by group. */
  readonly alike: readonly (readonly Account[])[];
}

/** Reads it; undefined when it printed nothing of the kind. */
export function parseAccounts(stdout: string): Accounts | undefined {
  const found = object(parseJson(stdout));
  if (typeof found.problem !== 'string') return undefined;
  return {
    problem: found.problem,
    count: Number(found.count ?? 0),
    admins: accounts(found.admins),
    others: accounts(found.others),
    alike: list(found.alike).map(accounts),
  };
}

function accounts(value: unknown): readonly Account[] {
  return list(value)
    .map(object)
    .map(({ id, email, name, role, active }) => ({
      id: text(id),
      email: text(email),
      name: text(name),
      role: text(role),
      active: active === true,
    }));
}
