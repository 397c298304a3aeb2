import type { Answers } from '../answers.ts';
import type { Finding } from '../engine/task.ts';
import type { Host } from '../host/host.ts';
import { CURL, curlInput } from '../system/curl.ts';
import { pythonInside } from '../system/docker.ts';
import { type Accounts, parseAccounts } from '../system/open-webui-accounts.ts';
import { type PublicConfig, parsePublicConfig, signUp } from '../system/open-webui-api.ts';
import { template } from '../templates.ts';
import { askDocker, lookAtContainer } from './containers.ts';
import { judgeAccounts } from './first-admin/accounts.ts';
import { layout, PORTS } from './layout.ts';
import { changeSettings, type SettingChange } from './open-webui/settings.ts';
import type { OttoTask } from './otto-task.ts';

/** What Open WebUI says about its accounts, asked on this machine. */
export interface FirstAdminFacts {
  /** Undefined while it does not answer. */
  readonly config: PublicConfig | undefined;
  /** Something listens on its port, so there is an Open WebUI that may have accounts. */
  readonly there: boolean;
  /** What its database says; undefined where it was not asked, or cannot be. */
  readonly accounts: Accounts | undefined;
  /** What its container runs from. */
  readonly image: string | undefined;
}

const BASE = `http://127.0.0.1:${PORTS.openWebui}`;

/** Step 11, its second point: the administrator exists before anybody else can reach the page. */
export const firstAdminTask: OttoTask<FirstAdminFacts> = {
  id: 'first-admin',
  title: 'First account',
  step: 'Step 11',
  why:
    'Whoever signs up first becomes the administrator. So that account is made now, while only this machine can reach ' +
    'Open WebUI, and the sign-up is closed with it; only then nginx makes the page public.',
  needs: ['open-webui'],
  look,
  judge,
};

async function look(host: Host, answers: Answers): Promise<FirstAdminFacts> {
  const answer = await host.fetch(`${BASE}/api/config`, { timeoutMs: 10_000 });
  const config = answer.ok ? parsePublicConfig(answer.body) : undefined;
  const there = answer.ok || answer.failure !== 'refused';
  if (config === undefined || config.onboarding)
    return { config, there, accounts: undefined, image: undefined };
  const { container: name } = layout(answers).openWebui;
  const input = template('open-webui/read-accounts.py', { folder: '""' });
  const [container, asked] = await Promise.all([
    lookAtContainer(host, name),
    askDocker(host, pythonInside(name), { input, timeoutMs: 15_000 }),
  ]);
  return { config, there, accounts: parseAccounts(asked.stdout), image: container?.imageId };
}

function judge({ config, there, accounts, image }: FirstAdminFacts, answers: Answers): readonly Finding[] {
  if (config === undefined && there) return [notYetKnown()];
  if (config === undefined || config.onboarding) return [noAdmin(config, answers)];
  return [
    ...(accounts === undefined ? [] : judgeAccounts(accounts, answers)),
    ...(config.signUpOpen ? [signUpOpen(config.version, image, answers)] : []),
  ];
}

function notYetKnown(): Finding {
  return {
    code: 'accounts-not-known',
    severity: 'missing',
    saw: 'Open WebUI does not say yet whether it has accounts.',
    because: 'It is starting. Before it is known that there is no account, none is made.',
    fixes: [],
    watch: { everyMs: 2_000, forMs: 120_000 },
    ifSkipped: 'If there is no account, the first person who opens the page becomes the administrator.',
  };
}

function noAdmin(config: PublicConfig | undefined, answers: Answers): Finding {
  return {
    code: 'no-administrator',
    severity: 'missing',
    saw:
      config === undefined
        ? 'Open WebUI has no account yet.'
        : `Open WebUI ${config.version} has no account yet.`,
    because:
      'The first account becomes the administrator. Made before the page is public, nobody else can be first.',
    fixes: [
      {
        title: `Make ${answers.adminEmail} the administrator`,
        actions: [
          {
            kind: 'run',
            argv: CURL,
            input: curlInput([
              signUp(BASE, {
                name: answers.adminName,
                email: answers.adminEmail,
                password: answers.adminPassword,
              }),
            ]),
            purpose: `Make ${answers.adminEmail} the administrator`,
            timeoutMs: 90_000,
            knownFailures: [
              {
                pattern: 'returned error: 400',
                because: 'Open WebUI refuses this e-mail address or this password, by rules of its own.',
                next: 'Choose a longer password with letters of both kinds, digits and a sign (at most 72 bytes), or another address.',
              },
              {
                pattern: 'returned error: 403',
                because:
                  'Open WebUI takes no new accounts: its sign-in form is switched off, or somebody was faster.',
                next: 'Look at ENABLE_LOGIN_FORM and ENABLE_SIGNUP in its environment, then look again.',
              },
              {
                pattern: 'Failed to connect|Connection refused|Empty reply|timed out',
                because: 'Open WebUI does not answer at this moment.',
                next: 'Look again when it is up.',
              },
            ],
          },
        ],
      },
    ],
    ifSkipped: 'The first person who opens the page becomes the administrator, whoever that is.',
  };
}

function signUpOpen(version: string, image: string | undefined, answers: Answers): Finding {
  const table = hasRowPerSetting(version) ? 'key-value' : 'single-row';
  const away =
    table === 'key-value'
      ? ''
      : ' This release keeps its settings in memory, so Open WebUI is stopped for it: it is away for about half a minute.';
  return {
    code: 'sign-up-open',
    severity: 'risk',
    saw: 'Open WebUI lets everybody make an account.',
    because:
      'Each account there is, in effect, a terminal of the deploy user. Somebody opened the sign-up again after the first ' +
      'account. By hand: Admin Panel → Settings → General → Enable New Sign Ups.',
    fixes: [
      {
        title: 'Close the sign-up',
        actions: changeSettings(CLOSE_SIGN_UP, table, image ?? answers.openWebuiImage, answers),
        consequence: `People can no longer make accounts themselves. Changes Open WebUI's database, after a backup.${away}`,
      },
    ],
    ifSkipped: 'Whoever finds the page can make an account.',
  };
}

const CLOSE_SIGN_UP: readonly SettingChange[] = [
  { path: ['ui', 'enable_signup'], index: null, value: false },
];

/** Since 0.10 Open WebUI reads each setting from its database when it needs it (facts: open-webui A4). */
function hasRowPerSetting(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 0 || minor >= 10;
}
