import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { found } from '../finding.ts';
import { judgeAccess } from './access.ts';
import { setAside, setSignInAside } from './actions.ts';
import { judgeCli } from './cli.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { judgeKey } from './key.ts';
import type { ClaudeFacts } from './look.ts';
import { judgeReach, SIGN_IN_HOST } from './reach.ts';
import { signInFixes, signInNeeded } from './sign-in.ts';
import { judgeToken } from './token.ts';

const DAY_MS = 24 * 3_600_000;
/** A sign-in that ends sooner is announced. */
const SOON_MS = 4 * DAY_MS;

/** Pure. The connection to Claude first: while it is cut, nobody can know whether Claude accepts the credentials. */
export function judgeClaude(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  const token = judgeToken(facts, answers);
  const own = answers.claude === 'api-key' ? judgeForKey(facts, answers) : judgeForSignIn(facts, answers);
  return [...judgeReach(facts.unreached), ...token, ...own];
}

/** With a key nothing is needed here (the key itself is in Hermes's .env), but a sign-in must not override it. */
function judgeForKey(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.file === undefined || facts.file.signIn.kind !== 'usable') return judgeKey(facts, answers);
  const { credentials } = layout(answers).claude;
  return [
    found(FINDINGS['claude-sign-in-shadows-key'], {
      evidence: `${credentials} holds a sign-in to Claude, but an API key should be used.`,
      fixes: [
        {
          id: 'set-sign-in-aside',
          title: 'Set the sign-in to Claude aside',
          actions: setSignInAside(facts, answers, 'before-api-key', 'Set the sign-in to Claude aside'),
          consequence: `${answers.user} is signed out of the Claude CLI on this machine; the file is kept beside it.`,
        },
      ],
    }),
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
    found(FINDINGS['claude-renewal-hangs'], {
      evidence: `The sign-in must be renewed, and ${SIGN_IN_HOST} ${renewal === 'silent' ? 'accepts the request and does not answer' : `answers ${renewal}`}.`,
      watch: { everyMs: 5_000, forMs: 30_000 },
    }),
  ];
}

/** Two files with one sign-in: the one that is renewed first invalidates the other. */
function judgeCopies(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.copies.length === 0 || facts.file?.signIn.kind !== 'usable') return [];
  const { credentials } = layout(answers).claude;
  const who = facts.copies.map(({ user }) => user).join(' and ');
  return [
    found(FINDINGS['claude-sign-in-held-twice'], {
      evidence: `The sign-in in ${credentials} is also held by ${who}: ${facts.copies.map(({ path }) => path).join(', ')}.`,
      fixes: [
        {
          id: 'leave-to-user',
          title: `Keep the sign-in for ${answers.user} only`,
          actions: facts.copies.map(({ user, path }) =>
            setAside(user, path, `${path}.same-as-${answers.user}`, `Set the copy of ${user} aside`),
          ),
          consequence: `${who} is signed out of the Claude CLI on this machine; the file is kept beside it.`,
        },
      ],
    }),
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
    found(FINDINGS['claude-sign-in-ends-soon'], {
      evidence: `${credentials} is valid until ${new Date(ends).toISOString().slice(0, 10)}: ${days} more day${days === 1 ? '' : 's'}.`,
      fixes: signInFixes(facts, answers, 'A new sign-in replaces the current one.'),
    }),
  ];
}

/** A key or token in .env beside a sign-in: which one is used depends on Hermes's version. */
function judgeOtherKeys(facts: ClaudeFacts, answers: Answers): readonly Finding[] {
  if (facts.keysInEnv.length === 0 || facts.file?.signIn.kind !== 'usable') return [];
  const { envFile } = layout(answers).hermes;
  return [
    found(FINDINGS['claude-two-credentials'], {
      evidence: `${envFile} sets ${facts.keysInEnv.join(' and ')}, and there is also a sign-in.`,
    }),
  ];
}

function keyInstead(facts: ClaudeFacts, answers: Answers): Finding {
  return found(FINDINGS['claude-key-instead-of-sign-in'], {
    evidence: `Nobody is signed in to Claude; Hermes uses ${facts.keysInEnv.join(' and ')} from its .env.`,
    fixes: signInFixes(
      facts,
      answers,
      'A sign-in is added to the key; Hermes up to 0.19 then uses the sign-in.',
    ),
  });
}
