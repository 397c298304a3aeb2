import { APT_BUSY, DPKG_INTERRUPTED } from '../apt-state.ts';
import { declareFindings, type FoundOf } from '../finding.ts';

/** What can be wrong with the tools that fetch and build Hermes. */
export const FINDINGS = declareFindings('packages', 'tasks/server-packages/packages.test.ts', {
  'apt-busy': APT_BUSY,
  'dpkg-interrupted': {
    ...DPKG_INTERRUPTED,
    // Where nothing is missing it only keeps updates from being installed.
    severity: ['broken', 'risk'],
  },
  'packages-missing': {
    severity: 'missing',
    reason:
      "Hermes is a git checkout with its own Python environment; gh gives git the sign-in for its repository, and sqlite3 reads Open WebUI's database.",
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
