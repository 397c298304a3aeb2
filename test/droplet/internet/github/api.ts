/** api.github.com: what gh 2.23 and 2.46 ask of it. */
import { type Answer, type Exchange, type Handler, json, jsonOf, send } from '../exchange.ts';
import { type Account, type Accounts, REPOSITORY, tokenIn } from './accounts.ts';

const DOCUMENTATION = 'https://docs.github.com/rest';
const FULL_NAME = `${REPOSITORY.owner}/${REPOSITORY.name}`;
const SSO_TEXT =
  'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.';

/** What api.github.com does: `normal`, or one failure of everything. */
export const API_PLAYS = ['normal', 'rate-limited', 'secondary-rate-limited'] as const;
export type ApiPlay = (typeof API_PLAYS)[number];

/** Answers for api.github.com; `play` is asked at every request. */
export function createApi(accounts: Accounts, play: () => ApiPlay): Handler {
  return (exchange) => {
    const limited = rateLimit(play());
    if (limited) return send(exchange, limited);
    const token = tokenIn(exchange.headers.authorization);
    const account = token === undefined ? undefined : accounts.of(token);
    if (token !== undefined && !account) return send(exchange, problem(401, 'Bad credentials'));
    const answer = route(exchange, account);
    send(exchange, { ...answer, headers: { ...scopesOf(account), ...answer.headers } });
  };
}

function route(exchange: Exchange, account: Account | undefined): Answer {
  const { method, url } = exchange;
  const path = url.pathname.toLowerCase();
  if (path === '/graphql')
    return account ? graphql(exchange, account) : problem(401, 'Requires authentication');
  if (method !== 'GET' && method !== 'HEAD') return problem(404, 'Not Found');
  if (path === '/' || path === '') return json(200, { current_user_url: 'https://api.github.com/user' });
  if (path === '/user') return account ? json(200, userOf(account)) : problem(401, 'Requires authentication');
  if (path === '/rate_limit') return json(200, { rate: { limit: 5000, remaining: 4999, used: 1, reset: 0 } });
  if (path === `/repos/${FULL_NAME}`.toLowerCase()) return repository(account);
  return problem(404, 'Not Found');
}

function repository(account: Account | undefined): Answer {
  const accepted = { 'x-accepted-oauth-scopes': 'repo' };
  if (account?.reads === 'sso') return { ...problem(403, SSO_TEXT), headers: { ...accepted, ...SSO_HEADER } };
  if (account?.reads !== 'yes') return { ...problem(404, 'Not Found'), headers: accepted };
  const permissions = { admin: false, maintain: false, push: false, triage: false, pull: true };
  return json(
    200,
    {
      id: 1_000_001,
      node_id: 'R_small',
      name: REPOSITORY.name,
      full_name: FULL_NAME,
      private: true,
      visibility: 'private',
      owner: { login: REPOSITORY.owner, type: 'Organization' },
      html_url: `https://github.com/${FULL_NAME}`,
      clone_url: `https://github.com/${FULL_NAME}.git`,
      default_branch: 'main',
      archived: false,
      disabled: false,
      permissions,
    },
    accepted,
  );
}

const SSO_HEADER = {
  'x-github-sso': `required; url=https://github.com/orgs/${REPOSITORY.owner}/sso?authorization_request=SMALLINTERNET`,
};

/** gh sends two queries: who am I (`viewer`), and before a clone the repository. All fields that it may ask are sent. */
function graphql(exchange: Exchange, account: Account): Answer {
  const { query, variables } = jsonOf(exchange);
  const asked = typeof query === 'string' ? query : '';
  const data: Record<string, unknown> = {};
  // gh decodes strictly: a field that it did not ask for is an error.
  const viewer = /\bviewer\s*\{([^}]*)\}/.exec(asked)?.[1];
  if (viewer !== undefined) {
    data.viewer = { login: account.login, ...(/\bid\b/.test(viewer) ? { id: 'U_small' } : {}) };
  }
  if (!/\brepository\s*\(/.test(asked)) return json(200, { data });
  const { owner, name } = (variables ?? {}) as { owner?: string; name?: string };
  const wanted = `${owner ?? ''}/${name ?? ''}`;
  const refuse = (type: string, message: string): object => ({
    data: { ...data, repository: null },
    errors: [{ type, path: ['repository'], locations: [{ line: 2, column: 3 }], message }],
  });
  if (wanted.toLowerCase() === FULL_NAME.toLowerCase()) {
    if (account.reads === 'yes') return json(200, { data: { ...data, repository: REPOSITORY_NODE } });
    if (account.reads === 'sso') return json(200, refuse('FORBIDDEN', SSO_TEXT), SSO_HEADER);
  }
  return json(200, refuse('NOT_FOUND', `Could not resolve to a Repository with the name '${wanted}'.`));
}

const REPOSITORY_NODE = {
  id: 'R_small',
  name: REPOSITORY.name,
  nameWithOwner: FULL_NAME,
  owner: { id: 'O_small', login: REPOSITORY.owner },
  description: '',
  url: `https://github.com/${FULL_NAME}`,
  sshUrl: `git@github.com:${FULL_NAME}.git`,
  isPrivate: true,
  hasIssuesEnabled: true,
  hasWikiEnabled: false,
  viewerPermission: 'READ',
  defaultBranchRef: { name: 'main' },
  parent: null,
  mergeCommitAllowed: true,
  rebaseMergeAllowed: true,
  squashMergeAllowed: true,
};

const userOf = ({ login }: Account): object => ({
  login,
  id: 4_000_001,
  type: 'User',
  name: 'Otto Operator',
});

/** The headers by which gh learns a classic token's scopes; a fine-grained token has none. */
function scopesOf(account: Account | undefined): Record<string, string> {
  return account?.scopes ? { 'x-oauth-scopes': account.scopes.join(', ') } : {};
}

function rateLimit(play: ApiPlay): Answer | undefined {
  const reset = String(Math.floor(Date.now() / 1000) + 1800);
  if (play === 'rate-limited') {
    const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    return { ...problem(403, 'API rate limit exceeded for user ID 4000001.'), headers };
  }
  if (play === 'secondary-rate-limited') {
    const text = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    return { ...problem(403, text), headers: { 'retry-after': '60' } };
  }
  return undefined;
}

function problem(status: number, message: string): Answer {
  return json(status, { message, documentation_url: DOCUMENTATION, status: String(status) });
}
