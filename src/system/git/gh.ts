import type { KnownFailure } from '../../engine/contracts/action.ts';
import type { Argv, ExecResult } from '../../host/host.ts';

/**
 * The GitHub CLI, 2.23 (bookworm) to 2.46 and later. `gh auth status` is never asked: 2.46 says 0 with a revoked token
 * and without a network, 2.23 says "no longer valid" for a mere rate limit (facts: gh).
 */

/** No prompt, no colours. GH_DEBUG must never be set: it prints the token. */
export const GH_ENV = { GH_PROMPT_DISABLED: '1', NO_COLOR: '1', LANG: 'C.UTF-8' } as const;

/** The one question that proves both: signed in, and allowed to read the repository. */
export const repositoryArgv = (repository: string): Argv => [
  'gh',
  'api',
  `repos/${repository}`,
  '--jq',
  '.full_name',
];

/** Who is signed in. */
export const whoArgv: Argv = ['gh', 'api', 'user', '--jq', '.login'];

/** Which helpers git asks for github.com, for the user it runs as. */
export const helpersArgv: Argv = [
  'git',
  'config',
  '--global',
  '--get-all',
  'credential.https://github.com.helper',
];

/** Makes gh git's helper: writes gh's absolute path into ~/.gitconfig. */
export const setupGitArgv: Argv = ['gh', 'auth', 'setup-git', '--hostname', 'github.com'];

/** The token comes on stdin, one line; an empty one would silently start a device login. */
export const tokenLoginArgv: Argv = [
  'gh',
  'auth',
  'login',
  '--hostname',
  'github.com',
  '--git-protocol',
  'https',
  '--with-token',
];

/** Without a terminal this prints a code and a link on stderr, asks nothing and polls by itself. */
export const deviceLoginArgv: Argv = [
  'gh',
  'auth',
  'login',
  '--hostname',
  'github.com',
  '--git-protocol',
  'https',
  '--web',
];

/** The result of a call of `gh api`. */
export type GhAnswer =
  | 'ok'
  | 'gh-missing'
  | 'not-signed-in'
  | 'bad-token'
  | 'not-found'
  | 'sso'
  | 'rate-limit'
  | 'forbidden'
  | 'dns'
  | 'refused'
  | 'tls'
  | 'proxy'
  | 'not-github'
  | 'github-down'
  | 'timed-out'
  | 'settings-unreadable'
  | 'settings-old'
  | 'unknown';

/** In this order: the first that fits is it. Matched against stdout and stderr together. */
const SIGNS: readonly (readonly [RegExp, GhAnswer])[] = [
  [/cowardly refusing to continue with multi account migration/, 'settings-old'],
  [/failed to (read|parse|migrate) config|invalid config file/i, 'settings-unreadable'],
  // What it makes of a damaged hosts.yml (2.23): a request to a host that is not there.
  [/(Get|Post) "https:\/\/(?!api\.github\.com\/)/, 'settings-unreadable'],
  [/To get started with GitHub CLI, please run|not logged in/i, 'not-signed-in'],
  [/HTTP 401|Bad credentials/, 'bad-token'],
  [/SAML enforcement/, 'sso'],
  [/rate limit exceeded|HTTP 429/i, 'rate-limit'],
  [/HTTP 404/, 'not-found'],
  [/HTTP 403/, 'forbidden'],
  [/HTTP 5\d\d|unexpected end of JSON input/, 'github-down'],
  [/invalid character '<'|HTTP 200/, 'not-github'],
  [/Proxy Authentication Required|CONNECT tunnel failed|proxyconnect/i, 'proxy'],
  [/x509|certificate/i, 'tls'],
  [/connection refused|connection reset|: EOF/, 'refused'],
  [/error connecting to api\.github\.com|no such host|check your internet connection/, 'dns'],
  [/i\/o timeout|deadline exceeded/, 'timed-out'],
];

/** Judges a call of `gh api` by its exit code first: on HTTP errors the error's body is on stdout even with --jq. */
export function ghAnswer(result: Pick<ExecResult, 'exitCode' | 'stdout' | 'stderr' | 'timedOut'>): GhAnswer {
  if (result.timedOut) return 'timed-out';
  if (result.exitCode === 0) return 'ok';
  if (result.exitCode === 127) return 'gh-missing';
  const output = `${result.stderr}\n${result.stdout}`;
  const sign = SIGNS.find(([pattern]) => pattern.test(output))?.[1];
  return sign ?? (result.exitCode === 4 ? 'not-signed-in' : 'unknown');
}

/** The link with which a token is authorised for an organisation, where gh printed it. */
export function ssoLink(output: string): string | undefined {
  return /https:\/\/github\.com\/(?:orgs|enterprises)\/\S+\/sso\?\S+/.exec(output)?.[0];
}

/** How signing in fails, with a token and with a code. */
export const GH_LOGIN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: "missing required scope '?repo",
    reason: 'The token cannot read private repositories: its scope "repo" is missing.',
    next: 'Create a token with the scopes repo and read:org (github.com/settings/tokens), or a fine-grained one with read access to the repository’s contents.',
  },
  {
    pattern: "missing required scope '?read:org",
    reason:
      'gh requires the scope read:org of a classic token, although the repository itself does not need it.',
    next: 'Tick read:org on the token (github.com/settings/tokens), or use a fine-grained token.',
  },
  {
    pattern: 'HTTP 401|Bad credentials',
    reason: 'GitHub does not know this token: mistyped, expired or revoked.',
    next: 'Create a new one at github.com/settings/tokens.',
  },
  {
    pattern: 'environment variable is being used for authentication',
    reason: 'GH_TOKEN or GITHUB_TOKEN is set for this user and overrides every sign-in.',
    next: 'Remove it from /etc/environment and the user’s shell profile, then try again.',
  },
  {
    pattern: 'cowardly refusing to continue with multi account migration',
    reason: 'gh was updated and cannot carry its old settings over without reaching GitHub.',
    next: 'Look again; the wizard offers to set the old settings aside and sign in again.',
  },
  {
    pattern: 'failed to (read|parse) config',
    reason: 'gh cannot read its own settings (~/.config/gh): damaged, or owned by another user.',
    next: 'Look again; the wizard offers to set them aside.',
  },
  {
    pattern: 'error connecting to api.github.com|no such host',
    reason: 'This machine could not reach GitHub: its name was not found in DNS.',
    next: 'Check the resolvers (resolvectl status) and try again.',
  },
];
