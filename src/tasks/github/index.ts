import type { OttoTask } from '../otto-task.ts';
import type { Finding } from './findings.ts';
import { judgeGithub } from './judge.ts';
import { type GithubFacts, lookAtGithub } from './look.ts';

/** gh of the deploy user is signed in and may read Hermes's repository, and git asks gh for its credentials. */
export const githubTask: OttoTask<GithubFacts, Finding> = {
  id: 'github',
  title: 'GitHub access',
  step: 'Prerequisites',
  why: 'Hermes’s repository is private. The deploy user signs in, not root, so that later updates can be fetched as that user, and so that no token appears in an address or a log.',
  needs: ['packages', 'deploy-user'],
  lookTimeoutMs: 40_000,
  look: lookAtGithub,
  judge: judgeGithub,
};
