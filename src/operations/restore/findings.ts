import { APT_BUSY, DPKG_INTERRUPTED } from '../../tasks/apt-state.ts';
import { declareFindings, type FoundOf, family, wording } from '../../tasks/finding.ts';

/** What to do about an archive that cannot be restored. */
const ADVICE = {
  unread: 'The program that reads archives did not finish.',
  damaged:
    'otto-install restores a backup completely or not at all. Fetch the archive again from where you copied it to, or use an older one.',
  'wrong-passphrase':
    'It is the passphrase that was typed when the backup was made, or the one in the file that the nightly backup uses.',
  'passphrase-needed': 'Give it with --passphrase-file FILE, or type it when you are asked.',
  foreign:
    'Only what `otto-install backup` wrote can be restored: such an archive says which files belong where.',
  newer: 'Update otto-install, then restore.',
  suspicious:
    'otto-install never writes such a thing into an archive, so somebody changed this one. Restoring it as root could hand over this machine.',
  exposed:
    'An archive tells root what to write where, so whoever can change it can become root. As root, copy it again from where it was kept into a folder that only root can write, such as /root.',
  'no-file':
    'otto-install reads an archive twice: once to check it and once to restore it. Save it as a file in a folder that only root can write, such as /root, and name that file.',
  unreadable: 'Give the full path of the archive: --from /var/backups/otto-install/otto-….tar.gz',
  'no-gpg': 'gpg opens archives that are locked with a passphrase. Install it: `apt-get install gpg`.',
  'no-room': 'The databases in the archive are unpacked and checked first. Free some disk space.',
} as const;
export const ARCHIVE_PROBLEMS = Object.keys(ADVICE) as (keyof typeof ADVICE)[];

/** Why a backup must not be restored here, or was not. */
export const FINDINGS = declareFindings('restore', 'operations/backup/judge.test.ts', {
  'restore-not-proved': {
    severity: 'broken',
    reason: 'A backup counts as restored when everything in it is available again.',
  },
  ...family(['restore-archive-', ARCHIVE_PROBLEMS, ''], (problem) => ({
    severity: 'blocked',
    reason: `${ADVICE[problem]} Nothing was changed.`,
  })),
  'restore-apt-busy': APT_BUSY,
  'restore-dpkg-interrupted': DPKG_INTERRUPTED,
  'restore-nobodys': {
    severity: 'blocked',
    reason:
      'If it were restored, the first visitor would become its administrator, whoever that is. Run `otto-install` to set up an Otto with an administrator instead.',
  },
  'restore-other-domain': {
    severity: 'blocked',
    reason:
      'Its keys, certificate and addresses belong to that domain. Restore it on the machine with that domain, or on a fresh one.',
  },
  'restore-other-user': {
    severity: 'blocked',
    reason: wording(
      { user: '‹user›' },
      ({ user }) =>
        `Its files lie in that user's folders. Restore it on a fresh machine, where ${user} is made.`,
    ),
  },
  'restore-no-container': {
    severity: 'blocked',
    reason:
      'Run `otto-install` to recreate the container; then restore. A restore brings back its data only.',
  },
  'restore-another-database': {
    severity: 'blocked',
    reason:
      'A backup holds the file webui.db, which this Open WebUI does not read: its accounts and chats would stay as they are, beside older keys and files. Restore that database with its own tool.',
  },
  'restore-newer-database': {
    severity: 'blocked',
    reason: wording(
      { version: '0.12.4' },
      ({ version }) =>
        `Older releases crash on a database that a newer one has changed. First: otto-install update open-webui${version === '' ? '' : ` --version v${version}`}. Then restore.`,
    ),
  },
  'restore-disk-full': {
    severity: 'blocked',
    reason:
      'The backup is unpacked next to what is here, and what is here is kept until everything is verified. Free some space first: docker image prune, journalctl --vacuum-size=200M.',
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
