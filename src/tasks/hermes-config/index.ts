import type { OttoTask } from '../otto-task.ts';
import type { Finding } from './findings.ts';
import { judgeHermesConfig } from './judge.ts';
import { type HermesConfigFacts, lookAtHermesConfig } from './look.ts';

/** ~/.hermes/.env and config.yaml say what an Otto needs; everything else in them stays. */
export const hermesConfigTask: OttoTask<HermesConfigFacts, Finding> = {
  id: 'hermes-config',
  title: 'Hermes configuration',
  step: 'Step 3',
  why: 'Open WebUI runs in Docker and reaches Hermes over the bridge docker0. That is why Hermes listens on 0.0.0.0 instead of 127.0.0.1, protected by a key. An existing key is kept, and so is everything else in the two files.',
  needs: ['hermes-code'],
  look: lookAtHermesConfig,
  judge: judgeHermesConfig,
};
