/**
 * The sign-in of Claude: the page that a person opens in a browser, and the codes that it shows. The page itself is
 * not imitated; what it shows in the end is: `code#state`.
 */
import { createHash, randomBytes } from 'node:crypto';

/** The codes that were shown and not yet used. */
export interface SignIns {
  /**
   * What the person's browser shows after they opened `link` and agreed: `code#state`.
   * Throws if the link is none of Claude's sign-in links, or lacks its PKCE challenge.
   */
  authorize(link: string): string;
  /** True, once, for a code that was shown for the challenge that `verifier` answers (RFC 7636, S256). */
  redeem(code: string, verifier: string): boolean;
}

const SIGN_IN_PAGES: Readonly<Record<string, string>> = {
  'claude.ai': '/oauth/authorize',
  'claude.com': '/cai/oauth/authorize',
  'platform.claude.com': '/oauth/authorize',
};

/** Starts with no codes. */
export function createSignIns(): SignIns {
  const challenges = new Map<string, string>();
  return {
    authorize: (link) => {
      const { challenge, state } = readSignInLink(link);
      const code = randomBytes(32).toString('base64url');
      challenges.set(code, challenge);
      return `${code}#${state ?? randomBytes(32).toString('base64url')}`;
    },
    redeem: (code, verifier) => {
      const challenge = challenges.get(code);
      challenges.delete(code);
      return challenge !== undefined && challenge === challengeOf(verifier);
    },
  };
}

/** The PKCE challenge (S256) of a verifier. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/**
 * Reads what a sign-in link carries. The long form names `code_challenge` and `state`; the short form's query is one
 * word, a mask of scopes followed by the 43 characters of the challenge, and carries no state.
 */
export function readSignInLink(link: string): { challenge: string; state: string | undefined } {
  const url = new URL(link);
  if (SIGN_IN_PAGES[url.hostname] !== url.pathname) throw new Error(`not a sign-in page of Claude: ${link}`);
  const short = /^\?[\w-]{1,4}?([\w-]{43})(?:&|$)/.exec(url.search)?.[1];
  const challenge = url.searchParams.get('code_challenge') ?? short;
  if (!challenge || !/^[\w-]{43}$/.test(challenge)) throw new Error(`no PKCE challenge in ${link}`);
  return { challenge, state: url.searchParams.get('state') ?? undefined };
}
