import type { AccountsProblem } from '../../system/web-apps/open-webui-accounts.ts';
import { declareFindings, type FoundOf, family, wording } from '../../tasks/finding.ts';

/** What Open WebUI's database can be like, so that it cannot be used. */
const DATABASE = {
  'another-database': 'Only a file of SQLite can be changed from here.',
  none: 'Either Open WebUI was never started with this folder, or the container uses another one: `docker inspect open-webui` names it under Mounts.',
  'not-open-webui': 'It is empty or belongs to another program. Nothing was changed.',
  locked: 'Open WebUI, or a backup, is writing to it. Try again in a moment.',
  'not-a-database':
    'It was overwritten or is encrypted. Restore it from a backup before anything is changed; the backups of this wizard are in otto-install-backups beside it.',
  corrupt:
    'A change could make it worse. Restore it from a backup; the backups of this wizard are in otto-install-backups beside it.',
  unreadable: 'A full or failing disk is the usual reason: `df -h`, `dmesg | tail`.',
  'no-answer':
    'Docker did not start the program that reads them. `otto-install` says whether Docker is well.',
} as const satisfies Record<AccountsProblem | 'no-answer', string>;
export type DatabaseProblem = keyof typeof DATABASE;

/** Why a password cannot be reset now, or was not. */
export const FINDINGS = declareFindings('reset-password', {
  ...family(['reset-database-', Object.keys(DATABASE) as DatabaseProblem[], ''], (problem) => ({
    severity: 'blocked',
    reason: DATABASE[problem],
    proof: { test: 'operations/reset-password.test.ts' },
  })),
  'reset-other-database': {
    severity: 'blocked',
    reason:
      'Only that file of SQLite can be changed from here. An administrator can set the password in Admin Panel → Users, or do it in that database.',
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-no-container': {
    severity: 'blocked',
    reason:
      'Which release made the database, and so how it is to be changed, is known from its image. `otto-install` makes the container again; then reset the password.',
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-accounts-were-unreadable': {
    severity: 'blocked',
    reason: 'Open WebUI, or a backup, was writing to the database for longer than five seconds. Try again.',
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-account-gone': {
    severity: 'blocked',
    reason: 'Somebody removed it meanwhile. Look at the list again.',
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-no-password-of-its-own': {
    severity: 'blocked',
    reason: 'What that service knows is changed there.',
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-password-unfit': {
    severity: 'blocked',
    reason: wording({ problem: 'It has to have at least 8 characters.' }, ({ problem }) => problem),
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-open-webui-silent': {
    severity: 'blocked',
    reason:
      'Whether the new password works is proved by signing in with it, so Open WebUI has to be up first. `otto-install` says what is wrong with it and mends it.',
    proof: { test: 'operations/reset-password.test.ts' },
  },
  'reset-not-proved': {
    severity: 'broken',
    reason: wording({ refusesAll: false }, ({ refusesAll }) =>
      refusesAll
        ? 'Open WebUI lets nobody in with a password: ENABLE_PASSWORD_AUTH or the sign-in form is switched off.'
        : 'A password counts as reset when Open WebUI accepts it, so the old one was put back.',
    ),
    proof: { test: 'operations/reset-password.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
