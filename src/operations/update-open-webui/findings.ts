import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why Open WebUI must not be updated now. */
export const FINDINGS = declareFindings('update-open-webui', {
  'update-nothing-there': {
    severity: 'blocked',
    reason: '`otto-install` makes it; there is nothing to update before.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-other-database': {
    severity: 'blocked',
    reason:
      'An update changes the database, and the way back is the backup from before. Only that file of SQLite is backed up from here. Update it by hand, after a backup there.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-unclaimed': {
    severity: 'blocked',
    reason:
      'An update starts it where every user of this machine reaches it, and the first person to sign up becomes its administrator. `otto-install` makes the administrator where nobody else can reach it; then update.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-not-healthy': {
    severity: 'blocked',
    reason:
      'Whether an update went well is told by comparing with before. `otto-install` says what is wrong and mends it; then update.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-not-fetched': {
    severity: 'blocked',
    reason: 'It could not be fetched. The lines above say why; what arrived whole is kept for the next try.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-database-unreadable': {
    severity: 'blocked',
    reason: 'What cannot be read cannot be backed up, so nothing is changed.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-is-a-downgrade': {
    severity: 'blocked',
    reason:
      'Older releases die of a database that a newer one has changed. Going back means the backup from before the update, and loses what was written since.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-addresses-alike': {
    severity: 'blocked',
    reason:
      'Newer releases refuse that in the middle of changing the database. They came just now: update again, and it asks what shall become of them.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
  'update-disk-full': {
    severity: 'blocked',
    reason:
      'The backup from before and the growing database both need room. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
    proof: { test: 'operations/update-open-webui.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
