import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { things } from '../../engine/contracts/thing.ts';
import { CLAUDE_ENV, loginArgv } from '../../system/claude/claude-cli.ts';
import type { ClaudeSignIn } from '../../system/claude/claude-credentials.ts';
import { found } from '../finding.ts';
import { setSignInAside } from './actions.ts';
import { cliInstallation, cliSeen } from './cli.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { keyFixes } from './key.ts';
import type { ClaudeFacts } from './look.ts';

/** What is known about plans and terms (facts: hermes 4.1); shown before somebody signs in. */
const PLANS =
  'About the plans: with a sign-in, Hermes uses only extra usage bought for a Claude Max plan, not what the plan itself includes, and a Pro plan does not work. Anthropic’s terms are reported to allow a subscription’s sign-in only in its own programs. An API key (paid per use, answer "api-key") has neither limit. One real question at the end proves whether this account works.';

/** The finding that there is no usable sign-in. */
export function signInNeeded(facts: ClaudeFacts, answers: Answers, state: ClaudeSignIn): Finding {
  const { credentials } = layout(answers).claude;
  const { kind, seen } = signInWords(state, credentials);
  const fixes = signInFixes(facts, answers);
  const alone = answers.unattended
    ? `Nobody is here to sign in: use an API key (claude: api-key), or run \`claude auth login\` as ${answers.user} first. A file copied from another machine does not last: the first renewal on either side invalidates the other copy.`
    : '';
  return found(kind, {
    evidence: facts.cli === undefined ? `${seen} ${cliSeen(facts)}` : seen,
    severity: fixes.length === 0 ? 'blocked' : state.kind === 'none' ? 'missing' : 'broken',
    adds: alone === '' ? PLANS : `${PLANS} ${alone}`,
    fixes,
  });
}

function signInWords(state: ClaudeSignIn, path: string) {
  switch (state.kind) {
    case 'malformed':
      return {
        kind: FINDINGS['claude-credentials-damaged'],
        seen: `${path} cannot be read: ${state.detail}.`,
      };
    case 'blanked':
      return { kind: FINDINGS['claude-sign-in-used-up'], seen: `${path} holds empty tokens.` };
    case 'expired':
      return {
        kind: FINDINGS['claude-sign-in-expired'],
        seen: `The sign-in in ${path} ended on ${new Date(state.since).toISOString().slice(0, 10)} and nothing can renew it.`,
      };
    case 'wrong-scope':
      return {
        kind: FINDINGS['claude-sign-in-without-inference'],
        seen: `The sign-in in ${path} covers only ${state.scopes.join(', ')}.`,
      };
    default:
      return { kind: FINDINGS['claude-not-signed-in'], seen: `There is no sign-in to Claude at ${path}.` };
  }
}

/** A guided sign-in, or a key instead; if the CLI is missing, it is installed first, since nothing else can sign in. */
export function signInFixes(facts: ClaudeFacts, answers: Answers, consequence?: string): readonly Fix[] {
  const installation = cliInstallation(facts, answers);
  if (answers.unattended) return [];
  if (facts.cli === undefined && installation === undefined) return keyFixes(facts, answers);
  const { claude, home } = layout(answers);
  const given = [consequence, installation?.consequence].filter(Boolean).join(' ') || undefined;
  const damaged = facts.file?.signIn.kind === 'malformed';
  const cli = facts.cli?.path ?? claude.command;
  return [
    {
      id: 'sign-in',
      title: 'Sign in to Claude',
      actions: [
        ...(installation?.actions ?? []),
        ...(damaged ? setSignInAside(facts, answers, 'damaged', 'Set the damaged sign-in file aside') : []),
        {
          kind: 'converse',
          dialogue: 'claude-login',
          argv: loginArgv(cli),
          purpose: `Sign ${answers.user} in to Claude`,
          makes: things('sign-in', claude.credentials),
          user: answers.user,
          env: { ...CLAUDE_ENV, HOME: home },
          timeoutMs: 40 * 60_000,
        },
      ],
      consequence: given,
    },
    ...keyFixes(facts, answers),
  ];
}
