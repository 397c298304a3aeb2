import { list, object, parseJson, text } from '../formats/json.ts';

/** An account of Open WebUI, as its database has it. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** 'admin', 'user', 'pending' */
  readonly role: string;
  /** Whether it may sign in; one that may not is not told why. */
  readonly active: boolean;
  /** When it was made, ms since 1970; undefined where that is not known. */
  readonly createdMs?: number | undefined;
}

/** All that its database says of an account. */
export interface AccountInFull extends Account {
  /** ms since 1970; undefined when it was never used. */
  readonly lastActiveMs: number | undefined;
  /** False for accounts that sign in through somebody else. */
  readonly hasPassword: boolean;
  readonly secondFactor: boolean;
}

/** Why there are no accounts to be seen. */
export type AccountsProblem =
  | 'none'
  | 'another-database'
  | 'not-open-webui'
  | 'locked'
  | 'not-a-database'
  | 'corrupt'
  | 'unreadable';

/** Who has an account, at a glance: the oldest first, at most twenty of each. */
export interface Accounts {
  /** '' when they could be read. */
  readonly problem: string;
  readonly count: number;
  readonly admins: readonly Account[];
  /** Those who may sign in and are no administrators. */
  readonly others: readonly Account[];
  /** Accounts whose e-mail addresses differ only in case, group by group; all of them. */
  readonly alike: readonly (readonly Account[])[];
  /** How others get an account; undefined where this release does not say. */
  readonly ways?: WaysToAccount | undefined;
}

/** What decides who gets an account, and what it sees: the effective settings, from database or environment. */
export interface WaysToAccount {
  /** What a new account is: 'pending' waits for an administrator. */
  readonly defaultRole: string;
  /** Whoever signs in through another service gets an account. */
  readonly oauthSignUp: boolean;
  /** '*', or those whose addresses may. */
  readonly oauthDomains: string;
  /** Models that somebody has shared with others. */
  readonly sharedModels: readonly string[];
}

/** What templates/open-webui/read-accounts.py prints. */
export interface AccountsInFull extends Accounts {
  readonly problem: AccountsProblem | '';
  /** What SQLite said of the problem, or the path at which there is no database; '' otherwise. */
  readonly detail: string;
  /** The oldest first. */
  readonly all: readonly AccountInFull[];
  /** This release ends an account's sessions when its stamp changes (0.12 and later). */
  readonly sessionStamp: boolean;
}

const MOST = 20;

/** Reads it; undefined when it printed nothing of the kind. */
export function parseAccounts(stdout: string): AccountsInFull | undefined {
  const found = object(parseJson(stdout));
  if (typeof found.problem !== 'string') return undefined;
  const all = list(found.accounts).map(object).map(parseAccount);
  return {
    problem: found.problem as AccountsInFull['problem'],
    detail: text(found.detail),
    all,
    count: all.length,
    admins: all.filter(isAdmin).slice(0, MOST),
    others: all.filter((account) => !isAdmin(account) && account.active).slice(0, MOST),
    alike: alikeIn(all),
    ways: parseWays(found.ways),
    sessionStamp: found.sessionStamp === true,
  };
}

function parseWays(value: unknown): WaysToAccount | undefined {
  const found = object(value);
  if (typeof found.defaultRole !== 'string') return undefined;
  return {
    defaultRole: found.defaultRole,
    oauthSignUp: found.oauthSignUp === true,
    oauthDomains: text(found.oauthDomains),
    sharedModels: list(found.sharedModels).map(text),
  };
}

export const isAdmin = ({ role }: Account): boolean => role === 'admin';

function parseAccount(found: Readonly<Record<string, unknown>>): AccountInFull {
  const [created, lastActive] = [Number(found.created), Number(found.lastActive)];
  return {
    id: text(found.id),
    email: text(found.email),
    name: text(found.name),
    role: text(found.role),
    active: found.active === true,
    createdMs: created > 0 ? created * 1000 : undefined,
    // Seconds since 1970 in all releases that were tried (facts: open-webui A11).
    lastActiveMs: lastActive > 0 ? lastActive * 1000 : undefined,
    hasPassword: found.hasPassword === true,
    secondFactor: found.secondFactor === true,
  };
}

/** Pure. The accounts whose addresses differ only in case, as the newer releases' index compares them. */
function alikeIn<One extends Account>(accounts: readonly One[]): readonly (readonly One[])[] {
  const groups = new Map<string, One[]>();
  for (const account of accounts) {
    const address = account.email.toLowerCase();
    groups.set(address, [...(groups.get(address) ?? []), account]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** Of accounts alike, the one that keeps the address: who signs in is looked for by the address in small letters. */
export function keeperOf<One extends Account>(group: readonly One[]): One | undefined {
  return group.find(({ email }) => email === email.toLowerCase()) ?? group[0];
}

/** bob@example.com → bob+2@example.com: most mail servers deliver it to the same person. `taken`: in small letters. */
export function addressAside(email: string, taken: ReadonlySet<string>): string {
  const at = email.lastIndexOf('@');
  const [name, domain] = at < 0 ? [email, ''] : [email.slice(0, at), email.slice(at)];
  for (let count = 2; ; count += 1) {
    const address = `${name}+${count}${domain}`.toLowerCase();
    if (!taken.has(address)) return address;
  }
}
