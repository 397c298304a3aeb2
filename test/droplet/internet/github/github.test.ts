import { describe, expect, it } from 'vitest';
import { asking } from '../asking.ts';
import { GITHUB_TOKENS, tokenIn } from './accounts.ts';
import { createGithub } from './github.ts';

async function standIn() {
  const { site, api, control } = createGithub('/nonexistent', undefined);
  return {
    control,
    site: await asking('github.com', site),
    api: await asking('api.github.com', api),
  };
}

const as = (token: string) => ({ headers: { authorization: `token ${token}` } });
const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
const fieldsOf = async (answer: Response) => Object.fromEntries(new URLSearchParams(await answer.text()));

describe('the device login', () => {
  async function begin() {
    const github = await standIn();
    const { device_code = '', user_code = '' } = await fieldsOf(
      await github.site('/login/device/code', form({ client_id: 'x', scope: 'repo read:org' })),
    );
    const poll = async () => fieldsOf(await github.site('/login/oauth/access_token', form({ device_code })));
    return { ...github, poll, user_code };
  }

  it('waits for the person, then gives a token that may read the repository, once', async () => {
    const { api, control, poll, user_code } = await begin();
    expect(user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    expect((await poll()).error).toBe('authorization_pending');
    expect(await control.waitingCodes()).toEqual([user_code]);
    await control.approve(user_code);
    const { access_token = '', scope } = await poll();
    expect(scope).toBe('repo,read:org');
    expect(access_token).toMatch(/^gho_\w{36}$/);
    expect((await api('/repos/Nucleotto/hermes-agent', as(access_token))).status).toBe(200);
    expect((await poll()).error).toBe('expired_token');
  });

  it.each([
    ['deny', 'access_denied'],
    ['expire', 'expired_token'],
  ] as const)('can end otherwise: %s', async (decision, error) => {
    const { control, poll, user_code } = await begin();
    await control[decision](user_code);
    expect((await poll()).error).toBe(error);
  });

  it('knows no code that it did not show', async () => {
    const { control } = await begin();
    await expect(control.approve('AAAA-AAAA')).rejects.toThrow(/no device login waits/);
  });

  it('plays what stops gh', async () => {
    const { control, poll, site, user_code } = await begin();
    await control.approve(user_code);
    await control.playPoll('slow-down');
    expect((await poll()).error).toBe('slow_down');
    await control.playDeviceCode('not-found');
    expect((await site('/login/device/code', form({}))).status).toBe(404);
  });
});

describe('api.github.com', () => {
  it.each([
    ['classic', 200, 200, 'gist, read:org, repo'],
    ['classicWithoutRepo', 200, 404, 'gist, read:org'],
    ['classicWithoutReadOrg', 200, 200, 'gist, repo'],
    ['classicSso', 200, 403, 'gist, read:org, repo'],
    ['fineGrained', 200, 200, null],
    ['fineGrainedWithoutAccess', 200, 404, null],
    ['revoked', 401, 401, null],
  ] as const)('knows what a token may do: %s', async (name, user, repository, scopes) => {
    const { api } = await standIn();
    const token = as(GITHUB_TOKENS[name]);
    const aboutUser = await api('/user', token);
    expect(aboutUser.status).toBe(user);
    expect(aboutUser.headers.get('x-oauth-scopes')).toBe(scopes);
    expect((await api('/repos/Nucleotto/hermes-agent', token)).status).toBe(repository);
  });

  it('hides the private repository from a visitor without a token', async () => {
    const { api } = await standIn();
    expect((await api('/repos/Nucleotto/hermes-agent')).status).toBe(404);
    expect((await api('/')).status).toBe(200);
  });

  it.each([
    ['classic', 'Nucleotto', undefined],
    ['classic', 'Somebody', 'Could not resolve to a Repository'],
    ['fineGrainedWithoutAccess', 'Nucleotto', 'Could not resolve to a Repository'],
    ['classicSso', 'Nucleotto', 'SAML enforcement'],
  ] as const)('answers the query before a clone: %s %s', async (name, owner, words) => {
    const { api } = await standIn();
    const query = 'query($owner:String!,$name:String!){repository(owner:$owner,name:$name){id}}';
    const body = JSON.stringify({ query, variables: { owner, name: 'hermes-agent' } });
    const answer = await api('/graphql', { method: 'POST', body, ...as(GITHUB_TOKENS[name]) });
    const { data, errors } = (await answer.json()) as {
      data: { repository: unknown };
      errors?: { message: string }[];
    };
    expect(data.repository === null).toBe(words !== undefined);
    expect(errors?.[0]?.message ?? '').toContain(words ?? '');
  });

  it('sends no field of the viewer that was not asked for: gh decodes strictly', async () => {
    const { api } = await standIn();
    const body = JSON.stringify({ query: 'query UserCurrent{viewer{login}}' });
    const answer = await api('/graphql', { method: 'POST', body, ...as(GITHUB_TOKENS.classic) });
    expect(await answer.json()).toEqual({ data: { viewer: { login: 'otto-operator' } } });
  });

  it('plays the rate limit, and worthless tokens', async () => {
    const { api, control } = await standIn();
    await control.play('rate-limited');
    const limited = await api('/user', as(GITHUB_TOKENS.classic));
    expect([limited.status, limited.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    await control.play('normal');
    await control.revokeAll();
    expect((await api('/user', as(GITHUB_TOKENS.classic))).status).toBe(401);
  });
});

describe('git over https', () => {
  const path = '/Nucleotto/hermes-agent/info/refs?service=git-upload-pack';
  const basic = (token: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}` },
  });

  it('wants a password first, and hides what the account may not read', async () => {
    const { site } = await standIn();
    const unknown = await site(path);
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="GitHub"']);
    expect((await site(path, basic(GITHUB_TOKENS.revoked))).status).toBe(401);
    expect((await site(path, basic(GITHUB_TOKENS.fineGrainedWithoutAccess))).status).toBe(404);
    expect((await site(path, basic(GITHUB_TOKENS.classicSso))).status).toBe(403);
    expect((await site(path.replace('upload', 'receive'), basic(GITHUB_TOKENS.classic))).status).toBe(403);
    expect((await site(path.replace('hermes', 'other'), basic(GITHUB_TOKENS.classic))).status).toBe(404);
  });

  it.each([
    ['token abc', 'abc'],
    ['Bearer abc', 'abc'],
    [`Basic ${btoa('x-access-token:abc')}`, 'abc'],
    [`Basic ${btoa('abc:x-oauth-basic')}`, 'abc'],
    [`Basic ${btoa('abc:')}`, 'abc'],
    [undefined, undefined],
  ])('finds the token in %s', (header, token) => {
    expect(tokenIn(header)).toBe(token);
  });
});
