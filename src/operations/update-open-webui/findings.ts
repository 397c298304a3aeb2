import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why Open WebUI must not be updated now. */
export const FINDINGS = declareFindings('update-open-webui', 'operations/update-open-webui.test.ts', {
  'update-nothing-there': {
    severity: 'blocked',
    reason: 'Run `otto-install` to recreate it; before that there is nothing to update.',
  },
  'update-other-database': {
    severity: 'blocked',
    reason:
      'An update changes the database, and only a backup can undo that. otto-install can back up only the SQLite file. Back up that database, then update Open WebUI by hand.',
  },
  'update-unclaimed': {
    severity: 'blocked',
    reason:
      'An update starts it where every user of this machine can reach it, and the first person to sign up becomes its administrator. Run `otto-install`: it creates the administrator where nobody else can reach it; then update.',
  },
  'update-not-healthy': {
    severity: 'blocked',
    reason:
      'otto-install verifies an update by comparing with how it was before. Run `otto-install` to see what is wrong and fix it; then update.',
  },
  'update-not-fetched': {
    severity: 'blocked',
    reason:
      'It could not be fetched. The lines above say why; parts that arrived completely are kept for the next try.',
  },
  'update-database-unreadable': {
    severity: 'blocked',
    reason: 'otto-install cannot back up what it cannot read, so it changes nothing.',
  },
  'update-is-a-downgrade': {
    severity: 'blocked',
    reason:
      'Older releases crash on a database that a newer one has changed. To go back, restore the backup from before the update; you lose what was written since.',
  },
  'update-addresses-alike': {
    severity: 'blocked',
    reason:
      'Newer releases refuse that in the middle of changing the database. The accounts appeared just now: update again, and otto-install asks what to do with them.',
  },
  'update-disk-full': {
    severity: 'blocked',
    reason:
      'The backup and the growing database both need space. `docker image prune` and `journalctl --vacuum-size=200M` free some.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
