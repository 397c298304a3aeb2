import { found } from '../../tasks/finding.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/creation-spec.ts';
import type { ResetChoice, ResetFacts } from './facts.ts';
import { type DatabaseProblem, FINDINGS, type Finding } from './findings.ts';

/** Pure. Why the password cannot be reset now; empty when it can. `passwordRule` says what is wrong with a password. */
export function refusesReset(
  facts: ResetFacts,
  choice: ResetChoice,
  passwordRule: (password: string) => string | undefined,
): readonly Finding[] {
  const why = whyNot(facts, choice, passwordRule);
  return why === undefined ? [] : [why];
}

function whyNot(
  facts: ResetFacts,
  choice: ResetChoice,
  passwordRule: (password: string) => string | undefined,
): Finding | undefined {
  const { container, accounts, config } = facts;
  if (container !== undefined && hasOtherDatabase(container))
    return found(FINDINGS['reset-other-database'], {
      evidence:
        'Open WebUI does not keep its accounts in webui.db: DATABASE_URL in its environment says where they are.',
    });
  if (container === undefined)
    return found(FINDINGS['reset-no-container'], { evidence: 'There is no container named open-webui.' });
  if (accounts === undefined) return unreadable('no-answer', facts.said);
  if (accounts.problem !== '') return unreadable(accounts.problem, accounts.detail);
  if (choice.accountId === '')
    return found(FINDINGS['reset-accounts-were-unreadable'], {
      evidence: 'The accounts could not be read a moment ago; now they can.',
    });
  const account = accounts.all.find(({ id }) => id === choice.accountId);
  if (account === undefined)
    return found(FINDINGS['reset-account-gone'], { evidence: 'This account no longer exists.' });
  if (!account.hasPassword)
    return found(FINDINGS['reset-no-password-of-its-own'], {
      evidence: `${account.email} has no password here: it signs in through another service.`,
    });
  const problem = passwordRule(choice.password.reveal());
  if (problem !== undefined)
    return found(FINDINGS['reset-password-unfit'], {
      evidence: 'This password cannot be used.',
      values: { problem },
    });
  if (config === undefined)
    return found(FINDINGS['reset-open-webui-silent'], {
      evidence: 'Open WebUI does not answer on this machine.',
    });
  return undefined;
}

/** What was seen of a database that cannot be used. */
const SEEN: Readonly<Record<DatabaseProblem, string>> = {
  'another-database': 'Open WebUI keeps its accounts in another database.',
  none: "There is no webui.db in Open WebUI's data folder.",
  'not-open-webui': 'webui.db has no accounts in a form that otto-install knows.',
  locked: 'The database was locked for longer than five seconds.',
  'not-a-database': 'webui.db is not an SQLite database.',
  corrupt: 'The database is damaged: SQLite calls it malformed.',
  unreadable: 'The database cannot be read.',
  'no-answer': 'The accounts could not be read.',
};

function unreadable(problem: DatabaseProblem, detail: string): Finding {
  const seen = SEEN[problem];
  return found(FINDINGS[`reset-database-${problem}`], {
    evidence: detail === '' ? seen : `${seen.replace(/\.$/, '')} (${detail}).`,
  });
}
