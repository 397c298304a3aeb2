import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding, Fix } from '../../engine/contracts/task.ts';
import { judgeAccess } from './access.ts';
import { setAside, setSignInAside } from './actions.ts';
import { judgeCli } from './cli.ts';
import { judgeKey } from './key.ts';
import type { ClaudeFacts } from './look.ts';
import { judgeReach, SIGN_IN_HOST } from './reach.ts';
import { signInFixes, signInNeeded } from './sign-in.ts';

const DAY_MS = 24 * 3_600_000;
/** A sign-in that ends sooner is announced. */
const SOON_MS = 4 * DAY_MS;

/** Pure. The way to Claude first: while it is cut, whether Claude accepts anybody cannot be known. */
export function judgeClaude(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  const own = answers.claude === 'api-key' ? judgeForKey(facts, answers) : judgeForSignIn(facts, answers);
  return [...judgeReach(facts.unreached), ...own];
}

/** With a key nothing is needed here (the key itself stands in Hermes's .env), but a sign-in must not win over it. */
function judgeForKey(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.file === undefined || facts.file.signIn.kind !== 'usable') return judgeKey(facts, answers);
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
          id: 'set-sign-in-aside',
          title: 'Set the sign-in aside',
          actions: setSignInAside(facts, answers, 'before-api-key', 'Set the sign-in to Claude aside'),
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
  return [
    ...(brought ? [] : judgeCli(facts, answers)),
    ...file,
    ...judgeRenewal(facts),
    ...judgeCopies(facts, answers),
    ...judgeOtherKeys(facts, answers),
  ];
}

/** Hermes says "No Anthropic credentials found" to it, after twenty seconds. */
function judgeRenewal({ renewal, unreached }: ClaudeFacts): readonly Finding[] {
  const fails = renewal === 'silent' || (renewal !== undefined && (renewal >= 500 || renewal === 429));
  // A host that is not reached at all is a finding already.
  if (!fails || unreached.some(({ host }) => host === SIGN_IN_HOST)) return [];
  return [
    {
      code: 'claude-renewal-hangs',
      severity: 'blocked',
      saw: `The sign-in has to be renewed, and ${SIGN_IN_HOST} ${renewal === 'silent' ? 'takes the request and does not answer' : `answers ${renewal}`}.`,
      because:
        'Each access token is good for eight hours; Hermes then renews it at Claude’s token endpoint before it asks anything. While that fails, every message ends after twenty seconds with "No Anthropic credentials found", although somebody is signed in. Nothing has to be changed here: status.claude.com shows outages, and the next message after it works by itself.',
      fixes: [],
      watch: { everyMs: 5_000, forMs: 30_000 },
      ifSkipped: 'Every message fails until the token endpoint answers.',
    },
  ];
}

/** Two files with one sign-in: whichever is renewed first makes the other worthless. */
function judgeCopies(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.copies.length === 0 || facts.file?.signIn.kind !== 'usable') return [];
  const { credentials } = layout(answers).claude;
  const who = facts.copies.map(({ user }) => user).join(' and ');
  return [
    {
      code: 'claude-sign-in-held-twice',
      severity: 'broken',
      saw: `The sign-in in ${credentials} is also held by ${who}: ${facts.copies.map(({ path }) => path).join(', ')}.`,
      because:
        'A sign-in can be renewed only once with each of its tokens. Whoever renews first, at the latest after eight hours, gets new ones; the other copy is refused from then on, and Hermes with it if it was the slower one. Every user and every machine needs a sign-in of its own.',
      fixes: [
        {
          id: 'leave-to-user',
          title: `Leave it to ${answers.user} alone`,
          actions: facts.copies.map(({ user, path }) =>
            setAside(user, path, `${path}.same-as-${answers.user}`, `Set the copy of ${user} aside`),
          ),
          consequence: `${who} is signed out of the Claude CLI on this machine; the file is kept beside it.`,
        },
      ],
      ifSkipped: 'It works until one of them renews it; then every chat may fail at once.',
    },
  ];
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
