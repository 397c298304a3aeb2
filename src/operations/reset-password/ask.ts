import { passwordProblem } from '../../answers/schema.ts';
import { Secret } from '../../secret/secret.ts';
import { type AccountInFull, isAdmin } from '../../system/web-apps/open-webui-accounts.ts';
import type { Asked, Given } from '../otto-operation.ts';
import type { ResetChoice, ResetFacts } from './facts.ts';

/** Pure. The next question of a password reset, or the choice that the answers make. */
export function askReset(facts: ResetFacts, given: Given): Asked<ResetChoice> {
  const accounts = adminsFirst(facts.accounts?.all ?? []);
  const account = accountOf(accounts, given.account);
  // Without accounts there is nothing to ask: it is refused, with the reason.
  if (account === undefined)
    return accounts.length === 0 ? { choice: NOTHING } : { ask: whichAccount(accounts, facts.nowMs) };
  const how = given.how ?? (given.password === undefined ? undefined : 'typed');
  if (how !== 'typed' && how !== 'generated') return { ask: HOW };
  const password = how === 'typed' ? given.password : given.generatedPassword;
  if (!(password instanceof Secret)) return { ask: PASSWORD };

  const switches = { ...given };
  for (const ask of followUps(account, accounts, facts)) {
    const answer = switches[ask.id];
    if (answer !== 'yes' && answer !== 'no') return { ask };
  }
  const yes = (id: string) => switches[id] === 'yes';
  const { generatedKey } = given;
  const everybody = yes('endSessions') && facts.accounts?.sessionStamp !== true;
  return {
    choice: {
      accountId: account.id,
      password,
      generated: how === 'generated',
      activate: yes('activate'),
      promote: yes('promote'),
      endSessions: yes('endSessions'),
      dropSecondFactor: yes('dropSecondFactor'),
      newSessionKey: everybody && generatedKey instanceof Secret ? generatedKey : undefined,
      at: facts.nowMs,
    },
  };
}

const adminsFirst = (accounts: readonly AccountInFull[]): readonly AccountInFull[] => [
  ...accounts.filter(isAdmin),
  ...accounts.filter((account) => !isAdmin(account)),
];

const NOTHING: ResetChoice = {
  accountId: '',
  password: new Secret(''),
  generated: false,
  activate: false,
  promote: false,
  endSessions: false,
  dropSecondFactor: false,
  newSessionKey: undefined,
  at: 0,
};

/** By its address, in any case, as people type it, or by its id. */
function accountOf(accounts: readonly AccountInFull[], given: Given[string]): AccountInFull | undefined {
  if (typeof given !== 'string') return undefined;
  const byAddress = accounts.filter(({ email }) => email.toLowerCase() === given.toLowerCase());
  // Two addresses that differ only in case must be told apart.
  if (byAddress.length > 1) return byAddress.find(({ email }) => email === given);
  return byAddress[0] ?? accounts.find(({ id }) => id === given);
}

function whichAccount(accounts: readonly AccountInFull[], nowMs: number) {
  return {
    kind: 'choose',
    id: 'account',
    question: 'Whose password should be reset?',
    options: accounts.map((account) => ({
      value: account.id,
      label: account.email,
      note: describe(account, nowMs),
    })),
  } as const;
}

/** 'Admin · admin · last active 3 days ago · deactivated' */
export function describe(account: AccountInFull, nowMs: number): string {
  const { name, role, lastActiveMs, active, hasPassword } = account;
  const days = lastActiveMs === undefined ? undefined : Math.floor((nowMs - lastActiveMs) / 86_400_000);
  const seen =
    days === undefined
      ? 'never signed in'
      : days <= 0
        ? 'active today'
        : `last active ${days === 1 ? 'yesterday' : `${days} days ago`}`;
  return [
    name,
    role,
    seen,
    ...(active ? [] : ['deactivated']),
    ...(hasPassword ? [] : ['signs in elsewhere']),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

const HOW = {
  kind: 'choose',
  id: 'how',
  question: 'Which password should it be?',
  options: [
    { value: 'generated', label: 'A generated one', note: 'Shown once, at the end.' },
    { value: 'typed', label: 'One that you type', note: 'Twice, at least 8 characters.' },
  ],
} as const;

const PASSWORD = {
  kind: 'secret',
  id: 'password',
  question: 'What is the new password?',
  problem: passwordProblem,
} as const;

/** What else is offered for this account; nothing where it makes no difference. */
function followUps(account: AccountInFull, accounts: readonly AccountInFull[], facts: ResetFacts) {
  const adminLeft = accounts.some(({ role, active }) => role === 'admin' && active);
  const stamps = facts.accounts?.sessionStamp === true;
  const release = facts.config?.version ?? '';
  return [
    ...(account.active
      ? []
      : [
          yesNo('activate', `${account.email} is deactivated. Let it sign in again?`, 'It stays locked out.'),
        ]),
    ...(adminLeft || account.role === 'admin'
      ? []
      : [
          yesNo(
            'promote',
            'No administrator is left. Make this one the administrator?',
            'Nobody can manage accounts.',
          ),
        ]),
    ...(account.secondFactor
      ? [
          yesNo(
            'dropSecondFactor',
            'This account has a second factor. Should its owner set it up again at the next sign-in?',
            'Its owner still needs the device that is set up now.',
          ),
        ]
      : []),
    stamps
      ? yesNo('endSessions', 'Sign out everybody who is signed in to this account?', STAYS_SIGNED_IN)
      : {
          ...yesNo(
            'endSessions',
            `Sign out everybody? Open WebUI ${release} cannot end the sessions of one account alone.`,
            STAYS_SIGNED_IN,
          ),
          // It interrupts everybody, so neither a hasty Enter nor an unattended run chooses it.
          unasked: 'no',
          options: [
            { value: 'no', label: 'No', note: STAYS_SIGNED_IN },
            {
              value: 'yes',
              label: 'Yes, with a new key for all sessions',
              note: 'Open WebUI is unavailable for about 30 seconds while its container is recreated.',
            },
          ],
        },
  ];
}

const STAYS_SIGNED_IN = 'Whoever is signed in with the old password stays signed in, for up to four weeks.';

function yesNo(id: keyof ResetChoice & string, question: string, ifNot: string) {
  return {
    kind: 'choose',
    id,
    question,
    options: [
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No', note: ifNot },
    ],
  } as const;
}
