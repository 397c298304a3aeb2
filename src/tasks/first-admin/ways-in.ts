import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { settingIn } from '../../system/formats/env-file.ts';
import type { Accounts } from '../../system/web-apps/open-webui-accounts.ts';
import type { PublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { found } from '../finding.ts';
import type { RecreateSource } from '../open-webui/creation-spec.ts';
import { recreateConsequence, recreateOpenWebui } from '../open-webui/recreate.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What a stranger and an ordinary user meet, beside the sign-up. */
export interface WaysInFacts {
  readonly config: PublicConfig | undefined;
  readonly accounts: Accounts | undefined;
  /** Its container as it would be made again; only looked at where a variable of it is what is wrong. */
  readonly source: RecreateSource | undefined;
  /** The variables of its container that matter here. */
  readonly variables: { readonly trustedHeader: string; readonly bypassModelAccess: boolean };
  /** The status with which an empty sign-in is answered; only asked where nobody has to sign in. */
  readonly emptySignIn: number | undefined;
}

const TRUSTED_HEADER = 'WEBUI_AUTH_TRUSTED_EMAIL_HEADER';

export const variablesOf = (env: Parameters<typeof settingIn>[0]): WaysInFacts['variables'] => ({
  trustedHeader: settingIn(env, TRUSTED_HEADER),
  bypassModelAccess: settingIn(env, 'BYPASS_MODEL_ACCESS_CONTROL').toLowerCase() === 'true',
});

/** Whether the container as it was made is needed to say how to mend it. */
export const needsSource = (config: PublicConfig | undefined, variables: WaysInFacts['variables']): boolean =>
  config?.auth === false || variables.trustedHeader !== '' || !variables.bypassModelAccess;

/** Pure. */
export function judgeWaysIn(facts: WaysInFacts, answers: Answers): readonly Finding[] {
  return [
    ...withoutSignIn(facts, answers),
    ...byHeader(facts, answers),
    ...byService(facts),
    ...noModels(facts, answers),
  ];
}

function withoutSignIn(facts: WaysInFacts, answers: Answers): readonly Finding[] {
  if (facts.config?.auth !== false) return [];
  const meets =
    facts.emptySignIn === 200
      ? 'an empty sign-in gives a session as administrator'
      : `an empty sign-in is answered with ${facts.emptySignIn ?? 'nothing'}`;
  return [
    found(FINDINGS['sign-in-switched-off'], {
      evidence: `Open WebUI says that nobody has to sign in, and ${meets}.`,
      fixes: recreateWith(facts.source, answers, {
        id: 'recreate-with-sign-in',
        changes: { WEBUI_AUTH: 'True' },
        gains: 'Everyone has to sign in.',
      }),
    }),
  ];
}

function byHeader(facts: WaysInFacts, answers: Answers): readonly Finding[] {
  const { trustedHeader } = facts.variables;
  if (trustedHeader === '') return [];
  return [
    found(FINDINGS['sign-in-by-header'], {
      evidence: `${TRUSTED_HEADER}=${trustedHeader}: whoever sends that header is signed in as the address in it.`,
      fixes: recreateWith(facts.source, answers, {
        id: 'recreate-without-header',
        changes: { [TRUSTED_HEADER]: '' },
        gains:
          'People sign in with their passwords; accounts that were made by the header have none until an administrator sets one.',
      }),
    }),
  ];
}

/** A sign-up that is closed lets in whoever has an account elsewhere, when that is allowed. */
function byService({ config, accounts }: WaysInFacts): readonly Finding[] {
  const ways = accounts?.ways;
  if (ways === undefined || ways.defaultRole === 'pending') return [];
  const services = (config?.otherWays ?? []).filter(
    (name) => name === 'ldap' || (ways.oauthSignUp && ['', '*'].includes(ways.oauthDomains.trim())),
  );
  if (services.length === 0) return [];
  return [
    found(FINDINGS['accounts-by-other-services'], {
      evidence: `Whoever signs in through ${services.join(' or ')} gets an account of the role ${ways.defaultRole}, although the sign-up is ${config?.signUpOpen === true ? 'open as well' : 'closed'}.`,
      severity: ways.defaultRole === 'admin' ? 'broken' : 'risk',
    }),
  ];
}

function noModels(facts: WaysInFacts, answers: Answers): readonly Finding[] {
  const { accounts, variables, source } = facts;
  const users = (accounts?.others ?? []).filter(({ role }) => role === 'user');
  const shared = accounts?.ways?.sharedModels;
  if (variables.bypassModelAccess || users.length === 0 || shared === undefined) return [];
  if (shared.includes(answers.modelName)) return [];
  return [
    found(FINDINGS['users-see-no-model'], {
      evidence: `${users.length === 1 ? 'One account is no administrator' : `${users.length} accounts are no administrators`}, and nobody has shared the model ${answers.modelName} with them.`,
      values: { model: answers.modelName },
      fixes: recreateWith(source, answers, {
        id: 'recreate-with-all-models',
        changes: { BYPASS_MODEL_ACCESS_CONTROL: 'True' },
        gains: 'Every account sees every model.',
      }),
    }),
  ];
}

function recreateWith(
  source: RecreateSource | undefined,
  answers: Answers,
  {
    id,
    changes,
    gains,
  }: { readonly id: string; readonly changes: Readonly<Record<string, string>>; readonly gains: string },
): readonly Fix[] {
  if (source === undefined || source.container.networkMode === 'host') return [];
  const words = Object.entries(changes).map(([name, value]) =>
    value === '' ? `without ${name}` : `with ${name}=${value}`,
  );
  return [
    {
      id,
      title: `Recreate the container ${words.join(' and ')}`,
      actions: recreateOpenWebui(source, answers, { changes }),
      consequence: `${gains} ${recreateConsequence(source)}`,
    },
  ];
}
