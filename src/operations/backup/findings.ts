import { APT_BUSY, DPKG_INTERRUPTED } from '../../tasks/apt-state.ts';
import { declareFindings, type FoundOf } from '../../tasks/finding.ts';

/** Why a backup cannot be made now, or does not count. */
export const FINDINGS = declareFindings('backup', 'operations/backup/judge.test.ts', {
  'backup-not-surveyed': {
    severity: 'blocked',
    reason:
      'The program that makes backups is written in Python, and reads the folders of this Otto as root. `otto-install check` says what is wrong with them.',
  },
  'backup-no-database': {
    severity: 'blocked',
    reason:
      'A backup without accounts and chats would be worthless. `otto-install check` says where the data is.',
  },
  'backup-folder-unfit': {
    severity: 'blocked',
    reason: 'Name another folder with --to.',
  },
  'backup-name-taken': {
    severity: 'blocked',
    reason: 'An older backup is never overwritten. Name another file, or a folder, with --to.',
  },
  'backup-disk-full': {
    severity: 'blocked',
    reason:
      'Databases are copied next to the archive first, so that each copy shows a single moment. Free some space there, or name a folder on another disk with --to.',
  },
  'backup-not-proved': {
    severity: 'broken',
    reason: 'A backup counts only once it has been read back and has its final name.',
  },
  'backup-holds-damage': {
    severity: 'risk',
    reason:
      'The rest of the backup is whole and can be restored. These files are in it as they are: restoring it brings the damage back. For a database of SQLite, `sqlite3 FILE .recover` often saves most of it, while its program is stopped; an older backup may hold a whole one.',
  },
  'backup-apt-busy': APT_BUSY,
  'backup-dpkg-interrupted': DPKG_INTERRUPTED,
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
