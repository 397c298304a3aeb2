import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { pythonInside } from '../../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../../system/docker/docker-failures.ts';
import { type Accounts, addressAside, keeperOf } from '../../system/web-apps/open-webui-accounts.ts';
import { found } from '../finding.ts';
import { databaseProgram } from '../open-webui/database-program.ts';
import { note } from './administrators.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What is wrong with the accounts of an Open WebUI that has some. Pure. */
export function judgeAccounts(facts: Noted, accounts: Accounts, answers: Answers): readonly Finding[] {
  if (accounts.problem !== '' || accounts.count === 0) return [];
  return [...noAdministrator(facts, accounts, answers), ...alike(accounts, answers)];
}

/** Whoever is made an administrator here was named by the operator who chose it. */
type Noted = Parameters<typeof note>[0];

function noAdministrator(
  facts: Noted,
  { admins, others, count }: Accounts,
  answers: Answers,
): readonly Finding[] {
  if (admins.some(({ active }) => active)) return [];
  const locked = admins.map(
    (account): Fix => ({
      id: `let-in-${account.id}`,
      title: `Let ${account.email} sign in again`,
      actions: [
        change([{ id: account.id, active: true }], `Let ${account.email} sign in again`, answers),
        ...note(facts, [account.email]),
      ],
      consequence: `${account.email} can administer everything again. Somebody may have locked this account on purpose.`,
    }),
  );
  const named = others.filter(({ email }) => email.toLowerCase() === answers.adminEmail.toLowerCase());
  const promoted = [...new Set([...named, ...others])].slice(0, 5).map(
    (account): Fix => ({
      id: `promote-${account.id}`,
      title: `Make ${account.email} an administrator`,
      actions: [
        change([{ id: account.id, role: 'admin' }], `Make ${account.email} an administrator`, answers),
        ...note(facts, [account.email]),
      ],
      consequence: `${account.email} can then see and change everything in Open WebUI. The other accounts stay as they are.`,
    }),
  );
  return [
    found(FINDINGS['administrator-missing'], {
      evidence: `Open WebUI has ${count} account${count === 1 ? '' : 's'}, and no administrator who can sign in.`,
      fixes: [...locked, ...promoted],
    }),
  ];
}

function alike({ alike: groups }: Accounts, answers: Answers): readonly Finding[] {
  if (groups.length === 0) return [];
  const taken = new Set<string>();
  const renamed = groups.flatMap((group) => {
    const keeps = keeperOf(group);
    return group
      .filter((account) => account !== keeps)
      .map((account) => {
        const email = addressAside(account.email, taken);
        taken.add(email);
        return { account, email };
      });
  });
  return [
    found(FINDINGS['accounts-differ-in-case'], {
      evidence: `There are accounts whose e-mail addresses differ only in capital letters: ${groups.map((group) => group.map(({ email }) => email).join(' and ')).join('; ')}.`,
      fixes: [
        {
          id: 'rename-accounts',
          title: renamed.map(({ account, email }) => `Rename ${account.email} to ${email}`).join('; '),
          actions: [
            change(
              renamed.map(({ account, email }) => ({ id: account.id, email })),
              'Give accounts that differ only in case different addresses',
              answers,
            ),
          ],
          consequence: `${renamed.map(({ account, email }) => `${account.name} (${account.email}) then signs in as ${email}`).join('; ')}. Another address can be chosen in Admin Panel → Users.`,
        },
      ],
    }),
  ];
}

type AccountChange =
  | { readonly id: string; readonly role: 'admin' }
  | { readonly id: string; readonly active: true }
  | { readonly id: string; readonly email: string };

/** Changes accounts in the database of an Open WebUI while it is running. */
function change(changes: readonly AccountChange[], purpose: string, answers: Answers): Action {
  return command(pythonInside(layout(answers).openWebui.container), purpose, {
    input: databaseProgram('change-accounts', { changes: JSON.stringify(JSON.stringify(changes)) }),
    timeoutMs: 300_000,
    knownFailures: [
      {
        pattern: 'database is locked',
        reason: 'Open WebUI kept its database locked for more than ten seconds.',
        next: 'Look again in a moment; nothing was changed.',
      },
      {
        pattern: 'UNIQUE constraint failed',
        reason: 'An account with that address already exists.',
        next: 'Rename the account in Admin Panel → Users; nothing was changed here.',
      },
      ...DAEMON_FAILURES,
    ],
  });
}
