import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

const AS_SAID =
  'An uninstall removes what it announced, and nothing else. otto-install puts back what it had set aside.';

/** Why Otto cannot be removed now, or was not. */
export const FINDINGS = declareFindings('uninstall', 'operations/uninstall/uninstall.test.ts', {
  'uninstall-docker-stopped': {
    severity: 'blocked',
    reason: 'Containers that it does not see would stay, and start with Docker the next time.',
  },
  'uninstall-paperclip-half-moved': {
    severity: 'blocked',
    reason:
      'The data would stay, owned partly by one user and partly by another, and the container that is needed to undo that would be gone. Run `otto-install` to fix it; then uninstall.',
  },
  'uninstall-data-not-ours': {
    severity: 'blocked',
    reason:
      'You asked to remove it, and otto-install never removes data that was here before it or that is still in use. Uninstall without --data remove: at the end it says how to remove the rest by hand.',
  },
  'uninstall-nginx-mistake': {
    severity: 'blocked',
    reason:
      'otto-install could remove the site’s file, but nginx would keep using the old configuration. Run `nginx -t`, fix what it names, then uninstall.',
  },
  'uninstall-still-there': {
    severity: 'broken',
    reason: AS_SAID,
  },
  'uninstall-took-too-much': {
    severity: 'broken',
    reason: AS_SAID,
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
