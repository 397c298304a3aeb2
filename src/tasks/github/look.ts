import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { ExecOptions, Host } from '../../host/host.ts';
import {
  GH_ENV,
  type GhAnswer,
  ghAnswer,
  helpersArgv,
  repositoryArgv,
  ssoLink,
  whoArgv,
} from '../../system/git/gh.ts';

/** What the deploy user may do at GitHub. */
export interface GithubFacts {
  /** The result of asking for the repository; 'no-user' when the user to ask as does not exist yet. */
  readonly answer: GhAnswer | 'no-user';
  /** What gh printed when it was not 'ok'. */
  readonly said: string;
  /** The link that authorises the token for the organisation. */
  readonly sso?: string;
  /** Who is signed in, asked only when the repository could not be read. */
  readonly account?: string;
  /** Whether git asks gh for credentials. */
  readonly gitAsksGh: boolean;
  /** Owner of ~/.config/gh/hosts.yml; undefined when there is none. */
  readonly hostsOwner?: string;
  /** Hermes's code is there already: then GitHub is needed for updates only. */
  readonly codeIsThere: boolean;
}

export async function lookAtGithub(host: Host, answers: Answers): Promise<GithubFacts> {
  const place = layout(answers);
  const [home, pyproject, hosts] = await Promise.all([
    host.stat(place.home),
    host.stat(`${place.hermes.checkout}/pyproject.toml`),
    host.stat(place.gh.hosts),
  ]);
  const codeIsThere = pyproject !== undefined;
  if (home === undefined) return { answer: 'no-user', said: '', gitAsksGh: false, codeIsThere };

  const asUser: ExecOptions = { user: place.user, cwd: place.home, env: GH_ENV, timeoutMs: 15_000 };
  const [repository, helpers] = await Promise.all([
    host.exec(repositoryArgv(answers.hermesRepository), asUser),
    host.exec(helpersArgv, asUser),
  ]);
  const answer = ghAnswer(repository);
  const who = answer === 'not-found' || answer === 'sso' || answer === 'forbidden';
  const account = who ? await host.exec(whoArgv, asUser) : undefined;
  const said = answer === 'ok' ? '' : (repository.stderr || repository.stdout).trim();
  const sso = ssoLink(said);
  return {
    answer,
    said,
    gitAsksGh: helpers.stdout.includes('auth git-credential'),
    codeIsThere,
    sso,
    ...(account?.exitCode === 0 && { account: account.stdout.trim() }),
    ...(hosts !== undefined && { hostsOwner: hosts.owner }),
  };
}
