import { declareFindings, type FoundOf, wording } from '../finding.ts';

/** What the words about it depend on. */
export interface GithubValues {
  readonly repository: string;
  /** Whom the repository belongs to. */
  readonly owner: string;
  /** Where a token is authorised for the owner's single sign-on. */
  readonly sso: string;
  /** Whose gh's settings are. */
  readonly hostsOwner: string;
  readonly user: string;
  /** Hermes's code is here already, so that only updates need GitHub. */
  readonly codeIsThere: boolean;
}

const says = (words: (values: GithubValues) => string) =>
  wording<GithubValues, string>(
    {
      repository: '‹owner›/‹repository›',
      owner: '‹owner›',
      sso: 'open github.com/settings/tokens and choose "Configure SSO" beside it',
      hostsOwner: 'root',
      user: '‹user›',
      codeIsThere: false,
    },
    words,
  );

/** The repository cannot be read: a sign-in may mend it (missing) or not (blocked); with the code here it only keeps updates away. */
const NO_CODE = {
  severity: ['missing', 'blocked', 'risk'],
  impact: says(({ codeIsThere }) =>
    codeIsThere
      ? 'Hermes cannot be updated from GitHub.'
      : 'Hermes’s code cannot be fetched: nothing that needs it will work.',
  ),
} as const;

/** What can be wrong with the way to Hermes's repository. */
export const FINDINGS = declareFindings('github', {
  'git-has-no-github-credentials': {
    severity: 'missing',
    reason:
      '`gh repo clone` works then, but `git pull`, with which Hermes is updated, fails for want of a password.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-not-signed-in': {
    ...NO_CODE,
    reason: says(
      ({ repository }) => `${repository} is private: it can be fetched only by an account that may read it.`,
    ),
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-token-refused': {
    ...NO_CODE,
    reason: 'It has expired or was revoked; a new sign-in replaces it.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-repository-not-visible': {
    ...NO_CODE,
    reason: says(
      ({ owner }) =>
        `GitHub says 404 both for a repository that does not exist and for one that this account or token may not see. Check the name; if it is right, ask an owner of ${owner} to give the account access, or sign in with another one. A token of the classic kind needs the scope repo, a fine-grained one must name this repository.`,
    ),
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-token-needs-sso': {
    ...NO_CODE,
    reason: says(
      ({ owner, sso }) =>
        `The token must be authorised for ${owner} once: ${sso}. This goes on by itself when that is done.`,
    ),
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-rate-limit': {
    ...NO_CODE,
    reason: 'The limit goes away by itself, at the latest within an hour.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-forbidden': {
    ...NO_CODE,
    reason: says(
      ({ owner }) =>
        `The token has no right to read it, or ${owner} allows access only from certain addresses. An owner can say which; a sign-in with another account may do.`,
    ),
    proof: { test: 'tasks/github.test.ts' },
  },
  'gh-settings-of-another-user': {
    ...NO_CODE,
    reason: says(
      ({ hostsOwner, user }) =>
        `gh was once run as ${hostsOwner} with the home of ${user}. As long as ${user} cannot read that file, every gh command fails, signing in included.`,
    ),
    proof: { test: 'tasks/github.test.ts' },
  },
  'gh-settings-damaged': {
    ...NO_CODE,
    reason: 'While that file is damaged every gh command fails, signing in included.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'gh-settings-old': {
    ...NO_CODE,
    reason:
      'It has to ask GitHub who the stored token belongs to and could not. A new sign-in replaces the old settings.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-not-in-dns': {
    ...NO_CODE,
    reason: 'The machine has no working name resolution, or its provider filters it. See resolvectl status.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-refuses-connection': {
    ...NO_CODE,
    reason: 'A firewall or a proxy between this machine and the internet does not let it through.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-does-not-answer': {
    ...NO_CODE,
    reason: 'A firewall swallows what is sent there, or GitHub is down (githubstatus.com).',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-certificate-not-trusted': {
    ...NO_CODE,
    reason:
      'The clock is wrong (timedatectl), or a proxy reads along: its certificate must then be installed with update-ca-certificates.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-proxy-refuses': {
    ...NO_CODE,
    reason: 'It wants a user name and password, or does not allow GitHub.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-is-someone-else': {
    ...NO_CODE,
    reason:
      'A portal or a proxy answers in its place. `curl https://api.github.com` on this machine shows whose it is.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-down': {
    ...NO_CODE,
    reason: 'That is a fault at GitHub (githubstatus.com); it is asked again for a while.',
    proof: { test: 'tasks/github.test.ts' },
  },
  'github-unknown-answer': {
    ...NO_CODE,
    reason: 'Whether the repository can be read could not be found out; it is asked again for a while.',
    proof: { test: 'tasks/github.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
