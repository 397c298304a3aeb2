import { type Answers, passwordProblem } from '../answers.ts';
import type { Host } from '../host/host.ts';
import { type PublicConfig, parsePublicConfig } from '../system/open-webui-api.ts';
import { lookAtContainer } from '../tasks/containers.ts';
import { layout } from '../tasks/layout.ts';
import { template } from '../templates.ts';
import type { OttoOperation } from './otto-operation.ts';
import { pythonBeside } from './python-beside.ts';
import { type Accounts, parseAccounts } from './reset-password/accounts.ts';
import { askReset } from './reset-password/ask.ts';
import type { ResetChoice } from './reset-password/choice.ts';
import { refusesReset } from './reset-password/judge.ts';
import { planReset } from './reset-password/plan.ts';
import { provesReset } from './reset-password/prove.ts';

/** What has to be known before a password is reset. */
export interface ResetFacts {
  /** The image that Open WebUI runs; undefined without a container. */
  readonly image: string | undefined;
  /** DATABASE_URL, where it is no file of SQLite. */
  readonly otherDatabase: boolean;
  readonly accounts: Accounts | undefined;
  /** What Open WebUI says of itself; undefined when it does not answer. */
  readonly config: PublicConfig | undefined;
  readonly nowMs: number;
}

/** The runbook's 'Reset the Open WebUI admin password', for any account, proved by signing in. */
export const resetPassword: OttoOperation<ResetFacts, ResetChoice> = {
  id: 'reset-password',
  command: 'reset-password',
  title: 'Reset a password',
  entry: 'Reset a password …',
  help: 'give an account of Open WebUI a new password',
  flags: {
    account: 'EMAIL',
    how: 'typed|generated',
    activate: 'yes|no',
    promote: 'yes|no',
    dropSecondFactor: 'yes|no',
    endSessions: 'yes|no',
  },
  secretFlags: ['password'],
  why:
    "The new password goes into Open WebUI's database as a bcrypt hash, after a backup of the database that was opened and " +
    'checked, and Open WebUI itself then has to accept it.',
  look,
  refuses: (facts, choice) => refusesReset(facts, choice, passwordProblem),
  plan: planReset,
  verifies: [],
  proves: provesReset,
  next: askReset,
  told: (facts, { accountId, password }) => [
    [`The new password of ${emailOf(facts, accountId)}: `, password],
    'It is shown this once and kept nowhere. Open WebUI let it in.',
  ],
};

function emailOf({ accounts }: ResetFacts, id: string): string {
  return (
    (accounts?.ok === true ? accounts.accounts.find((account) => account.id === id)?.email : undefined) ?? ''
  );
}

/** Reads the accounts; changes nothing. */
async function look(host: Host, answers: Answers): Promise<ResetFacts> {
  const place = layout(answers).openWebui;
  const [container, config] = await Promise.all([
    lookAtContainer(host, place.container),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 5_000 }),
  ]);
  const common = {
    image: container?.image,
    otherDatabase: !/^(sqlite:.*)?$/.test(container?.env.DATABASE_URL ?? ''),
    config: config.ok ? parsePublicConfig(config.body) : undefined,
    nowMs: host.now(),
  };
  if (container === undefined || common.otherDatabase) return { ...common, accounts: undefined };
  const { stdout, stderr } = await host.exec(pythonBeside(container.image, place.data), {
    input: template('open-webui/accounts.py', {}),
    timeoutMs: 60_000,
  });
  return { ...common, accounts: parseAccounts(stdout, stderr) };
}
