/**
 * The tokens of the Claude stand-in. They carry their own expiry and a signature, so a login in a droplet's saved
 * state is still good in a later run of the small internet; what was revoked or used up is remembered per run.
 */
import { createHmac, randomBytes } from 'node:crypto';

/** How long an access token lives: 8 hours, in seconds. */
export const ACCESS_TOKEN_SECONDS = 8 * 3600;

/** How long a refresh token lives: 27.7 days, in seconds. */
export const REFRESH_TOKEN_SECONDS = Math.round(27.7 * 86_400);

const PREFIX = { access: 'sk-ant-oat01-', refresh: 'sk-ant-ort01-' } as const;

// No secret: these tokens open nothing but the stand-in.
const SIGNING_KEY = 'small internet';

/** What a token is for. */
export type TokenKind = keyof typeof PREFIX;

/** Issues tokens and knows which are good. */
export interface TokenStore {
  /** A new token of that kind, good for `seconds`. */
  issue(kind: TokenKind, seconds: number): string;
  /** True for a token of that kind that we signed and that is neither expired nor revoked. */
  accepts(kind: TokenKind, token: string): boolean;
  /** Makes one token worthless: used up, or logged out. */
  revoke(token: string): void;
  /** Makes every token issued so far worthless, as an administrator's "log out everywhere" does. */
  revokeAll(): void;
}

/** Makes a store; `now` (milliseconds) is for tests. */
export function createTokenStore(now: () => number = Date.now): TokenStore {
  const revoked = new Set<string>();
  let epoch = 0;
  const sign = (kind: TokenKind, claims: string): string =>
    createHmac('sha256', SIGNING_KEY).update(`${kind} ${claims}`).digest('base64url');
  return {
    issue: (kind, seconds) => {
      const expires = Math.floor(now() / 1000) + seconds;
      const claims = Buffer.from(`${now()}.${expires}.${randomBytes(9).toString('hex')}`).toString(
        'base64url',
      );
      return `${PREFIX[kind]}${claims}-${sign(kind, claims)}`;
    },
    accepts: (kind, token) => {
      if (!token.startsWith(PREFIX[kind]) || revoked.has(token)) return false;
      const claims = token.slice(PREFIX[kind].length, -44);
      if (token.slice(-44) !== `-${sign(kind, claims)}`) return false;
      const [issued, expires] = Buffer.from(claims, 'base64url').toString().split('.').map(Number);
      return (issued ?? 0) >= epoch && (expires ?? 0) * 1000 > now();
    },
    revoke: (token) => void revoked.add(token),
    revokeAll: () => {
      epoch = now() + 1;
    },
  };
}
