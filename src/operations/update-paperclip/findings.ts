import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why Paperclip must not be updated now. */
export const FINDINGS = declareFindings('update-paperclip', {
  'update-paperclip-not-fetched': {
    severity: 'blocked',
    reason: 'It could not be fetched. The lines above say why; what arrived whole is kept for the next try.',
    proof: { test: 'operations/update-paperclip.test.ts' },
  },
  'update-paperclip-unclaimed': {
    severity: 'blocked',
    reason:
      'Published by an update, the first person to reach it could become its administrator. `otto-install` makes the administrator and publishes it; then update.',
    proof: { test: 'operations/update-paperclip.test.ts' },
  },
  'update-paperclip-not-healthy': {
    severity: 'blocked',
    reason:
      'Whether an update went well is told by comparing with before. `otto-install` says what is wrong and mends it; then update.',
    proof: { test: 'operations/update-paperclip.test.ts' },
  },
  'update-paperclip-other-database': {
    severity: 'blocked',
    reason:
      'An update changes the database, and the way back is a copy of its own one in its data folder. Update it by hand, after a backup there.',
    proof: { test: 'operations/update-paperclip.test.ts' },
  },
  'update-paperclip-is-a-downgrade': {
    severity: 'blocked',
    reason:
      'The newer one has changed the form of its database, which an older one cannot read. Name a newer one with --version.',
    proof: { test: 'operations/update-paperclip.test.ts' },
  },
  'update-paperclip-disk-full': {
    severity: 'blocked',
    reason:
      'A copy of its data is kept until the new one answers. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    proof: { test: 'operations/update-paperclip.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
