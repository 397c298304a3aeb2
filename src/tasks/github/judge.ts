import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import type { Finding, Fix } from '../../engine/contracts/task.ts';
import { things } from '../../engine/contracts/thing.ts';
import { joinText } from '../../secret/secret.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import {
  deviceLoginArgv,
  GH_ENV,
  GH_LOGIN_FAILURES,
  setupGitArgv,
  tokenLoginArgv,
} from '../../system/git/gh.ts';
import type { GithubFacts } from './look.ts';

/** What is wrong, in words; the fix follows from the kind. */
interface Words {
  readonly code: string;
  readonly saw: string;
  readonly because: string;
  /** sign-in: a (new) sign-in fixes it. set-aside: gh's settings go aside first. wait: it may pass. person: only a person can. */
  readonly kind: 'sign-in' | 'other-account' | 'set-aside' | 'wait' | 'person';
}

const ONLY_UPDATES = ' Hermes is already here and works without it; only updates need it.';

export function judgeGithub(facts: GithubFacts, answers: Answers): readonly Finding[] {
  if (facts.answer === 'ok') return facts.gitAsksGh ? [] : [gitHasNoHelper(answers)];
  const words = wordsFor(facts, answers);
  const waits = words.kind === 'wait' && !facts.codeIsThere;
  const needsPerson = words.kind === 'wait' || words.kind === 'person';
  const fixes = fixesFor(words, facts, answers);
  return [
    {
      code: words.code,
      severity: facts.codeIsThere ? 'risk' : needsPerson || fixes.length === 0 ? 'blocked' : 'missing',
      saw: words.saw,
      because:
        words.because + (facts.codeIsThere ? ONLY_UPDATES : '') + unattendedHint(words, answers, fixes),
      fixes,
      ifSkipped: facts.codeIsThere
        ? 'Hermes cannot be updated from GitHub.'
        : 'Hermes’s code cannot be fetched, and nothing that needs it will work.',
      ...(waits && { watch: { everyMs: 10_000, forMs: 120_000 } }),
    },
  ];
}

function gitHasNoHelper(answers: Answers): Finding {
  return {
    code: 'git-has-no-github-credentials',
    severity: 'missing',
    saw: `gh is signed in, but git does not ask it for credentials when ${answers.user} runs it.`,
    because:
      '`gh repo clone` works, but `git pull`, which updates Hermes, fails because it gets no password.',
    fixes: [{ id: 'use-gh-for-git', title: 'Let git use gh for github.com', actions: [setupGit(answers)] }],
  };
}

function wordsFor(facts: GithubFacts, answers: Answers): Words {
  const repository = answers.hermesRepository;
  const who = facts.account === undefined ? 'The account that is signed in' : `The account ${facts.account}`;
  switch (facts.answer) {
    case 'no-user':
    case 'gh-missing':
    case 'not-signed-in':
      return {
        code: 'github-not-signed-in',
        saw: `${answers.user} is not signed in to GitHub.`,
        because: `${repository} is private: only an account with read access can fetch it.`,
        kind: 'sign-in',
      };
    case 'bad-token':
      return {
        code: 'github-token-refused',
        saw: `GitHub answered 401 to the gh token of ${answers.user}.`,
        because: 'It has expired or was revoked; a new sign-in replaces it.',
        kind: 'sign-in',
      };
    case 'not-found':
      return {
        code: 'github-repository-not-visible',
        saw: `${who} gets 404 for ${repository}.`,
        because: `GitHub answers 404 both for a repository that does not exist and for one that this account or token cannot see. Check the name; if it is right, ask an owner of ${owner(repository)} to give the account access, or sign in with another one. A classic token needs the scope repo; a fine-grained one must name this repository.`,
        kind: 'other-account',
      };
    case 'sso':
      return {
        code: 'github-token-needs-sso',
        saw: `${who} gets 403 for ${repository}: the organisation requires single sign-on.`,
        because: `The token must be authorised for ${owner(repository)} once: ${facts.sso ?? 'open github.com/settings/tokens and choose "Configure SSO" next to it'}. otto-install continues by itself once that is done.`,
        kind: 'wait',
      };
    case 'rate-limit':
      return {
        code: 'github-rate-limit',
        saw: 'GitHub says that this account made too many requests in the last hour.',
        because: 'The limit ends by itself within an hour.',
        kind: 'wait',
      };
    case 'forbidden':
      return {
        code: 'github-forbidden',
        saw: `${who} gets 403 for ${repository}.`,
        because: `The token cannot read the repository, or ${owner(repository)} allows access only from certain addresses. An owner can say which; signing in with another account may help.`,
        kind: 'other-account',
      };
    case 'settings-unreadable':
      return facts.hostsOwner !== undefined && facts.hostsOwner !== answers.user
        ? {
            code: 'gh-settings-of-another-user',
            saw: `${layout(answers).gh.hosts} belongs to ${facts.hostsOwner}.`,
            because: `Somebody once ran gh as ${facts.hostsOwner} with the home of ${answers.user}. As long as ${answers.user} cannot read that file, every gh command fails, even signing in.`,
            kind: 'set-aside',
          }
        : {
            code: 'gh-settings-damaged',
            saw: `gh cannot read its settings: ${firstLine(facts.said)}`,
            because: 'While that file is damaged, every gh command fails, even signing in.',
            kind: 'set-aside',
          };
    case 'settings-old':
      return {
        code: 'gh-settings-old',
        saw: 'gh was updated and cannot carry its old settings over.',
        because:
          'It had to ask GitHub who the stored token belongs to, and could not. A new sign-in replaces the old settings.',
        kind: 'set-aside',
      };
    default:
      return { ...outside(facts), kind: 'wait' };
  }
}

/** What lies between this machine and GitHub. */
function outside(facts: GithubFacts): Omit<Words, 'kind'> {
  switch (facts.answer) {
    case 'dns':
      return {
        code: 'github-not-in-dns',
        saw: 'api.github.com was not found in DNS.',
        because:
          'This machine has no working name resolution, or its provider filters it. `resolvectl status` shows more.',
      };
    case 'refused':
      return {
        code: 'github-refuses-connection',
        saw: `The connection to api.github.com was refused: ${firstLine(facts.said)}`,
        because: 'A firewall or a proxy between this machine and the internet does not let it through.',
      };
    case 'timed-out':
      return {
        code: 'github-does-not-answer',
        saw: 'api.github.com did not answer within 15 s.',
        because: 'A firewall drops connections to it, or GitHub is down (githubstatus.com).',
      };
    case 'tls':
      return {
        code: 'github-certificate-not-trusted',
        saw: 'The certificate that was shown for api.github.com is not trusted on this machine.',
        because:
          'The clock is wrong (timedatectl), or a proxy decrypts the traffic: then install its certificate with update-ca-certificates.',
      };
    case 'proxy':
      return {
        code: 'github-proxy-refuses',
        saw: 'The proxy on the way to api.github.com refused the connection.',
        because: 'The proxy requires a user name and password, or does not allow GitHub.',
      };
    case 'not-github':
      return {
        code: 'github-is-someone-else',
        saw: 'A web page came back instead of an answer from GitHub’s API.',
        because:
          'A portal or a proxy answers instead of GitHub. `curl https://api.github.com` on this machine shows whose it is.',
      };
    case 'github-down':
      return {
        code: 'github-down',
        saw: `GitHub’s API answered with an internal error: ${firstLine(facts.said)}`,
        because: 'That is a fault at GitHub (githubstatus.com); otto-install keeps asking for a while.',
      };
    default:
      return {
        code: 'github-unknown-answer',
        saw: `gh api failed: ${firstLine(facts.said)}`,
        because: 'It is not known whether the repository can be read; otto-install keeps asking for a while.',
      };
  }
}

function fixesFor(words: Words, facts: GithubFacts, answers: Answers): readonly Fix[] {
  const token = answers.githubToken;
  if (words.kind === 'wait' || words.kind === 'person') return [];
  if (answers.unattended && token === undefined) return [];
  // With the code here already, a sign-in that nobody asked for would only be in the way.
  const replaced =
    words.kind === 'other-account'
      ? 'Another sign-in replaces the one that gh has now.'
      : facts.codeIsThere
        ? 'Nobody notices: gh gets a new sign-in, and nothing else changes.'
        : undefined;
  const actions: Action[] = [];
  if (words.kind === 'set-aside') actions.push(...setAside(facts, answers));
  actions.push(token === undefined ? deviceLogin(answers) : tokenLogin(answers), setupGit(answers));
  return [
    {
      id: words.kind === 'other-account' ? 'sign-in-with-another-account' : 'sign-in',
      title: words.kind === 'other-account' ? 'Sign in with another account' : 'Sign in to GitHub',
      actions,
      ...(replaced !== undefined && { consequence: replaced }),
    },
  ];
}

function unattendedHint(words: Words, answers: Answers, fixes: readonly Fix[]): string {
  return answers.unattended && fixes.length === 0 && words.kind !== 'wait'
    ? ` Nobody is here to sign in: give a token in the answers (githubToken, or OTTO_GITHUB_TOKEN), or run \`gh auth login\` as ${answers.user} before.`
    : '';
}

function asUser(answers: Answers) {
  return { user: answers.user, cwd: layout(answers).home, env: GH_ENV };
}

function deviceLogin(answers: Answers): Action {
  return {
    kind: 'converse',
    dialogue: 'gh-login',
    argv: deviceLoginArgv,
    purpose: `Sign ${answers.user} in to GitHub`,
    makes: things('sign-in', layout(answers).gh.hosts),
    user: answers.user,
    env: GH_ENV,
    timeoutMs: 40 * 60_000,
  };
}

function tokenLogin(answers: Answers): Action {
  return {
    kind: 'run',
    argv: tokenLoginArgv,
    purpose: `Sign ${answers.user} in to GitHub with the token`,
    makes: things('sign-in', layout(answers).gh.hosts),
    ...asUser(answers),
    input: joinText([answers.githubToken ?? '', '\n']),
    timeoutMs: 60_000,
    knownFailures: GH_LOGIN_FAILURES,
  };
}

function setupGit(answers: Answers): Action {
  return {
    kind: 'run',
    argv: setupGitArgv,
    purpose: 'Let git ask gh for its credentials',
    ...asUser(answers),
    timeoutMs: 30_000,
    knownFailures: GH_LOGIN_FAILURES,
  };
}

/**
 * As the user whose folder it is, which another user may have made: then it is given back first. The old one is kept,
 * numbered when there are several.
 */
function setAside({ hostsOwner }: GithubFacts, answers: Answers): readonly Action[] {
  const { owner: whose, user, gh } = layout(answers);
  const foreign = hostsOwner !== undefined && hostsOwner !== user;
  const above = gh.folder.slice(0, gh.folder.lastIndexOf('/'));
  return [
    ...(foreign
      ? [
          giveBack(whose, [above], `Give ${above} to ${user}`, { below: false }),
          giveBack(whose, [gh.folder], `Give ${gh.folder} to ${user}`),
        ]
      : []),
    {
      kind: 'run',
      argv: ['mv', '--backup=numbered', '-T', '--', gh.hosts, `${gh.hosts}.unusable`],
      purpose: 'Set gh’s settings aside',
      user,
      timeoutMs: 10_000,
    },
  ];
}

const owner = (repository: string) => repository.split('/')[0] ?? repository;
const firstLine = (text: string) => text.split('\n')[0]?.slice(0, 200) || 'without saying why';
