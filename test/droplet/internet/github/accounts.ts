/** The accounts of the GitHub stand-in: which tokens exist and what each may do. */
import { randomBytes } from 'node:crypto';

/** The private repository that the wizard installs from. */
export const REPOSITORY = { owner: 'Nucleotto', name: 'hermes-agent' } as const;

/** What a token may do. */
export interface Account {
  readonly login: string;
  /** Classic scopes (`x-oauth-scopes`); undefined for a fine-grained token, which has none. */
  readonly scopes: readonly string[] | undefined;
  /** Whether it may read the private repository; `sso`: only after it was authorized for the organisation. */
  readonly reads: 'yes' | 'no' | 'sso';
}

const classic = (scopes: readonly string[], reads: Account['reads']): Account => ({
  login: 'otto-operator',
  scopes,
  reads,
});

/** Tokens that an operator might paste on `gh auth login --with-token`. Every other token is a bad one. */
export const GITHUB_TOKENS = {
  classic: 'ghp_SmallInternetClassicRepoReadOrg00001',
  classicWithoutRepo: 'ghp_SmallInternetClassicWithoutRepo00002',
  classicWithoutReadOrg: 'ghp_SmallInternetClassicNoReadOrg0000003',
  classicSso: 'ghp_SmallInternetClassicNeedsSso00000004',
  fineGrained: 'github_pat_11SMALLINTERNET0000001_mayReadHermesAgent',
  fineGrainedWithoutAccess: 'github_pat_11SMALLINTERNET0000002_mayReadNothingHere',
  revoked: 'ghp_SmallInternetRevokedLongAgo000000005',
} as const;

const ACCOUNTS: ReadonlyMap<string, Account> = new Map<string, Account>([
  [GITHUB_TOKENS.classic, classic(['gist', 'read:org', 'repo'], 'yes')],
  [GITHUB_TOKENS.classicWithoutRepo, classic(['gist', 'read:org'], 'no')],
  [GITHUB_TOKENS.classicWithoutReadOrg, classic(['gist', 'repo'], 'yes')],
  [GITHUB_TOKENS.classicSso, classic(['gist', 'read:org', 'repo'], 'sso')],
  [GITHUB_TOKENS.fineGrained, { login: 'otto-operator', scopes: undefined, reads: 'yes' }],
  [GITHUB_TOKENS.fineGrainedWithoutAccess, { login: 'otto-operator', scopes: undefined, reads: 'no' }],
]);

const DEVICE_TOKEN_PREFIX = 'gho_';
const DEVICE_TOKEN_MARK = 'SmallInternet';

/** Looks tokens up. */
export interface Accounts {
  /** The account of a token; undefined for a bad or revoked one. */
  of(token: string): Account | undefined;
  /** A token as a device login gives it: `gho_` and 36 characters, with the scopes that were asked for. */
  issue(): string;
  /** Makes every token of a device login, and every fixed one, worthless. */
  revokeAll(): void;
}

/**
 * Makes the accounts. A token of a device login is known by its form and not remembered, so one in a droplet's saved
 * state is still good in a later run.
 */
export function createAccounts(): Accounts {
  let revoked = false;
  return {
    of: (token) => {
      if (revoked) return undefined;
      const issued = token.startsWith(DEVICE_TOKEN_PREFIX + DEVICE_TOKEN_MARK);
      return issued ? classic(['gist', 'read:org', 'repo'], 'yes') : ACCOUNTS.get(token);
    },
    issue: () => DEVICE_TOKEN_PREFIX + DEVICE_TOKEN_MARK + randomBytes(12).toString('hex').slice(0, 23),
    revokeAll: () => {
      revoked = true;
    },
  };
}

/**
 * The token in an Authorization header: `token T`, `bearer T`, or Basic with the token as its password (git), or as
 * its user name. Undefined when there is none.
 */
export function tokenIn(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  if (value === '') return undefined;
  if (scheme.toLowerCase() !== 'basic') return value;
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return password === '' || password === 'x-oauth-basic' ? user : password;
}
