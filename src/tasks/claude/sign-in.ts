import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding, Fix } from '../../engine/contracts/task.ts';
import { things } from '../../engine/contracts/thing.ts';
import { CLAUDE_ENV, loginArgv } from '../../system/claude/claude-cli.ts';
import type { ClaudeSignIn } from '../../system/claude/claude-credentials.ts';
import { setSignInAside } from './actions.ts';
import { cliInstallation, cliSeen } from './cli.ts';
import { keyFixes } from './key.ts';
import type { ClaudeFacts } from './look.ts';

/** What is known of plans and terms (facts: hermes 4.1); said where a sign-in is about to be made. */
export const PLANS =
  'What is known of the plans: through a sign-in, Hermes uses only the extra usage that was bought for a Claude Max plan, not what the plan itself includes, and a Pro plan does not work. Anthropic’s terms are reported to allow a subscription’s sign-in only in its own programs. An API key (paid per use, answer "api-key") has neither limit. Whether this account works is proved at the end with one real question.';

/** The finding that there is no usable sign-in. */
export function signInNeeded(facts: ClaudeFacts, answers: Answers, state: ClaudeSignIn): Finding {
  const { credentials } = layout(answers).claude;
  const words = signInWords(state, credentials);
  const fixes = signInFixes(facts, answers);
  const alone = answers.unattended
    ? ` Nobody is here to sign in: use an API key (claude: api-key), or run \`claude auth login\` as ${answers.user} before. A file copied from another machine does not last: the first renewal on either side ends both.`
    : '';
  return {
    ...words,
    saw: facts.cli === undefined ? `${words.saw} ${cliSeen(facts)}` : words.saw,
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

/** A guided sign-in, or a key in its place; without the CLI it is installed first, since there is nothing to sign in with. */
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
        ...(damaged ? setSignInAside(facts, answers, 'damaged', 'Set the damaged file aside') : []),
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
      ...(given !== undefined && { consequence: given }),
    },
    ...keyFixes(facts, answers),
  ];
}
