import type { AccountsProblem } from '../../system/web-apps/open-webui-accounts.ts';
import { declareFindings, type FoundOf, family, wording } from '../../tasks/finding.ts';

/** What Open WebUI's database can be like, so that it cannot be used. */
const DATABASE = {
  'another-database': 'otto-install can change only an SQLite file.',
  none: 'Either Open WebUI was never started with this folder, or the container uses another one: `docker inspect open-webui` names it under Mounts.',
  'not-open-webui': 'It is empty or belongs to another program. Nothing was changed.',
  locked: 'Open WebUI, or a backup, is writing to it. Try again in a moment.',
  'not-a-database':
    'It was overwritten or is encrypted. Restore it from a backup before you change anything; the backups that otto-install made are in otto-install-backups next to it.',
  corrupt:
    'A change could make it worse. Restore it from a backup; the backups that otto-install made are in otto-install-backups next to it.',
  unreadable: 'A full or failing disk is the usual reason: `df -h`, `dmesg | tail`.',
  'no-answer': 'Docker did not start the program that reads them. Run `otto-install` to check Docker.',
} as const satisfies Record<AccountsProblem | 'no-answer', string>;
export type DatabaseProblem = keyof typeof DATABASE;

/** Why a password cannot be reset now, or was not. */
export const FINDINGS = declareFindings('reset-password', 'operations/reset-password.test.ts', {
  ...family(['reset-database-', Object.keys(DATABASE) as DatabaseProblem[], ''], (problem) => ({
    severity: 'blocked',
    reason: DATABASE[problem],
  })),
  'reset-other-database': {
    severity: 'blocked',
    reason:
      'otto-install can change only an SQLite file. An administrator can set the password in Admin Panel → Users, or in that database.',
  },
  'reset-no-container': {
    severity: 'blocked',
    reason:
      'Its image says which release made the database, and so how to change it. Run `otto-install` to recreate the container; then reset the password.',
  },
  'reset-accounts-were-unreadable': {
    severity: 'blocked',
    reason: 'Open WebUI, or a backup, was writing to the database for longer than five seconds. Try again.',
  },
  'reset-account-gone': {
    severity: 'blocked',
    reason: 'Somebody removed it in the meantime. Look at the list again.',
  },
  'reset-no-password-of-its-own': {
    severity: 'blocked',
    reason: 'Change the password in that service.',
  },
  'reset-password-unfit': {
    severity: 'blocked',
    reason: wording({ problem: 'It has to have at least 8 characters.' }, ({ problem }) => problem),
  },
  'reset-open-webui-silent': {
    severity: 'blocked',
    reason:
      'otto-install proves a new password by signing in with it, so Open WebUI has to run first. Run `otto-install` to see what is wrong with it and fix it.',
  },
  'reset-not-proved': {
    severity: 'broken',
    reason: wording({ refusesAll: false }, ({ refusesAll }) =>
      refusesAll
        ? 'Open WebUI does not let anyone in with a password: ENABLE_PASSWORD_AUTH or the sign-in form is switched off.'
        : 'A password counts as reset when Open WebUI accepts it, so the old one was put back.',
    ),
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
