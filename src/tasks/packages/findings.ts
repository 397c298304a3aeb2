import { APT_BUSY, DPKG_INTERRUPTED } from '../apt-state.ts';
import { declareFindings, type FoundOf } from '../finding.ts';

/** What can be wrong with the tools that fetch and build Hermes. */
export const FINDINGS = declareFindings('packages', {
  'apt-busy': { ...APT_BUSY, proof: { test: 'tasks/server-packages/packages.test.ts' } },
  'dpkg-interrupted': {
    ...DPKG_INTERRUPTED,
    // Where nothing is missing it only keeps updates from being installed.
    severity: ['broken', 'risk'],
    proof: { test: 'tasks/server-packages/packages.test.ts' },
  },
  'packages-missing': {
    severity: 'missing',
    reason:
      "Hermes is a git checkout with its own Python environment; gh gives git the sign-in for its repository, and sqlite3 reads Open WebUI's database.",
    proof: { test: 'tasks/server-packages/packages.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
