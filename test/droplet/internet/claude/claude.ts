/** The stand-in of Claude: api.anthropic.com, the token endpoint, and the pages that a person signs in at. */
import { type Exchange, fieldsOf, type Handler, html, json, jsonOf, send, text } from '../exchange.ts';
import { createSignIns } from './login.ts';
import { messageDocument, messageEvents } from './messages.ts';
import { failure, type MessagePlay, messageFailure, type TokenPlay, tokenFailure } from './plays.ts';
import { ACCESS_TOKEN_SECONDS, createTokenStore, REFRESH_TOKEN_SECONDS } from './tokens.ts';
import { toolUseFor } from './tool-use.ts';

/** The only API key that the stand-in accepts. */
export const VALID_API_KEY = 'sk-ant-api03-small-internet-a-key-that-opens-nothing-AA';

/** Who signs in at the stand-in. */
export const CLAUDE_ACCOUNT = {
  uuid: '3f0c6c0e-0d53-4d0c-9b5e-1c8f6f0a7e11',
  email: 'operator@client.example',
  organizationUuid: '9a6f4d52-5a0b-4d0e-8a4e-6f1b1c2d3e4f',
  organization: "operator@client.example's Organization",
} as const;

const MODELS = ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5-20251001'] as const;
const SCOPES = 'user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload';

/** What scenarios may tell the Claude stand-in to do. */
export interface ClaudeControl {
  /** What POST /v1/messages does from now on. */
  play(name: MessagePlay): Promise<void>;
  /** What the token endpoint does from now on. */
  playToken(name: TokenPlay): Promise<void>;
  /** What the person's browser shows after opening the sign-in link and agreeing: `code#state`. */
  authorize(loginUrl: string): Promise<string>;
  /** Makes every token issued so far worthless. */
  revokeAll(): Promise<void>;
}

/** The handlers of the Claude stand-in's hosts, and its control. */
export interface Claude {
  readonly api: Handler;
  /** platform.claude.com and console.anthropic.com. */
  readonly tokens: Handler;
  /** claude.ai and claude.com. */
  readonly pages: Handler;
  readonly control: ClaudeControl;
}

/** Makes the stand-in, with everything normal. */
export function createClaude(): Claude {
  const tokens = createTokenStore();
  const signIns = createSignIns();
  let messagePlay: MessagePlay = 'normal';
  let tokenPlay: TokenPlay = 'normal';

  const api: Handler = (exchange) => {
    const { method, url } = exchange;
    const route = `${method} ${url.pathname}`;
    if (route === 'HEAD /api/hello' || route === 'GET /api/hello') {
      return send(exchange, json(200, { message: 'hello' }));
    }
    const caller = callerOf(exchange, (token) => tokens.accepts('access', token));
    if (caller === 'nobody') return send(exchange, refusal(exchange));
    if (route === 'POST /v1/messages') return message(exchange, caller, messagePlay);
    if (route === 'POST /v1/messages/count_tokens') return send(exchange, json(200, { input_tokens: 12 }));
    if (route === 'GET /v1/models') return send(exchange, json(200, modelList()));
    if (caller === 'oauth' && route === 'GET /api/oauth/profile') return send(exchange, json(200, profile()));
    if (caller === 'oauth' && route === 'GET /api/oauth/claude_cli/roles')
      return send(exchange, json(200, roles()));
    send(exchange, failure(404, 'not_found_error', 'Not found'));
  };

  const tokenEndpoint: Handler = (exchange) => {
    const route = `${exchange.method} ${exchange.url.pathname}`;
    if (route === 'POST /v1/oauth/token/revoke' || route === 'POST /v1/oauth/revoke') {
      tokens.revoke(fieldsOf(exchange).token ?? '');
      return send(exchange, json(200, {}));
    }
    if (route.startsWith('GET /oauth/')) return page(exchange);
    if (route !== 'POST /v1/oauth/token') return send(exchange, failure(404, 'not_found_error', 'Not found'));
    if (tokenPlay === 'hang') return;
    const fields = fieldsOf(exchange);
    send(exchange, tokenFailure(tokenPlay) ?? grant(fields));
  };

  const grant = (fields: Record<string, string>) => {
    const { grant_type: type, code = '', code_verifier: verifier = '', refresh_token: refresh = '' } = fields;
    if (type === 'authorization_code') {
      if (!signIns.redeem(code, verifier)) {
        return json(400, { error: 'invalid_grant', error_description: "Invalid 'code' in request." });
      }
      return json(200, tokenAnswer());
    }
    if (type !== 'refresh_token') return json(400, { error: 'unsupported_grant_type' });
    if (!tokens.accepts('refresh', refresh)) {
      return json(400, { error: 'invalid_grant', error_description: 'Refresh token not found or invalid' });
    }
    tokens.revoke(refresh); // single use
    return json(200, tokenAnswer());
  };

  const tokenAnswer = () => ({
    token_type: 'Bearer',
    access_token: tokens.issue('access', ACCESS_TOKEN_SECONDS),
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: tokens.issue('refresh', REFRESH_TOKEN_SECONDS),
    refresh_token_expires_in: REFRESH_TOKEN_SECONDS,
    scope: SCOPES,
    organization: { uuid: CLAUDE_ACCOUNT.organizationUuid, name: CLAUDE_ACCOUNT.organization },
    account: { uuid: CLAUDE_ACCOUNT.uuid, email_address: CLAUDE_ACCOUNT.email },
  });

  const page: Handler = (exchange) => {
    try {
      const code = signIns.authorize(exchange.url.href);
      send(exchange, html(200, `<p>Paste this into Claude Code:</p><pre id="code">${code}</pre>`));
    } catch {
      send(exchange, html(404, '<p>Not found</p>'));
    }
  };

  return {
    api,
    tokens: tokenEndpoint,
    pages: page,
    control: {
      play: async (name) => {
        messagePlay = name;
      },
      playToken: async (name) => {
        tokenPlay = name;
      },
      authorize: async (loginUrl) => signIns.authorize(loginUrl),
      revokeAll: async () => tokens.revokeAll(),
    },
  };
}

/** Who is asking: somebody with a good OAuth token, with the good API key, or nobody. */
function callerOf({ headers }: Exchange, accepts: (token: string) => boolean): 'oauth' | 'key' | 'nobody' {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return accepts(bearer) ? 'oauth' : 'nobody';
  return headers['x-api-key'] === VALID_API_KEY ? 'key' : 'nobody';
}

function refusal({ headers }: Exchange) {
  const signsInWith = headers['x-api-key'] === undefined ? 'oauth' : 'key';
  return messageFailure('unauthorized', { signsInWith, model: '' }) ?? text(401, '');
}

/** Answers POST /v1/messages as `play` says. A model that no Claude is named after is unknown in every play. */
function message(exchange: Exchange, signsInWith: 'oauth' | 'key', play: MessagePlay): void {
  const { body, response } = exchange;
  const request = jsonOf(exchange);
  const { model, stream } = request;
  const name = typeof model === 'string' ? model : '';
  const known = /^claude-[a-z0-9.-]+$/.test(name);
  const effective = known || play !== 'normal' ? play : 'unknown-model';
  const answers = effective === 'normal' || effective === 'declines-tools';
  const tool = effective === 'declines-tools' ? undefined : toolUseFor(request);
  const failed = messageFailure(effective, { signsInWith, model: name });
  if (failed) send(exchange, failed);
  else if (effective === 'silent') return;
  else if (answers && stream !== true) {
    send(exchange, json(200, messageDocument(name, body.toString('utf8'), tool)));
  } else {
    const events = messageEvents(name, body.toString('utf8'), tool);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    if (effective === 'cut') response.write(events.slice(0, 4).join(''), () => response.destroy());
    else response.end(events.join(''));
  }
}

const modelList = () => ({
  data: MODELS.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-02-01T00:00:00Z' })),
  has_more: false,
  first_id: MODELS[0],
  last_id: MODELS.at(-1),
});

const profile = () => ({
  account: {
    uuid: CLAUDE_ACCOUNT.uuid,
    full_name: 'Otto Operator',
    display_name: 'Otto',
    email: CLAUDE_ACCOUNT.email,
    has_claude_max: true,
    has_claude_pro: false,
    created_at: '2025-05-01T00:00:00Z',
  },
  organization: {
    uuid: CLAUDE_ACCOUNT.organizationUuid,
    name: CLAUDE_ACCOUNT.organization,
    organization_type: 'claude_max',
    billing_type: 'stripe_subscription',
    rate_limit_tier: 'default_claude_max_5x',
    has_extra_usage_enabled: true,
  },
});

const roles = () => ({
  organization_role: 'admin',
  workspace_role: null,
  organization_name: CLAUDE_ACCOUNT.organization,
});
