import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why the key must not be changed now. */
export const FINDINGS = declareFindings('rotate-key', {
  'rotate-no-key': {
    severity: 'blocked',
    reason: '`otto-install` says what is wrong with Hermes’s settings and mends it; then change the key.',
    proof: { test: 'operations/rotate-key.test.ts' },
  },
  'rotate-no-container': {
    severity: 'blocked',
    reason: 'The key has two sides, and one of them is not there. `otto-install` makes it.',
    proof: { test: 'operations/rotate-key.test.ts' },
  },
  'rotate-other-database': {
    severity: 'blocked',
    reason:
      'The key stands in that database too, and it cannot be changed and put back from here. Change it in Admin Panel → Settings → Connections, and in Hermes’s .env, one right after the other.',
    proof: { test: 'operations/rotate-key.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
