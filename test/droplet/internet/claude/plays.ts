/** The failures of Claude's API and of its token endpoint that the stand-in can play (facts: claude-cli, Hermes). */
import { type Answer, json } from '../exchange.ts';

/** What POST /v1/messages does. `normal` answers, `declines-tools` answers without using any; the connection's own failures are the host's faults. */
export const MESSAGE_PLAYS = [
  'normal',
  'declines-tools',
  'unauthorized',
  'oauth-not-allowed',
  'missing-scope',
  'network-refuses',
  'out-of-extra-usage',
  'third-party',
  'credit-balance',
  'rate-limited',
  'rate-limited-retry-after',
  'overloaded',
  'server-error',
  'unknown-model',
  'silent',
  'cut',
] as const;

/** What POST /v1/oauth/token does. `normal` judges the code or the refresh token. */
export const TOKEN_PLAYS = ['normal', 'invalid-grant', 'hang', 'server-error', 'rate-limited'] as const;

export type MessagePlay = (typeof MESSAGE_PLAYS)[number];
export type TokenPlay = (typeof TOKEN_PLAYS)[number];

/** What decides the words of a failure: how the caller signs in, and which model it asked for. */
export interface MessageRequest {
  readonly signsInWith: 'oauth' | 'key';
  readonly model: string;
}

/** Seconds in the Retry-After header of `rate-limited-retry-after`. */
export const RETRY_AFTER_SECONDS = 20;

/**
 * The answer of a failed POST /v1/messages; undefined for the plays that are none (`normal`,
 * `declines-tools`, `silent`, `cut`).
 */
export function messageFailure(
  play: MessagePlay,
  { signsInWith, model }: MessageRequest,
): Answer | undefined {
  switch (play) {
    case 'unauthorized':
      return failure(
        401,
        'authentication_error',
        signsInWith === 'key' ? 'invalid x-api-key' : 'Invalid bearer token',
      );
    case 'oauth-not-allowed':
      return failure(
        403,
        'permission_error',
        'OAuth authentication is currently not allowed for this organization.',
      );
    case 'missing-scope':
      return failure(403, 'permission_error', 'OAuth token does not meet scope requirement user:inference');
    case 'network-refuses':
      // What is in front of the API answers with a page; 'forbidden' is its word.
      return {
        status: 403,
        headers: { 'content-type': 'text/html; charset=UTF-8' },
        body: '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>',
      };
    case 'out-of-extra-usage':
      return failure(
        400,
        'invalid_request_error',
        "You're out of extra usage. Add more at claude.ai/settings/usage and keep going.",
      );
    case 'third-party':
      return failure(
        400,
        'invalid_request_error',
        'Third-party apps now draw from your extra usage, not your plan limits. Add more at claude.ai/settings/usage and keep going.',
      );
    case 'credit-balance':
      return failure(
        400,
        'invalid_request_error',
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      );
    case 'rate-limited':
      return failure(
        429,
        'rate_limit_error',
        "This request would exceed your account's rate limit. Please try again later.",
      );
    case 'rate-limited-retry-after':
      return failure(
        429,
        'rate_limit_error',
        "This request would exceed your account's rate limit. Please try again later.",
        { 'retry-after': String(RETRY_AFTER_SECONDS) },
      );
    case 'overloaded':
      return failure(529, 'overloaded_error', 'Overloaded');
    case 'server-error':
      return failure(500, 'api_error', 'Internal server error');
    case 'unknown-model':
      return failure(404, 'not_found_error', `model: ${model}`);
    case 'normal':
    case 'declines-tools':
    case 'silent':
    case 'cut':
      return undefined;
  }
}

/** An error in the shape of Claude's API. */
export function failure(
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const requestId = 'req_011SmallInternet';
  const body = { type: 'error', error: { type, message }, request_id: requestId };
  return json(status, body, { 'request-id': requestId, ...headers });
}

/** The answer of a failed token request; undefined for `normal` and `hang`. */
export function tokenFailure(play: TokenPlay): Answer | undefined {
  switch (play) {
    case 'invalid-grant':
      return json(400, { error: 'invalid_grant', error_description: 'Refresh token not found or invalid' });
    case 'server-error':
      return failure(500, 'api_error', 'Internal server error');
    case 'rate-limited':
      return failure(429, 'rate_limit_error', 'Rate limited. Please try again later.');
    case 'normal':
    case 'hang':
      return undefined;
  }
}
