import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
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
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';
import type { GithubFacts } from './look.ts';

/** sign-in: a (new) sign-in fixes it. set-aside: gh's settings are set aside first. wait: it may resolve itself. */
type WayOut = 'sign-in' | 'other-account' | 'set-aside' | 'wait';

const ONLY_UPDATES = 'Hermes is already here and works without it; only updates need it.';

export function judgeGithub(facts: GithubFacts, answers: Answers): readonly Finding[] {
  if (facts.answer === 'ok') return facts.gitAsksGh ? [] : [gitHasNoHelper(answers)];
  const { kind, evidence, wayOut } = whatIsWrong(facts, answers);
  const waits = wayOut === 'wait' && !facts.codeIsThere;
  const fixes = fixesFor(wayOut, facts, answers);
  const hint = unattendedHint(wayOut, answers, fixes);
  return [
    found(kind, {
      evidence,
      severity: facts.codeIsThere ? 'risk' : wayOut === 'wait' || fixes.length === 0 ? 'blocked' : 'missing',
      values: {
        repository: answers.hermesRepository,
        owner: owner(answers.hermesRepository),
        sso: facts.sso ?? 'open github.com/settings/tokens and choose "Configure SSO" next to it',
        hostsOwner: facts.hostsOwner ?? answers.user,
        user: answers.user,
        codeIsThere: facts.codeIsThere,
      },
      adds: [...(facts.codeIsThere ? [ONLY_UPDATES] : []), ...(hint === '' ? [] : [hint])].join(' '),
      fixes,
      ...(waits && { watch: { everyMs: 10_000, forMs: 120_000 } }),
    }),
  ];
}

function gitHasNoHelper(answers: Answers): Finding {
  return found(FINDINGS['git-has-no-github-credentials'], {
    evidence: `gh is signed in, but git does not ask it for credentials when ${answers.user} runs it.`,
    fixes: [{ id: 'use-gh-for-git', title: 'Let git use gh for github.com', actions: [setupGit(answers)] }],
  });
}

function whatIsWrong(facts: GithubFacts, answers: Answers) {
  const repository = answers.hermesRepository;
  const who = facts.account === undefined ? 'The account that is signed in' : `The account ${facts.account}`;
  switch (facts.answer) {
    case 'no-user':
    case 'gh-missing':
    case 'not-signed-in':
      return {
        kind: FINDINGS['github-not-signed-in'],
        evidence: `${answers.user} is not signed in to GitHub.`,
        wayOut: 'sign-in',
      } as const;
    case 'bad-token':
      return {
        kind: FINDINGS['github-token-refused'],
        evidence: `GitHub answered 401 to the gh token of ${answers.user}.`,
        wayOut: 'sign-in',
      } as const;
    case 'not-found':
      return {
        kind: FINDINGS['github-repository-not-visible'],
        evidence: `${who} gets 404 for ${repository}.`,
        wayOut: 'other-account',
      } as const;
    case 'sso':
      return {
        kind: FINDINGS['github-token-needs-sso'],
        evidence: `${who} gets 403 for ${repository}: the organisation requires single sign-on.`,
        wayOut: 'wait',
      } as const;
    case 'rate-limit':
      return {
        kind: FINDINGS['github-rate-limit'],
        evidence: 'GitHub says that this account made too many requests in the last hour.',
        wayOut: 'wait',
      } as const;
    case 'forbidden':
      return {
        kind: FINDINGS['github-forbidden'],
        evidence: `${who} gets 403 for ${repository}.`,
        wayOut: 'other-account',
      } as const;
    case 'settings-unreadable':
      return facts.hostsOwner !== undefined && facts.hostsOwner !== answers.user
        ? ({
            kind: FINDINGS['gh-settings-of-another-user'],
            evidence: `${layout(answers).gh.hosts} belongs to ${facts.hostsOwner}.`,
            wayOut: 'set-aside',
          } as const)
        : ({
            kind: FINDINGS['gh-settings-damaged'],
            evidence: `gh cannot read its settings: ${firstLine(facts.said)}`,
            wayOut: 'set-aside',
          } as const);
    case 'settings-old':
      return {
        kind: FINDINGS['gh-settings-old'],
        evidence: 'gh was updated and cannot carry its old settings over.',
        wayOut: 'set-aside',
      } as const;
    default:
      return { ...outside(facts), wayOut: 'wait' } as const;
  }
}

/** What is between this machine and GitHub. */
function outside(facts: GithubFacts) {
  switch (facts.answer) {
    case 'dns':
      return { kind: FINDINGS['github-not-in-dns'], evidence: 'api.github.com was not found in DNS.' };
    case 'refused':
      return {
        kind: FINDINGS['github-refuses-connection'],
        evidence: `The connection to api.github.com was refused: ${firstLine(facts.said)}`,
      };
    case 'timed-out':
      return {
        kind: FINDINGS['github-does-not-answer'],
        evidence: 'api.github.com did not answer within 15 s.',
      };
    case 'tls':
      return {
        kind: FINDINGS['github-certificate-not-trusted'],
        evidence: 'The certificate that was shown for api.github.com is not trusted on this machine.',
      };
    case 'proxy':
      return {
        kind: FINDINGS['github-proxy-refuses'],
        evidence: 'The proxy on the way to api.github.com refused the connection.',
      };
    case 'not-github':
      return {
        kind: FINDINGS['github-is-someone-else'],
        evidence: 'A web page came back instead of an answer from GitHub’s API.',
      };
    case 'github-down':
      return {
        kind: FINDINGS['github-down'],
        evidence: `GitHub’s API answered with an internal error: ${firstLine(facts.said)}`,
      };
    default:
      return { kind: FINDINGS['github-unknown-answer'], evidence: `gh api failed: ${firstLine(facts.said)}` };
  }
}

function fixesFor(wayOut: WayOut, facts: GithubFacts, answers: Answers): readonly Fix[] {
  const token = answers.githubToken;
  if (wayOut === 'wait') return [];
  if (answers.unattended && token === undefined) return [];
  // With the code here already, a sign-in that nobody asked for would only be in the way.
  const replaced =
    wayOut === 'other-account'
      ? 'Another sign-in replaces the one that gh has now.'
      : facts.codeIsThere
        ? 'Nobody notices: gh gets a new sign-in, and nothing else changes.'
        : undefined;
  const actions: Action[] = [];
  if (wayOut === 'set-aside') actions.push(...setAside(facts, answers));
  actions.push(token === undefined ? deviceLogin(answers) : tokenLogin(answers), setupGit(answers));
  return [
    {
      id: wayOut === 'other-account' ? 'sign-in-with-another-account' : 'sign-in',
      title: wayOut === 'other-account' ? 'Sign in with another account' : 'Sign in to GitHub',
      actions,
      consequence: replaced,
    },
  ];
}

function unattendedHint(wayOut: WayOut, answers: Answers, fixes: readonly Fix[]): string {
  return answers.unattended && fixes.length === 0 && wayOut !== 'wait'
    ? `Nobody is here to sign in: give a token in the answers (githubToken, or OTTO_GITHUB_TOKEN), or run \`gh auth login\` as ${answers.user} first.`
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
  return command(tokenLoginArgv, `Sign ${answers.user} in to GitHub with the token`, {
    makes: things('sign-in', layout(answers).gh.hosts),
    ...asUser(answers),
    input: joinText([answers.githubToken ?? '', '\n']),
    timeoutMs: 60_000,
    knownFailures: GH_LOGIN_FAILURES,
  });
}

function setupGit(answers: Answers): Action {
  return command(setupGitArgv, 'Let git ask gh for its credentials', {
    ...asUser(answers),
    knownFailures: GH_LOGIN_FAILURES,
  });
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
    command(
      ['mv', '--backup=numbered', '-T', '--', gh.hosts, `${gh.hosts}.unusable`],
      'Set gh’s settings aside',
      { user, timeoutMs: 10_000, effects: replaces(gh.hosts, foundAs('gh’s settings')) },
    ),
  ];
}

const owner = (repository: string) => repository.split('/')[0] ?? repository;
const firstLine = (text: string) => text.split('\n')[0]?.slice(0, 200) || 'without saying why';
