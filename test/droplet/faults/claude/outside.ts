import type { MessagePlay } from '../../internet/claude/plays.ts';
import type { Fault } from '../fault.ts';
import { over, switchToKey, switchToSignIn, writeSignIn } from './account.ts';

/** What Claude itself answers: most of it reaches Open WebUI as HTTP 200, with the error where the answer belongs. */
const said = (
  name: string,
  play: MessagePlay,
  code: string,
  title: string,
  signsInWith: typeof switchToKey | typeof switchToSignIn = switchToKey,
): Fault => ({
  name,
  group: 'claude',
  title,
  code,
  touches: ['claude'],
  break: async (context) => {
    await signsInWith(context);
    await context.internet.claude.play(play);
  },
  repair: ({ internet }) => internet.claude.play('normal'),
});

export const outsideFaults: readonly Fault[] = [
  said(
    'claude-network-refuses',
    'network-refuses',
    'claude-network-refuses',
    'The network in front of Claude answers 403 with a page of its own, before it looks at any account',
  ),
  said('claude-no-credit', 'credit-balance', 'claude-credit-empty', 'The API account has no credit left'),
  said('claude-rate-limited', 'rate-limited', 'claude-rate-limited', 'Claude answers 429'),
  said(
    'claude-rate-limited-for-long',
    'rate-limited-retry-after',
    'claude-rate-limited',
    'Claude answers 429 and says when to come back: Hermes is silent for 41 s',
  ),
  said('claude-overloaded', 'overloaded', 'claude-overloaded', 'Claude answers 529 Overloaded'),
  said('claude-server-error', 'server-error', 'claude-server-error', 'Claude answers 500'),
  said('claude-unknown-model', 'unknown-model', 'claude-model-unknown', 'Claude does not know the model'),
  said('claude-answer-cut', 'cut', 'claude-answer-cut', 'Answers break off in the middle'),
  said(
    'claude-oauth-not-allowed',
    'oauth-not-allowed',
    'claude-oauth-not-allowed',
    'The organisation does not allow signing in like this',
    switchToSignIn,
  ),
  said(
    'claude-scope',
    'missing-scope',
    'claude-scope-missing',
    'Claude says that the sign-in lacks user:inference',
    switchToSignIn,
  ),
  said(
    'claude-out-of-extra-usage',
    'out-of-extra-usage',
    'claude-extra-usage',
    'The extra usage of the plan is used up',
    switchToSignIn,
  ),
  said(
    'claude-third-party',
    'third-party',
    'claude-extra-usage',
    'Claude counts Hermes as a third-party app, and no extra usage was bought',
    switchToSignIn,
  ),
  {
    name: 'claude-revoked',
    group: 'claude',
    title: 'Logged out everywhere: Claude refuses the token of the sign-in',
    code: 'claude-token-refused',
    repair: 'dialogue',
    touches: ['claude'],
    break: async (context) => {
      await switchToSignIn(context);
      await context.internet.claude.revokeAll();
    },
  },
  {
    name: 'claude-renewal-refused',
    group: 'claude',
    title: 'The sign-in is over and Claude refuses to renew it (invalid_grant): a copy was renewed elsewhere',
    code: 'claude-sign-in-not-renewed',
    repair: 'dialogue',
    touches: ['claude'],
    break: async (context) => {
      await writeSignIn(context, over(await switchToSignIn(context)));
      await context.internet.claude.revokeAll();
    },
  },
  {
    name: 'claude-renewal-hangs',
    group: 'claude',
    title: 'The token endpoint takes the request for a renewal and never answers',
    code: 'claude-renewal-hangs',
    touches: ['claude'],
    break: async (context) => {
      await writeSignIn(context, over(await switchToSignIn(context)));
      await context.internet.claude.playToken('hang');
    },
    repair: ({ internet }) => internet.claude.playToken('normal'),
  },
];
