import type { Answers } from '../../answers.ts';
import type { Action } from '../../engine/action.ts';
import type { Finding, Fix } from '../../engine/task.ts';
import { installPackages } from '../../system/apt.ts';
import { CLAUDE_ENV, cliBinary, installCliArgv, loginArgv, NPM_FAILURES } from '../../system/claude-cli.ts';
import type { ClaudeSignIn } from '../../system/claude-credentials.ts';
import { layout } from '../layout.ts';
import type { ClaudeFacts } from './look.ts';

const DAY_MS = 24 * 3_600_000;
/** A sign-in that ends sooner is announced. */
const SOON_MS = 4 * DAY_MS;

/** What is known of plans and terms (facts: hermes 4.1); said where a sign-in is about to be made. */
export const PLANS =
  'What is known of the plans: through a sign-in, Hermes uses only the extra usage that was bought for a Claude Max plan, not what the plan itself includes, and a Pro plan does not work. Anthropic’s terms are reported to allow a subscription’s sign-in only in its own programs. An API key (paid per use, answer "api-key") has neither limit. Whether this account works is proved at the end with one real question.';

export function judgeClaude(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  return answers.claude === 'api-key' ? judgeForKey(facts, answers) : judgeForSignIn(facts, answers);
}

/** With a key nothing is needed here (the key itself stands in Hermes's .env), but a sign-in must not win over it. */
function judgeForKey(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.file === undefined || facts.file.signIn.kind !== 'usable') return [];
  const { credentials } = layout(answers).claude;
  return [
    {
      code: 'claude-sign-in-shadows-key',
      severity: 'broken',
      saw: `${credentials} holds a sign-in to Claude, and an API key is to be used.`,
      because:
        'Hermes up to 0.19 takes that sign-in first and never sends the key: the wrong account pays, and what the plan does not allow fails.',
      fixes: [
        {
          title: 'Set the sign-in aside',
          actions: [
            setAside(credentials, `${credentials}.before-api-key`, 'Set the sign-in to Claude aside'),
          ],
          consequence: `${answers.user} is signed out of the Claude CLI on this machine; the file is kept beside it.`,
        },
      ],
      ifSkipped: 'Hermes goes on with the sign-in and not with the key.',
    },
  ];
}

function judgeForSignIn(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  return [...judgeCli(facts, answers), ...judgeFile(facts, answers), ...judgeOtherKeys(facts, answers)];
}

/** The CLI is what signs in, and what a person uses to sign in again later. */
function judgeCli(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.cli !== undefined) return [];
  const { claude, opt } = layout(answers);
  const finding = {
    code: 'claude-cli-missing',
    saw: facts.cliHalfInstalled
      ? 'The Claude CLI is there, but it does not start: its installation was cut off.'
      : 'The Claude CLI is not installed.',
    ifSkipped: 'Nobody can sign in to Claude on this machine.',
  };
  if (facts.platform === undefined) {
    return [
      {
        ...finding,
        severity: 'blocked',
        because:
          'Claude has a CLI for x86-64 and arm64 only. An API key works on every machine (answer "api-key").',
        fixes: [],
      },
    ];
  }
  const binary = cliBinary(claude.cliFolder, facts.platform);
  const install: Action[] = [
    ...(facts.cliHalfInstalled
      ? [
          run(
            ['rm', '-rf', '--', `${claude.cliFolder}/node_modules`],
            'Remove the unfinished Claude CLI',
            60_000,
          ),
        ]
      : []),
    run(['mkdir', '-p', '--', opt], `Make ${opt}`, 10_000),
    {
      kind: 'run',
      argv: installCliArgv(claude.cliFolder, facts.platform),
      purpose: 'Install the Claude CLI',
      env: { npm_config_update_notifier: 'false' },
      timeoutMs: 15 * 60_000,
      knownFailures: NPM_FAILURES,
    },
    run(['ln', '-sfn', '--', binary, claude.command], `Make it callable as ${claude.command}`, 10_000),
  ];
  const because =
    'It makes the sign-in that Hermes uses, and renews it later. It is installed for root to own, from npm’s package for this machine, without running any script of it; about 400 MB.';
  const fix: Fix = facts.npm
    ? { title: 'Install the Claude CLI', actions: install }
    : {
        title: 'Install npm, then the Claude CLI',
        actions: [installPackages(['npm']), ...install],
        consequence: 'The distribution’s npm brings some hundred small packages with it.',
      };
  return [
    {
      ...finding,
      severity: 'missing',
      because: facts.npm ? because : `${because} npm, which fetches it, is missing too.`,
      fixes: [fix],
    },
  ];
}

function judgeFile(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  const { credentials } = layout(answers).claude;
  if (facts.file === undefined) {
    return facts.keysInEnv.length > 0
      ? [keyInstead(facts, answers)]
      : [signInNeeded(facts, answers, { kind: 'none' })];
  }
  const access = judgeAccess(facts, answers);
  const { signIn } = facts.file;
  if (signIn.kind !== 'usable') return [...access, signInNeeded(facts, answers, signIn)];
  const ends = signIn.refreshUntil ?? (signIn.refreshable ? undefined : signIn.accessUntil);
  if (ends === undefined || ends - facts.now > SOON_MS) return access;
  const days = Math.max(1, Math.round((ends - facts.now) / DAY_MS));
  return [
    ...access,
    {
      code: 'claude-sign-in-ends-soon',
      severity: 'risk',
      saw: `${credentials} is good until ${new Date(ends).toISOString().slice(0, 10)}: ${days} more day${days === 1 ? '' : 's'}.`,
      because: 'After that nothing renews it by itself, and every chat fails until a person signs in again.',
      fixes: signInFixes(facts, answers, 'The sign-in of now is replaced by a new one.'),
      ifSkipped: 'Chats fail from that day on.',
    },
  ];
}

/** Hermes renews the tokens and writes them back: a file that it cannot write leaves a used-up token behind. */
function judgeAccess(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  const { folder, file } = facts;
  if (folder === undefined || file === undefined) return [];
  const { claude, owner } = layout(answers);
  const open = (file.mode & 0o077) !== 0;
  const usable = file.readable && file.writable && folder.writable && folder.enterable;
  if (usable && !open) return [];
  const actions = [
    ...(usable
      ? []
      : [
          run(
            ['chown', '-Rh', owner, '--', claude.folder],
            `Give ${claude.folder} to ${answers.user}`,
            30_000,
          ),
        ]),
    ...(usable
      ? []
      : [run(['chmod', 'u+rwx', '--', claude.folder], `Let ${answers.user} enter and change it`, 10_000)]),
    run(['chmod', '0600', '--', claude.credentials], 'Let nobody else read the tokens', 10_000),
  ];
  if (usable) {
    return [
      {
        code: 'claude-credentials-readable-by-others',
        severity: 'broken',
        saw: `${claude.credentials} has mode ${octal(file.mode)}.`,
        because: 'Other users of this machine can read the tokens in it and use the account.',
        fixes: [{ title: 'Let only the deploy user read it', actions }],
      },
    ];
  }
  const cannot = [
    ...(folder.enterable ? [] : ['enter the folder']),
    ...(folder.writable ? [] : ['write in the folder']),
    ...(file.readable ? [] : ['read the file']),
    ...(file.writable ? [] : ['write the file']),
  ];
  return [
    {
      code: 'claude-credentials-not-usable-by-user',
      severity: 'broken',
      saw: `${answers.user} cannot ${cannot.join(', nor ')}: ${claude.credentials} belongs to ${file.owner} (${octal(file.mode)}), its folder to ${folder.owner}.`,
      because:
        'Hermes runs as that user, reads the tokens, renews them every eight hours and writes them back. A file that it cannot read looks to it like no sign-in at all; one that it cannot write keeps a token that is used up, and the next renewal fails for good.',
      fixes: [{ title: `Give it to ${answers.user}`, actions }],
      ifSkipped: 'Every chat fails with "No Anthropic credentials found".',
    },
  ];
}

/** A key or token in .env beside a sign-in: which one is used depends on Hermes's version. */
function judgeOtherKeys(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.keysInEnv.length === 0 || facts.file?.signIn.kind !== 'usable') return [];
  const { envFile } = layout(answers).hermes;
  return [
    {
      code: 'claude-two-credentials',
      severity: 'risk',
      saw: `${envFile} sets ${facts.keysInEnv.join(' and ')}, and there is a sign-in too.`,
      because:
        'Hermes up to 0.19 sends the sign-in, later ones the API key: an update may silently change which account pays. Keep one of the two.',
      fixes: [],
    },
  ];
}

function keyInstead(facts: ClaudeFacts, answers: Answers): Finding {
  return {
    code: 'claude-key-instead-of-sign-in',
    severity: 'risk',
    saw: `Nobody is signed in to Claude; Hermes uses ${facts.keysInEnv.join(' and ')} from its .env.`,
    because: 'That works, but the answers say that Otto is to use a sign-in.',
    fixes: signInFixes(
      facts,
      answers,
      'A sign-in comes beside the key; Hermes up to 0.19 then uses the sign-in.',
    ),
  };
}

function signInNeeded(facts: ClaudeFacts, answers: Answers, state: ClaudeSignIn): Finding {
  const { credentials } = layout(answers).claude;
  const words = signInWords(state, credentials);
  const fixes = signInFixes(facts, answers);
  const alone = answers.unattended
    ? ` Nobody is here to sign in: use an API key (claude: api-key), or run \`claude auth login\` as ${answers.user} before. A file copied from another machine does not last: the first renewal on either side ends both.`
    : '';
  return {
    ...words,
    severity: fixes.length === 0 ? 'blocked' : state.kind === 'none' ? 'missing' : 'broken',
    because: `${words.because} ${PLANS}${alone}`,
    fixes,
    ifSkipped: 'Hermes starts and shows its model, but every chat fails.',
  };
}

function signInWords(state: ClaudeSignIn, path: string): Pick<Finding, 'code' | 'saw' | 'because'> {
  switch (state.kind) {
    case 'malformed':
      return {
        code: 'claude-credentials-damaged',
        saw: `${path} cannot be read: ${state.detail}.`,
        because:
          'For Hermes that is the same as no sign-in. A new one replaces the file; the damaged one is kept.',
      };
    case 'blanked':
      return {
        code: 'claude-sign-in-used-up',
        saw: `${path} holds empty tokens.`,
        because:
          'The Claude CLI empties them when Claude refuses to renew them: the sign-in was revoked, or the same file was used on another machine, where the first renewal ends every copy.',
      };
    case 'expired':
      return {
        code: 'claude-sign-in-expired',
        saw: `The sign-in in ${path} ended on ${new Date(state.since).toISOString().slice(0, 10)} and nothing can renew it.`,
        because: 'Renewal works for about 27 days without use; then a person has to sign in again.',
      };
    case 'wrong-scope':
      return {
        code: 'claude-sign-in-without-inference',
        saw: `The sign-in in ${path} is good for ${state.scopes.join(', ')} only.`,
        because: 'Chats need the scope user:inference; a sign-in to the console does not have it.',
      };
    default:
      return {
        code: 'claude-not-signed-in',
        saw: `There is no sign-in to Claude at ${path}.`,
        because: 'Hermes sends every chat to Claude with the sign-in of the deploy user.',
      };
  }
}

function signInFixes(facts: ClaudeFacts, answers: Answers, consequence?: string): readonly Fix[] {
  if (answers.unattended) return [];
  const { claude, home } = layout(answers);
  const damaged = facts.file?.signIn.kind === 'malformed';
  const cli = facts.cli?.path ?? claude.command;
  return [
    {
      title: 'Sign in to Claude',
      actions: [
        ...(damaged
          ? [setAside(claude.credentials, `${claude.credentials}.damaged`, 'Set the damaged file aside')]
          : []),
        {
          kind: 'converse',
          dialogue: 'claude-login',
          argv: loginArgv(cli),
          purpose: `Sign ${answers.user} in to Claude`,
          user: answers.user,
          env: { ...CLAUDE_ENV, HOME: home },
          timeoutMs: 40 * 60_000,
        },
      ],
      ...(consequence !== undefined && { consequence }),
    },
  ];
}

function setAside(path: string, to: string, purpose: string): Action {
  return run(['mv', '--backup=numbered', '-T', '--', path, to], purpose, 10_000);
}

function run(argv: [string, ...string[]], purpose: string, timeoutMs: number): Action {
  return { kind: 'run', argv, purpose, timeoutMs };
}

const octal = (mode: number) => mode.toString(8).padStart(4, '0');
