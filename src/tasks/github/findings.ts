import { declareFindings, type FoundOf, wording } from '../finding.ts';

/** What the words about it depend on. */
interface GithubValues {
  readonly repository: string;
  /** Who owns the repository. */
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
      sso: 'open github.com/settings/tokens and choose "Configure SSO" next to it',
      hostsOwner: 'root',
      user: '‹user›',
      codeIsThere: false,
    },
    words,
  );

/** The repository cannot be read: a sign-in may fix it (missing) or not (blocked); with the code here it only keeps updates away. */
const NO_CODE = {
  severity: ['missing', 'blocked', 'risk'],
  impact: says(({ codeIsThere }) =>
    codeIsThere
      ? 'Hermes cannot be updated from GitHub.'
      : 'Hermes’s code cannot be fetched, and nothing that needs it will work.',
  ),
} as const;

/** What can be wrong with the way to Hermes's repository. */
export const FINDINGS = declareFindings('github', 'tasks/github/github.test.ts', {
  'git-has-no-github-credentials': {
    severity: 'missing',
    reason: '`gh repo clone` works, but `git pull`, which updates Hermes, fails because it gets no password.',
  },
  'github-not-signed-in': {
    ...NO_CODE,
    reason: says(
      ({ repository }) => `${repository} is private: only an account with read access can fetch it.`,
    ),
  },
  'github-token-refused': {
    ...NO_CODE,
    reason: 'It has expired or was revoked; a new sign-in replaces it.',
  },
  'github-repository-not-visible': {
    ...NO_CODE,
    reason: says(
      ({ owner }) =>
        `GitHub answers 404 both for a repository that does not exist and for one that this account or token cannot see. Check the name; if it is right, ask an owner of ${owner} to give the account access, or sign in with another one. A classic token needs the scope repo; a fine-grained one must name this repository.`,
    ),
  },
  'github-token-needs-sso': {
    ...NO_CODE,
    reason: says(
      ({ owner, sso }) =>
        `The token must be authorised for ${owner} once: ${sso}. otto-install continues by itself once that is done.`,
    ),
  },
  'github-rate-limit': {
    ...NO_CODE,
    reason: 'The limit ends by itself within an hour.',
  },
  'github-forbidden': {
    ...NO_CODE,
    reason: says(
      ({ owner }) =>
        `The token cannot read the repository, or ${owner} allows access only from certain addresses. An owner can say which; signing in with another account may help.`,
    ),
  },
  'gh-settings-of-another-user': {
    ...NO_CODE,
    reason: says(
      ({ hostsOwner, user }) =>
        `Somebody once ran gh as ${hostsOwner} with the home of ${user}. As long as ${user} cannot read that file, every gh command fails, even signing in.`,
    ),
  },
  'gh-settings-damaged': {
    ...NO_CODE,
    reason: 'While that file is damaged, every gh command fails, even signing in.',
  },
  'gh-settings-old': {
    ...NO_CODE,
    reason:
      'It had to ask GitHub who the stored token belongs to, and could not. A new sign-in replaces the old settings.',
  },
  'github-not-in-dns': {
    ...NO_CODE,
    reason:
      'This machine has no working name resolution, or its provider filters it. `resolvectl status` shows more.',
  },
  'github-refuses-connection': {
    ...NO_CODE,
    reason: 'A firewall or a proxy between this machine and the internet does not let it through.',
  },
  'github-does-not-answer': {
    ...NO_CODE,
    reason: 'A firewall drops connections to it, or GitHub is down (githubstatus.com).',
  },
  'github-certificate-not-trusted': {
    ...NO_CODE,
    reason:
      'The clock is wrong (timedatectl), or a proxy decrypts the traffic: then install its certificate with update-ca-certificates.',
  },
  'github-proxy-refuses': {
    ...NO_CODE,
    reason: 'The proxy requires a user name and password, or does not allow GitHub.',
  },
  'github-is-someone-else': {
    ...NO_CODE,
    reason:
      'A portal or a proxy answers instead of GitHub. `curl https://api.github.com` on this machine shows whose it is.',
  },
  'github-down': {
    ...NO_CODE,
    reason: 'That is a fault at GitHub (githubstatus.com); otto-install keeps asking for a while.',
  },
  'github-unknown-answer': {
    ...NO_CODE,
    reason: 'It is not known whether the repository can be read; otto-install keeps asking for a while.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
