import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

const AS_SAID = 'An uninstall takes away what it said, and nothing else. What it had put away is put back.';

/** Why Otto cannot be removed now, or was not. */
export const FINDINGS = declareFindings('uninstall', {
  'uninstall-docker-stopped': {
    severity: 'blocked',
    reason: 'Containers that are not seen would stay, and start with Docker the next time.',
    proof: { test: 'operations/uninstall/uninstall.test.ts' },
  },
  'uninstall-paperclip-half-moved': {
    severity: 'blocked',
    reason:
      'Its data stays, and belongs partly to one user and partly to another; its container, which is needed to undo that, would be gone. `otto-install` puts it in order; then uninstall.',
    proof: { test: 'operations/uninstall/uninstall.test.ts' },
  },
  'uninstall-data-not-ours': {
    severity: 'blocked',
    reason:
      'Its removal was asked for, and what was here before otto-install, or is still worked with, is never removed by it. Uninstall without --data remove: at the end it says how to remove the rest by hand.',
    proof: { test: 'operations/uninstall/uninstall.test.ts' },
  },
  'uninstall-nginx-mistake': {
    severity: 'blocked',
    reason:
      'The site could be removed from the files, but nginx would go on with the old configuration. Run `nginx -t`, mend what it names, then uninstall.',
    proof: { test: 'operations/uninstall/uninstall.test.ts' },
  },
  'uninstall-still-there': {
    severity: 'broken',
    reason: AS_SAID,
    proof: { test: 'operations/uninstall/uninstall.test.ts' },
  },
  'uninstall-took-too-much': {
    severity: 'broken',
    reason: AS_SAID,
    proof: { test: 'operations/uninstall/uninstall.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
