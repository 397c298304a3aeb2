import { describe, expect, test } from 'vitest';
import { reveal } from '../../../src/secret/secret.ts';
import { type GhAnswer, ghAnswer, ssoLink } from '../../../src/system/git/gh.ts';
import { githubTask } from '../../../src/tasks/github/index.ts';
import type { GithubFacts } from '../../../src/tasks/github/look.ts';
import { answersWith } from '../answers.ts';
import { steps } from '../findings.ts';

const healthy: GithubFacts = { answer: 'ok', said: '', gitAsksGh: true, codeIsThere: false };
const judge = (facts: Partial<GithubFacts>, answers = answersWith()) =>
  githubTask.judge({ ...healthy, ...facts }, answers);
const withToken = answersWith({ github: 'token', githubToken: 'github_pat_0123456789012345678901' });

test('signed in, allowed, and git asks gh: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

test('a missing helper is set up as the user', () => {
  const [finding] = judge({ gitAsksGh: false });
  expect(finding?.code).toBe('git-has-no-github-credentials');
  expect(finding?.fixes[0]).toMatchObject({
    actions: [{ argv: ['gh', 'auth', 'setup-git', '--hostname', 'github.com'], user: 'cleo' }],
  });
  expect(finding?.fixes[0]?.consequence).toBeUndefined();
});

describe('not signed in', () => {
  test.each(['no-user', 'gh-missing', 'not-signed-in', 'bad-token'] as const)(
    '%s: a guided sign-in',
    (answer) => {
      const [finding] = judge({ answer });
      expect(finding?.severity).toBe('missing');
      expect(finding?.fixes[0]?.actions).toMatchObject([
        { kind: 'converse', dialogue: 'gh-login', user: 'cleo' },
        { kind: 'run', argv: ['gh', 'auth', 'setup-git', '--hostname', 'github.com'] },
      ]);
    },
  );

  test('a token goes in on stdin, one line, and never into the command', () => {
    const action = judge({ answer: 'not-signed-in' }, withToken)[0]?.fixes[0]?.actions[0];
    expect(action).toMatchObject({ kind: 'run', user: 'cleo' });
    expect(action?.kind === 'run' && reveal(action.input ?? '')).toBe('github_pat_0123456789012345678901\n');
    expect(JSON.stringify(action)).not.toContain('github_pat_0123456789012345678901');
  });

  test('unattended without a token: blocked, and says what to bring', () => {
    const [finding] = judge({ answer: 'not-signed-in' }, answersWith({ unattended: true }));
    expect(finding).toMatchObject({ severity: 'blocked', fixes: [] });
    expect(finding?.reason).toContain('OTTO_GITHUB_TOKEN');
  });

  test('damaged settings are set aside first, as the user whose they are, and kept', () => {
    const [finding] = judge({ answer: 'settings-unreadable', said: 'failed to read configuration: invalid' });
    expect(finding?.code).toBe('gh-settings-damaged');
    expect(finding?.fixes[0]?.actions[0]).toMatchObject({
      argv: expect.arrayContaining(['mv', '/home/cleo/.config/gh/hosts.yml']),
    });
    expect(finding?.fixes[0]?.actions[0]).toHaveProperty('user', 'cleo');
  });

  test('settings of root are named as such, and given back before they are set aside', () => {
    const [finding] = judge({ answer: 'settings-unreadable', said: 'failed to read', hostsOwner: 'root' });
    expect(finding).toMatchObject({
      code: 'gh-settings-of-another-user',
      evidence: expect.stringContaining('root'),
    });
    expect(steps(finding === undefined ? [] : [finding]).slice(0, 3)).toEqual([
      'python3 -I - give-back cleo:cleo itself /home/cleo/.config',
      'python3 -I - give-back cleo:cleo below /home/cleo/.config/gh',
      'mv --backup=numbered -T -- /home/cleo/.config/gh/hosts.yml /home/cleo/.config/gh/hosts.yml.unusable',
    ]);
  });
});

describe('signed in, and yet not', () => {
  test('404: both reasons, and another account only on request', () => {
    const [finding] = judge({ answer: 'not-found', account: 'somebody' });
    expect(finding?.evidence).toContain('somebody');
    expect(finding?.reason).toMatch(/does not exist.*Nucleotto/s);
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });

  test('SSO: the link, and it goes on by itself', () => {
    const [finding] = judge({
      answer: 'sso',
      sso: 'https://github.com/orgs/Nucleotto/sso?authorization_request=A',
    });
    expect(finding).toMatchObject({ severity: 'blocked', fixes: [], watch: expect.anything() });
    expect(finding?.reason).toContain('https://github.com/orgs/Nucleotto/sso?authorization_request=A');
  });

  test.each<[GhAnswer, string]>([
    ['dns', 'github-not-in-dns'],
    ['refused', 'github-refuses-connection'],
    ['timed-out', 'github-does-not-answer'],
    ['tls', 'github-certificate-not-trusted'],
    ['proxy', 'github-proxy-refuses'],
    ['not-github', 'github-is-someone-else'],
    ['github-down', 'github-down'],
    ['rate-limit', 'github-rate-limit'],
    ['forbidden', 'github-forbidden'],
    ['unknown', 'github-unknown-answer'],
  ])('%s has words of its own, and is waited for or has a way out', (answer, code) => {
    const [finding] = judge({ answer, said: 'gh: something' });
    expect(finding?.code).toBe(code);
    expect(finding?.watch !== undefined || finding?.fixes.length !== 0).toBe(true);
  });

  test.each<[GhAnswer, string]>([
    ['not-signed-in', 'github-not-signed-in'],
    ['bad-token', 'github-token-refused'],
    ['not-found', 'github-repository-not-visible'],
    ['sso', 'github-token-needs-sso'],
    ['settings-old', 'gh-settings-old'],
  ])('%s is %s', (answer, code) => {
    expect(judge({ answer })[0]?.code).toBe(code);
  });

  test('with the code here already it is only a risk, and no sign-in starts unasked', () => {
    const [finding] = judge({ answer: 'bad-token', codeIsThere: true });
    expect(finding?.severity).toBe('risk');
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
});

describe('what gh says (captured from 2.23 and 2.46)', () => {
  test.each<[string, number, GhAnswer]>([
    ['To get started with GitHub CLI, please run:  gh auth login', 4, 'not-signed-in'],
    ['gh: Bad credentials (HTTP 401)', 1, 'bad-token'],
    ['gh: Not Found (HTTP 404)', 1, 'not-found'],
    ['gh: Resource protected by organization SAML enforcement. You must grant … (HTTP 403)', 1, 'sso'],
    ['gh: API rate limit exceeded for user ID 1. (HTTP 403)', 1, 'rate-limit'],
    ['gh: Forbidden (HTTP 403)', 1, 'forbidden'],
    ['unexpected end of JSON input', 1, 'github-down'],
    ["invalid character '<' looking for beginning of value", 1, 'not-github'],
    [
      'error connecting to api.github.com\ncheck your internet connection or https://githubstatus.com',
      1,
      'dns',
    ],
    ['Get "https://api.github.com/": dial tcp 203.0.113.1:443: connect: connection refused', 1, 'refused'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 1, 'tls'],
    ['Get "https://api.github.com/": Proxy Authentication Required', 1, 'proxy'],
    [
      'failed to read configuration: invalid config file /home/cleo/.config/gh/hosts.yml',
      1,
      'settings-unreadable',
    ],
    [
      'failed to migrate config: cowardly refusing to continue with multi account migration: …',
      1,
      'settings-old',
    ],
    [
      'Get "https://:/api/v3/repos/Nucleotto/hermes-agent": dial tcp :443: connect: connection refused',
      1,
      'settings-unreadable',
    ],
    ['gh: command not found', 127, 'gh-missing'],
    ['', 0, 'ok'],
  ])('%s', (stderr, exitCode, answer) => {
    expect(ghAnswer({ exitCode, stdout: '{"message":"…"}', stderr, timedOut: false })).toBe(answer);
  });

  test('a call that was cut off by its time limit', () => {
    expect(ghAnswer({ exitCode: 143, stdout: '', stderr: '', timedOut: true })).toBe('timed-out');
  });

  test('the link for single sign-on is taken out', () => {
    const said =
      'Authorize in your web browser:  https://github.com/orgs/Nucleotto/sso?authorization_request=AB';
    expect(ssoLink(said)).toBe('https://github.com/orgs/Nucleotto/sso?authorization_request=AB');
    expect(ssoLink('gh: Not Found')).toBeUndefined();
  });
});
