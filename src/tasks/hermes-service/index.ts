import type { OttoTask } from '../otto-task.ts';
import type { Finding } from './findings.ts';
import { judgeHermesService } from './judge.ts';
import { type HermesServiceFacts, lookAtHermesService } from './look.ts';

/** Hermes runs as a service, answers to its key only, and lists its model. */
export const hermesServiceTask: OttoTask<HermesServiceFacts, Finding> = {
  id: 'hermes-service',
  title: 'Hermes service',
  step: 'Steps 5, 6',
  why: 'Hermes runs as a systemd service, as the deploy user. "active" proves little. What counts is that Hermes answers on its port, lists its model to anyone with the key, and refuses everyone else.',
  needs: ['hermes-config'],
  lookTimeoutMs: 40_000,
  look: lookAtHermesService,
  judge: judgeHermesService,
};
