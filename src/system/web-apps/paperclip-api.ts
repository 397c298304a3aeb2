import type { Secret } from '../../secret/secret.ts';
import { object, parseJson, text } from '../formats/json.ts';
import { type CurlRequest, secretJson } from '../network/curl.ts';

/** What Paperclip says about itself to everybody (`GET /api/health`). */
export interface PaperclipHealth {
  /** 'ok', 'starting', 'unhealthy' */
  readonly status: string;
  /** Nobody has claimed it yet: the first signed-in visitor who does becomes its administrator. */
  readonly unclaimed: boolean;
  readonly error: string;
}

/** A shell's words in its container or image that print its package.json: what runs does not say its version itself. */
export const PRINT_PACKAGE =
  'for at in node_modules/paperclipai cli server .; do cat "/app/$at/package.json" 2>/dev/null && break; done';

/**
 * Reads `/api/health`; undefined for anything else. Only the body tells: every path outside /api answers 200 with the
 * page, and a starting server answers 200 too (facts: paperclip, Is it healthy?).
 */
export function parsePaperclipHealth(body: string): PaperclipHealth | undefined {
  const found = object(parseJson(body));
  const status = text(found.status);
  if (status === '' || !('deploymentMode' in found || 'bootstrapStatus' in found || 'error' in found))
    return undefined;
  return {
    status,
    unclaimed: text(found.bootstrapStatus) === 'bootstrap_pending',
    error: text(found.error),
  };
}

/**
 * The requests that make an account administrator of a Paperclip that nobody has claimed. Signing up fails when a run
 * that was cut off has made the account already, so its status does not count; signing in and claiming do.
 */
export function claimRequests(
  base: string,
  account: { readonly name: string; readonly email: string; readonly password: Secret },
): readonly CurlRequest[] {
  const { name, email, password } = account;
  // Without an Origin the claim is refused with 403.
  const headers = { Origin: base };
  return [
    {
      url: `${base}/api/auth/sign-up/email`,
      headers,
      json: secretJson({ name, email, password }),
      anyStatus: true,
    },
    { url: `${base}/api/auth/sign-in/email`, headers, json: secretJson({ email, password }) },
    { url: `${base}/api/bootstrap/claim`, headers, json: '{}' },
  ];
}
