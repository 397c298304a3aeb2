import * as z from 'zod/mini';

/**
 * ~/.claude/.credentials.json, which the Claude CLI and Hermes share. Both rewrite it. After a refresh by Hermes
 * subscriptionType, rateLimitTier and refreshTokenExpiresAt are gone, so none of them may be required (facts: claude-cli).
 */
const Time = z.catch(z.optional(z.number()), undefined);
const File = z.looseObject({
  claudeAiOauth: z.optional(
    z.looseObject({
      accessToken: z.catch(z.string(), ''),
      refreshToken: z.catch(z.nullish(z.string()), undefined),
      /** ms since 1970; 0 or absent: Hermes takes it as "never". */
      expiresAt: Time,
      refreshTokenExpiresAt: Time,
      scopes: z.catch(z.optional(z.array(z.string())), undefined),
      subscriptionType: z.catch(z.nullish(z.string()), undefined),
    }),
  ),
});

/** What a credentials file is good for; no token in it. Times in ms since 1970. */
export type ClaudeSignIn =
  /** It can be used; `accessUntil` past means that it is refreshed at the next use. */
  | {
      readonly kind: 'usable';
      readonly accessUntil?: number;
      readonly refreshable: boolean;
      /** Then a person has to sign in again. */
      readonly refreshUntil?: number;
      readonly subscription?: string;
    }
  | { readonly kind: 'malformed'; readonly detail: string }
  /** Valid JSON without a sign-in in it. */
  | { readonly kind: 'none' }
  /** The CLI empties both tokens when the token endpoint refuses them: used elsewhere, revoked. */
  | { readonly kind: 'blanked' }
  /** Nothing can refresh it any more. */
  | { readonly kind: 'expired'; readonly since: number }
  /** Signed in for something else: Claude Code and Hermes need user:inference. */
  | { readonly kind: 'wrong-scope'; readonly scopes: readonly string[] };

/** Judges the file's text as of `now`. Never throws; nothing of the tokens is in the result. */
export function readCredentials(text: string, now: number): ClaudeSignIn {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own words quote the text, and that is a token.
    return { kind: 'malformed', detail: text.trim() === '' ? 'it is empty' : 'it is not JSON' };
  }
  const file = File.safeParse(json);
  if (!file.success) return { kind: 'malformed', detail: 'it does not look like what the CLI writes' };
  const oauth = file.data.claudeAiOauth;
  if (oauth === undefined) return { kind: 'none' };
  const refreshable = typeof oauth.refreshToken === 'string' && oauth.refreshToken !== '';
  if (oauth.accessToken === '' && !refreshable) return { kind: 'blanked' };

  const accessUntil = oauth.expiresAt === 0 ? undefined : oauth.expiresAt;
  const refreshUntil = oauth.refreshTokenExpiresAt === 0 ? undefined : oauth.refreshTokenExpiresAt;
  const accessOver = oauth.accessToken === '' || (accessUntil !== undefined && accessUntil <= now);
  const refreshOver = !refreshable || (refreshUntil !== undefined && refreshUntil <= now);
  if (accessOver && refreshOver)
    return { kind: 'expired', since: (refreshable ? refreshUntil : accessUntil) ?? now };
  if (oauth.scopes !== undefined && oauth.scopes.length > 0 && !oauth.scopes.includes('user:inference')) {
    return { kind: 'wrong-scope', scopes: oauth.scopes };
  }
  return {
    kind: 'usable',
    refreshable,
    accessUntil,
    ...(refreshable && refreshUntil !== undefined && { refreshUntil }),
    ...(oauth.subscriptionType && { subscription: oauth.subscriptionType }),
  };
}

/**
 * Whether two credentials files hold the same sign-in: one of their tokens is the same. False for text that is not a
 * credentials file.
 */
export function sameSignIn(one: string, other: string): boolean {
  const [first, second] = [tokensIn(one), tokensIn(other)];
  return first.some((token) => second.includes(token));
}

function tokensIn(text: string): readonly string[] {
  try {
    const oauth = File.parse(JSON.parse(text)).claudeAiOauth;
    return [oauth?.accessToken, oauth?.refreshToken].filter(
      (token): token is string => typeof token === 'string' && token !== '',
    );
  } catch {
    return [];
  }
}
