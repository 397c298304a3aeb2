import type { Answers } from '../../answers.ts';
import type { Finding, Fix } from '../../engine/task.ts';
import { layout } from '../layout.ts';
import { run, setAside } from './actions.ts';
import { judgeCli } from './cli.ts';
import type { ClaudeFacts } from './look.ts';
import { signInFixes, signInNeeded } from './sign-in.ts';

const DAY_MS = 24 * 3_600_000;
/** A sign-in that ends sooner is announced. */
const SOON_MS = 4 * DAY_MS;

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
  const file = judgeFile(facts, answers);
  // A sign-in that is needed brings the CLI with it.
  const brought = file.some(({ severity, fixes }) => severity !== 'risk' && fixes.some(signsIn));
  return [...(brought ? [] : judgeCli(facts, answers)), ...file, ...judgeOtherKeys(facts, answers)];
}

const signsIn = (fix: Fix) => fix.actions.some(({ kind }) => kind === 'converse');

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
    // As the user, whose folder it is by then: as root they would go through a link that was put there.
    ...(usable
      ? []
      : [
          {
            ...run(
              ['chmod', 'u+rwx', '--', claude.folder],
              `Let ${answers.user} enter and change it`,
              10_000,
            ),
            user: answers.user,
          },
        ]),
    {
      ...run(['chmod', '0600', '--', claude.credentials], 'Let nobody else read the tokens', 10_000),
      user: answers.user,
    },
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

const octal = (mode: number) => mode.toString(8).padStart(4, '0');
