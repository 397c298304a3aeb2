import type { Finding } from '../../engine/contracts/task.ts';
import type { AccountsProblem } from '../../system/web-apps/open-webui-accounts.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/making.ts';
import type { ResetChoice, ResetFacts } from './facts.ts';

/** Pure. Why the password cannot be reset now; empty when it can. `passwordRule` says what is wrong with a password. */
export function refusesReset(
  facts: ResetFacts,
  choice: ResetChoice,
  passwordRule: (password: string) => string | undefined,
): readonly Finding[] {
  const why = whyNot(facts, choice, passwordRule);
  return why === undefined ? [] : [{ severity: 'blocked', fixes: [], ...why }];
}

type Why = Pick<Finding, 'code' | 'saw' | 'because'>;

function whyNot(
  facts: ResetFacts,
  choice: ResetChoice,
  passwordRule: (password: string) => string | undefined,
): Why | undefined {
  const { container, accounts, config } = facts;
  if (container !== undefined && hasOtherDatabase(container))
    return {
      code: 'reset-other-database',
      saw: 'Open WebUI does not keep its accounts in webui.db: DATABASE_URL in its environment says where they are.',
      because:
        'otto-install can change only an SQLite file. An administrator can set the password in Admin Panel → Users, or in that database.',
    };
  if (container === undefined)
    return {
      code: 'reset-no-container',
      saw: 'There is no container named open-webui.',
      because:
        'Its image says which release made the database, and so how to change it. Run `otto-install` to recreate the container; then reset the password.',
    };
  if (accounts === undefined) return unreadable('no-answer', facts.said);
  if (accounts.problem !== '') return unreadable(accounts.problem, accounts.detail);
  if (choice.accountId === '')
    return {
      code: 'reset-accounts-were-unreadable',
      saw: 'The accounts could not be read a moment ago; now they can.',
      because:
        'Open WebUI, or a backup, was writing to the database for longer than five seconds. Try again.',
    };
  const account = accounts.all.find(({ id }) => id === choice.accountId);
  if (account === undefined)
    return {
      code: 'reset-account-gone',
      saw: 'This account no longer exists.',
      because: 'Somebody removed it in the meantime. Look at the list again.',
    };
  if (!account.hasPassword)
    return {
      code: 'reset-no-password-of-its-own',
      saw: `${account.email} has no password here: it signs in through another service.`,
      because: 'Change the password in that service.',
    };
  const problem = passwordRule(choice.password.reveal());
  if (problem !== undefined)
    return { code: 'reset-password-unfit', saw: 'This password cannot be used.', because: problem };
  if (config === undefined)
    return {
      code: 'reset-open-webui-silent',
      saw: 'Open WebUI does not answer on this machine.',
      because:
        'otto-install proves a new password by signing in with it, so Open WebUI has to run first. Run `otto-install` to see what is wrong with it and fix it.',
    };
  return undefined;
}

const PROBLEMS: Readonly<
  Record<AccountsProblem | 'no-answer', { readonly saw: string; readonly because: string }>
> = {
  'another-database': {
    saw: 'Open WebUI keeps its accounts in another database.',
    because: 'otto-install can change only an SQLite file.',
  },
  none: {
    saw: "There is no webui.db in Open WebUI's data folder.",
    because:
      'Either Open WebUI was never started with this folder, or the container uses another one: `docker inspect open-webui` names it under Mounts.',
  },
  'not-open-webui': {
    saw: 'webui.db has no accounts in a form that otto-install knows.',
    because: 'It is empty or belongs to another program. Nothing was changed.',
  },
  locked: {
    saw: 'The database was locked for longer than five seconds.',
    because: 'Open WebUI, or a backup, is writing to it. Try again in a moment.',
  },
  'not-a-database': {
    saw: 'webui.db is not an SQLite database.',
    because:
      'It was overwritten or is encrypted. Restore it from a backup before you change anything; the backups that otto-install made are in otto-install-backups next to it.',
  },
  corrupt: {
    saw: 'The database is damaged: SQLite calls it malformed.',
    because:
      'A change could make it worse. Restore it from a backup; the backups that otto-install made are in otto-install-backups next to it.',
  },
  unreadable: {
    saw: 'The database cannot be read.',
    because: 'A full or failing disk is the usual reason: `df -h`, `dmesg | tail`.',
  },
  'no-answer': {
    saw: 'The accounts could not be read.',
    because: 'Docker did not start the program that reads them. Run `otto-install` to check Docker.',
  },
};

function unreadable(problem: AccountsProblem | 'no-answer', detail: string): Why {
  const { saw, because } = PROBLEMS[problem];
  return {
    code: `reset-database-${problem}`,
    saw: detail === '' ? saw : `${saw.replace(/\.$/, '')} (${detail}).`,
    because,
  };
}
