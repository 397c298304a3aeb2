import type { OttoTask } from '../otto-task.ts';
import type { Finding } from './findings.ts';
import { judgeClaude } from './judge.ts';
import { type ClaudeFacts, lookAtClaude } from './look.ts';

/** The deploy user is signed in to Claude, in a file that Hermes can read and renew; or a key is used and nothing shadows it. */
export const claudeTask: OttoTask<ClaudeFacts, Finding> = {
  id: 'claude',
  title: 'Claude credentials',
  step: 'Step 4',
  why: 'Hermes answers with Claude, as the deploy user: it reads ~/.claude/.credentials.json, renews it every eight hours and writes it back. Each machine needs its own sign-in, because the first renewal of a copied file invalidates all other copies.',
  needs: ['packages', 'deploy-user'],
  lookTimeoutMs: 30_000,
  look: lookAtClaude,
  judge: judgeClaude,
};
