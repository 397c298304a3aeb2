import { declareFindings } from '../finding.ts';

/** What can be wrong with the program that makes a backup every night: the machine's task looks at it. */
export const FINDINGS = declareFindings('machine', 'tasks/machine/nightly-backup.test.ts', {
  'nightly-backup-outdated': {
    severity: 'risk',
    reason:
      'It runs as root every night, unattended, and updating otto-install does not change it. The program of 1.0.0 opens databases of the deploy user as root: anyone who can run commands as that user can make it delete any file.',
    proof: { fault: 'machine-nightly-backup-outdated' },
  },
});
