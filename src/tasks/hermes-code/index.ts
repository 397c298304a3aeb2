import type { OttoTask } from '../otto-task.ts';
import type { Finding } from './findings.ts';
import { judgeHermesCode } from './judge.ts';
import { type HermesCodeFacts, lookAtHermesCode } from './look.ts';

/** Hermes's code is checked out and installed in its virtual environment, and starts. */
export const hermesCodeTask: OttoTask<HermesCodeFacts, Finding> = {
  id: 'hermes-code',
  title: 'Hermes',
  step: 'Step 2',
  why: 'Hermes is installed from its repository, as the deploy user, into its own Python environment. The clone has another name until it is complete, and local changes to the code are never discarded.',
  needs: ['github'],
  after: ['claude'],
  lookTimeoutMs: 40_000,
  look: lookAtHermesCode,
  judge: judgeHermesCode,
};
