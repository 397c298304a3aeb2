import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why Paperclip must not be updated now. */
export const FINDINGS = declareFindings('update-paperclip', 'operations/update-paperclip.test.ts', {
  'update-paperclip-not-fetched': {
    severity: 'blocked',
    reason:
      'It could not be fetched. The lines above say why; parts that arrived completely are kept for the next try.',
  },
  'update-paperclip-unclaimed': {
    severity: 'blocked',
    reason:
      'If an update published it, the first visitor could become its administrator. Run `otto-install`: it creates the administrator and publishes Paperclip; then update.',
  },
  'update-paperclip-not-healthy': {
    severity: 'blocked',
    reason:
      'otto-install verifies an update by comparing with how it was before. Run `otto-install` to see what is wrong and fix it; then update.',
  },
  'update-paperclip-other-database': {
    severity: 'blocked',
    reason:
      'An update changes the database, and only a copy can undo that. otto-install can copy only Paperclip’s own database in its data folder. Back up that database, then update Paperclip by hand.',
  },
  'update-paperclip-is-a-downgrade': {
    severity: 'blocked',
    reason:
      'The newer one has changed its database, and an older one cannot read that. Name a newer one with --version.',
  },
  'update-paperclip-disk-full': {
    severity: 'blocked',
    reason:
      'A copy of its data is kept until the new one answers. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
