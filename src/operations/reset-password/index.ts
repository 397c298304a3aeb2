import { layout } from '../../answers/layout.ts';
import { type Answers, passwordProblem } from '../../answers/schema.ts';
import type { Host } from '../../host/host.ts';
import { pythonBeside } from '../../system/python/python-beside.ts';
import { parseAccounts } from '../../system/web-apps/open-webui-accounts.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { readAccounts } from '../../system/web-apps/open-webui-programs.ts';
import { lookAtContainer } from '../../tasks/containers.ts';
import { lookAtEnvFile } from '../../tasks/env-files.ts';
import { dataFolderOf, hasOtherDatabase, lookAtCreationSpec } from '../../tasks/open-webui/creation-spec.ts';
import type { OttoOperation } from '../otto-operation.ts';
import { askReset } from './ask.ts';
import type { ResetChoice, ResetFacts } from './facts.ts';
import { refusesReset } from './judge.ts';
import { planReset } from './plan.ts';
import { provesReset } from './prove.ts';

/** The runbook's 'Reset the Open WebUI admin password', for any account, proved by signing in. */
export const resetPassword: OttoOperation<ResetFacts, ResetChoice> = {
  id: 'reset-password',
  command: 'reset-password',
  title: 'Reset a password',
  entry: 'Reset a password …',
  help: 'give an account of Open WebUI a new password',
  flags: {
    account: { value: 'EMAIL', what: 'whose password' },
    how: { value: 'typed|generated', what: 'one that you type, or a generated one that is shown once' },
    activate: { value: 'yes|no', what: 'let a deactivated account sign in again' },
    promote: { value: 'yes|no', what: 'make it the administrator if none is left' },
    dropSecondFactor: { value: 'yes|no', what: 'set the second factor up again at the next sign-in' },
    endSessions: { value: 'yes|no', what: 'sign out everybody who is signed in to it' },
  },
  secretFlags: { password: 'the new password' },
  why:
    "otto-install backs up Open WebUI's database and checks the copy, writes the new password as a bcrypt hash, and then " +
    'signs in with it to prove that it works.',
  look,
  refuses: (facts, choice) => refusesReset(facts, choice, passwordProblem),
  consequence: (_, { newSessionKey }) =>
    newSessionKey === undefined
      ? undefined
      : 'Everybody is signed out of Open WebUI, in this account and all others, and nobody can chat for about 30 seconds. Sign-ins to outside tools that Open WebUI encrypted with the old key have to be done again.',
  plan: planReset,
  verifies: ['open-webui'],
  proves: provesReset,
  next: askReset,
  summary: (facts, { accountId, password, generated }) =>
    generated
      ? [
          [`The new password of ${emailOf(facts, accountId)}: `, password],
          'It is shown only this once and stored nowhere. Signing in with it works.',
          WHERE_BACKUPS_ARE,
        ]
      : [`${emailOf(facts, accountId)} has the new password. Signing in with it works.`, WHERE_BACKUPS_ARE],
};

const WHERE_BACKUPS_ARE =
  'The backup of the database is next to it: the newest webui file in otto-install-backups.';

function emailOf({ accounts }: ResetFacts, id: string): string {
  return accounts?.all.find((account) => account.id === id)?.email ?? '';
}

/** Reads the accounts; changes nothing. */
async function look(host: Host, answers: Answers): Promise<ResetFacts> {
  const place = layout(answers).openWebui;
  const [container, config, envFile] = await Promise.all([
    lookAtContainer(host, place.container),
    host.fetch(`http://127.0.0.1:${place.port}/api/config`, { timeoutMs: 5_000 }),
    lookAtEnvFile(host, place.envFile, 'docker'),
  ]);
  const common = {
    container,
    envFile,
    config: config.ok ? parsePublicConfig(config.body) : undefined,
    nowMs: host.now(),
  };
  if (container === undefined || hasOtherDatabase(container))
    return { ...common, creationSpec: undefined, accounts: undefined, said: '' };
  const [creationSpec, asked] = await Promise.all([
    lookAtCreationSpec(host, container),
    host.exec(pythonBeside(container.imageId, dataFolderOf(container, place.data)), {
      input: readAccounts(),
      timeoutMs: 60_000,
    }),
  ]);
  const said = asked.stderr.trim().split('\n').at(-1) ?? '';
  return { ...common, creationSpec, accounts: parseAccounts(asked.stdout), said };
}
