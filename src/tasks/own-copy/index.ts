import type { OttoTask } from '../otto-task.ts';
import type { OwnCopyFacts } from './facts.ts';
import type { Finding } from './findings.ts';
import { judgeOwnCopy } from './judge.ts';
import { lookAtOwnCopy } from './look.ts';

/** This version of otto-install stays on the server with its own Node, and `otto-install` starts it. */
export const ownCopyTask: OttoTask<OwnCopyFacts, Finding> = {
  id: 'own-copy',
  title: 'otto-install',
  step: 'Afterwards',
  why: 'A copy of this program stays on the server with its own Node, so that `otto-install` can check, repair and back up this Otto also when the npm registry or the network cannot be reached.',
  needs: ['machine'],
  look: lookAtOwnCopy,
  judge: judgeOwnCopy,
};
