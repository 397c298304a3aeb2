import { APT_BUSY, DPKG_INTERRUPTED } from '../../tasks/apt-state.ts';
import { declareFindings, type FoundOf, family, wording } from '../../tasks/finding.ts';

/** What to do about an archive that cannot be restored. */
const ADVICE = {
  unread: 'The program that reads archives did not come to its end.',
  damaged:
    'A backup is restored whole or not at all. Fetch the archive again from where it was copied to, or take an older one.',
  'wrong-passphrase':
    'It is the one that was typed when the backup was made, or stands in the file that the nightly backup uses.',
  'passphrase-needed': 'Give it with --passphrase-file FILE, or type it when you are asked.',
  foreign: 'Only what `otto-install backup` wrote can be restored: it says itself which files belong where.',
  newer: 'Update otto-install, then restore.',
  suspicious:
    'An archive that otto-install wrote holds no such thing, so somebody changed this one. Restoring it as root could give this machine away.',
  exposed:
    'An archive says what root puts where, so whoever can change it can become root. Copy it again from where it was kept into a folder that only root can write, such as /root, as root.',
  'no-file':
    'An archive is a file that can be read twice: once to look at it as a whole, and once to restore it. Save it into a folder that only root can write, such as /root, and name it there.',
  unreadable: 'Name the archive by its whole path: --from /var/backups/otto-install/otto-….tar.gz',
  'no-gpg': 'gpg opens archives that are locked with a passphrase. `apt-get install gpg` brings it.',
  'no-room': 'The databases in the archive are unpacked and checked first. Make room on the disk.',
} as const;
export const ARCHIVE_PROBLEMS = Object.keys(ADVICE) as (keyof typeof ADVICE)[];

/** Why a backup must not be restored here, or was not. */
export const FINDINGS = declareFindings('restore', {
  'restore-not-proved': {
    severity: 'broken',
    reason: 'A backup counts as restored when everything that was in it is served again.',
    proof: { test: 'operations/backup/judge.test.ts' },
  },
  ...family(['restore-archive-', ARCHIVE_PROBLEMS, ''], (problem) => ({
    severity: 'blocked',
    reason: `${ADVICE[problem]} Nothing was changed.`,
    proof: { test: 'operations/backup/judge.test.ts' },
  })),
  'restore-apt-busy': { ...APT_BUSY, proof: { test: 'operations/backup/judge.test.ts' } },
  'restore-dpkg-interrupted': { ...DPKG_INTERRUPTED, proof: { test: 'operations/backup/judge.test.ts' } },
  'restore-nobodys': {
    severity: 'blocked',
    reason:
      'Restored, the first person to reach it would become its administrator, whoever that is; and there is nothing in it that anybody could sign in to. `otto-install` sets up an Otto with an administrator.',
    proof: { test: 'operations/backup/judge.test.ts' },
  },
  'restore-other-domain': {
    severity: 'blocked',
    reason:
      'Its keys, certificate and addresses belong to that name. Restore it on a machine of that name, or on a fresh one.',
    proof: { test: 'operations/backup/judge.test.ts' },
  },
  'restore-other-user': {
    severity: 'blocked',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Its files lie in that user's folders. Restore it on a fresh machine, where ${user} is made.`,
    ),
    proof: { test: 'operations/backup/judge.test.ts' },
  },
  'restore-no-container': {
    severity: 'blocked',
    reason: '`otto-install` makes it; then restore. What is restored is its data.',
    proof: { test: 'operations/backup/judge.test.ts' },
  },
  'restore-newer-database': {
    severity: 'blocked',
    reason: wording(
      { version: '0.12.4' },
      ({ version }) =>
        `Older releases die of a database that a newer one has changed. First: otto-install update open-webui${version === '' ? '' : ` --version v${version}`}. Then restore.`,
    ),
    proof: { test: 'operations/backup/judge.test.ts' },
  },
  'restore-disk-full': {
    severity: 'blocked',
    reason:
      'The backup is unpacked beside what is here, and what is here is kept until everything is verified. Make room first: docker image prune, journalctl --vacuum-size=200M.',
    proof: { test: 'operations/backup/judge.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
