import { describe, expect, test } from 'vitest';
import type { ClaudeSignIn } from '../../../src/system/claude/claude-credentials.ts';
import { claudeTask } from '../../../src/tasks/claude/index.ts';
import { type ClaudeFacts, parseAccess } from '../../../src/tasks/claude/look.ts';
import { judgeReach, obstacleOf } from '../../../src/tasks/claude/reach.ts';
import { answersWith } from '../answers.ts';
import { steps, words } from '../findings.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;
const all = { readable: true, writable: true, enterable: true };
const usable: ClaudeSignIn = {
  kind: 'usable',
  refreshable: true,
  accessUntil: NOW + DAY / 3,
  refreshUntil: NOW + 20 * DAY,
};
const fileWith = (signIn: ClaudeSignIn) => ({ ...all, owner: 'cleo', mode: 0o600, signIn });
const healthy: ClaudeFacts = {
  now: NOW,
  cli: { path: '/usr/local/bin/claude', version: '2.1.330 (Claude Code)' },
  cliHalfInstalled: false,
  platform: '@anthropic-ai/claude-code-linux-x64',
  npm: true,
  folder: { ...all, owner: 'cleo' },
  file: fileWith(usable),
  copies: [],
  envThere: true,
  keysInEnv: [],
  keyOfAnswers: undefined,
  keyStatus: undefined,
  renewal: undefined,
  unreached: [],
};
const bare: ClaudeFacts = {
  ...healthy,
  cli: undefined,
  folder: undefined,
  file: undefined,
  envThere: false,
};
const judge = (facts: Partial<ClaudeFacts>, answers = answersWith()) =>
  claudeTask.judge({ ...healthy, ...facts }, answers);
const byKey = answersWith({ claude: 'api-key', anthropicApiKey: 'sk-ant-api03-0123456789' });

describe('healthy', () => {
  test('signed in', () => expect(judge({})).toEqual([]));
  test('refreshed by Hermes: no end of the refresh token known', () => {
    expect(judge({ file: fileWith({ kind: 'usable', refreshable: true, accessUntil: NOW - 1 }) })).toEqual(
      [],
    );
  });
  test('a key and no sign-in; no CLI is needed then', () => {
    expect(claudeTask.judge(bare, byKey)).toEqual([]);
  });
});

describe('which credential does Hermes send?', () => {
  const ENV_FILE = '/home/cleo/.hermes/.env';
  const dead = {
    file: undefined,
    keysInEnv: ['ANTHROPIC_TOKEN', 'ANTHROPIC_API_KEY'],
    keyPlaces: { ANTHROPIC_TOKEN: ENV_FILE, ANTHROPIC_API_KEY: ENV_FILE },
    keyOfAnswers: true,
    keyStatus: 200,
    tokenStatus: 401,
  };

  test('a dead token before a good key: the line is named, and turned into a comment only with consent', () => {
    const findings = judge(dead, byKey);
    expect(words(findings)).toEqual(['broken claude-token-refused-first (asks)']);
    expect(findings[0]?.evidence).toContain(`${ENV_FILE} sets ANTHROPIC_TOKEN`);
    expect(findings[0]?.evidence).toContain('ANTHROPIC_API_KEY is not used');
    expect(steps(findings)[0]).toMatch(/^sed --in-place=\.before-comment -E s\/.*ANTHROPIC_TOKEN.*# &/);
  });

  test('set by the unit: said where, and nothing is done', () => {
    const keyPlaces = { ...dead.keyPlaces, ANTHROPIC_TOKEN: '/etc/hermes/keys.env' };
    const [finding] = judge({ ...dead, keyPlaces }, byKey);
    expect(finding?.fixes).toEqual([]);
    expect(finding?.reason).toContain('out of /etc/hermes/keys.env');
  });

  test('a token that Claude takes, or that nobody could ask about, is nothing to report', () => {
    for (const tokenStatus of [200, 429, undefined])
      expect(judge({ ...dead, tokenStatus }, byKey)).toEqual([]);
  });

  test('a key in a file of the unit is there, and a refused one is changed there', () => {
    const ofUnit = { ...dead, keysInEnv: ['ANTHROPIC_API_KEY'], tokenStatus: undefined };
    const keyPlaces = { ANTHROPIC_API_KEY: '/etc/hermes/keys.env' };
    expect(judge({ ...ofUnit, keyPlaces }, byKey)).toEqual([]);
    const [finding] = judge(
      { ...ofUnit, keyPlaces, keyOfAnswers: undefined, keyStatus: 401 },
      answersWith({ claude: 'api-key' }),
    );
    expect(finding).toMatchObject({ code: 'claude-key-refused', fixes: [] });
    expect(finding?.evidence).toContain('/etc/hermes/keys.env');
  });
});

test('a fresh machine: the CLI, then the sign-in, in one fix and unasked', () => {
  const findings = claudeTask.judge(bare, answersWith());
  expect(findings.map(({ code }) => code)).toEqual(['claude-not-signed-in']);
  expect(findings[0]?.fixes[0]?.consequence).toBeUndefined();
  const argvs = findings[0]?.fixes[0]?.actions.map((action) => 'argv' in action && action.argv);
  expect(argvs).toContainEqual(
    expect.arrayContaining(['npm', '--ignore-scripts', '@anthropic-ai/claude-code-linux-x64@latest']),
  );
  expect(argvs?.at(-1)).toEqual(['/usr/local/bin/claude', 'auth', 'login']);
});

test('before a sign-in the operator reads what is known of plans and terms', () => {
  const reason = claudeTask.judge(bare, answersWith()).at(-1)?.reason;
  expect(reason).toMatch(/extra usage/);
  expect(reason).toMatch(/Pro plan does not work/);
  expect(reason).toMatch(/terms/);
});

describe('the CLI', () => {
  test('an installation that was cut off is removed first', () => {
    const [finding] = judge({ cli: undefined, cliHalfInstalled: true });
    expect(finding?.fixes[0]?.actions[0]).toMatchObject({
      argv: expect.arrayContaining(['rm', '/opt/cleo/claude-cli/node_modules']),
    });
  });
  test('without npm it is asked before npm is installed', () => {
    const [finding] = judge({ cli: undefined, npm: false });
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
  test('an npm that came along is used once and removed, unasked', () => {
    const ownNpm = { node: '/x/node', tarball: '/x/npm.tgz' };
    const [finding] = judge({ cli: undefined, npm: false, ownNpm });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    const argvs = finding?.fixes[0]?.actions.map((action) => ('argv' in action ? action.argv.join(' ') : ''));
    expect(argvs?.join('\n')).not.toMatch(/apt-get/);
    expect(argvs).toContainEqual(
      expect.stringMatching(/^\/x\/node .*\/var\/lib\/otto-install\/npm\/bin\/npm-cli\.js install /),
    );
    expect(argvs?.filter((words) => words === 'rm -rf -- /var/lib/otto-install/npm')).toHaveLength(2);
  });
  test('a machine for which there is no CLI', () => {
    expect(judge({ cli: undefined, platform: undefined })[0]).toMatchObject({
      severity: 'blocked',
      fixes: [],
    });
  });
});

describe('the file', () => {
  test.each<[ClaudeSignIn, string]>([
    [{ kind: 'malformed', detail: 'it is not JSON' }, 'claude-credentials-damaged'],
    [{ kind: 'none' }, 'claude-not-signed-in'],
    [{ kind: 'blanked' }, 'claude-sign-in-used-up'],
    [{ kind: 'expired', since: NOW - DAY }, 'claude-sign-in-expired'],
    [{ kind: 'wrong-scope', scopes: ['org:create_api_key'] }, 'claude-sign-in-without-inference'],
  ])('%o', (signIn, code) => {
    const [finding] = judge({ file: fileWith(signIn) });
    expect(finding?.code).toBe(code);
    expect(finding?.fixes[0]?.actions.at(-1)).toMatchObject({
      kind: 'converse',
      dialogue: 'claude-login',
      user: 'cleo',
    });
  });

  test('a damaged file is kept', () => {
    const [finding] = judge({ file: fileWith({ kind: 'malformed', detail: 'it is not JSON' }) });
    expect(finding?.fixes[0]?.actions[0]).toMatchObject({
      argv: expect.arrayContaining(['mv', '--backup=numbered']),
    });
  });

  test.each([
    [
      'root owns the file',
      { file: { ...fileWith(usable), owner: 'root', readable: false, writable: false } },
      /read the file/,
    ],
    ['it can be read but not written', { file: { ...fileWith(usable), writable: false } }, /write the file/],
    ['root owns the folder', { folder: { ...all, writable: false, owner: 'root' } }, /write in the folder/],
    [
      'the folder cannot be entered',
      { folder: { ...all, enterable: false, owner: 'root' } },
      /enter the folder/,
    ],
  ])('%s: given to the user, unasked', (_, facts, evidence) => {
    const [finding] = judge(facts);
    expect(finding?.evidence).toMatch(evidence);
    expect(finding?.fixes[0]?.actions[0]).toMatchObject({
      argv: ['python3', '-I', '-', 'give-back', 'cleo:cleo', 'below', '/home/cleo/.claude'],
    });
    // As root they would follow a link that the user put there.
    for (const chmod of finding?.fixes[0]?.actions.slice(1) ?? [])
      expect(chmod).toMatchObject({ user: 'cleo' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  test('others can read it', () => {
    const [finding] = judge({ file: { ...fileWith(usable), mode: 0o644 } });
    expect(finding).toMatchObject({ code: 'claude-credentials-readable-by-others' });
    expect(finding?.fixes[0]?.actions).toMatchObject([{ user: 'cleo' }]);
  });

  test('it ends in three days: a risk, and a new sign-in only when asked for', () => {
    const [finding] = judge({ file: fileWith({ ...usable, refreshUntil: NOW + 3 * DAY }) });
    expect(finding).toMatchObject({
      code: 'claude-sign-in-ends-soon',
      severity: 'risk',
      evidence: expect.stringContaining('3 more days'),
    });
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
});

describe('unattended', () => {
  test('a missing sign-in is blocked, and says what would do', () => {
    const findings = claudeTask.judge(bare, answersWith({ unattended: true }));
    expect(findings.map(({ code }) => code)).toEqual(['claude-cli-missing', 'claude-not-signed-in']);
    expect(findings.at(-1)).toMatchObject({ severity: 'blocked', fixes: [] });
    expect(findings.at(-1)?.reason).toMatch(/api-key/);
  });
});

describe('keys', () => {
  test('a sign-in would win over the key: set aside only with consent', () => {
    const [finding] = claudeTask.judge(healthy, byKey);
    expect(finding).toMatchObject({ code: 'claude-sign-in-shadows-key', severity: 'broken' });
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
  test('a sign-in that is of no use does not shadow', () => {
    expect(claudeTask.judge({ ...healthy, file: fileWith({ kind: 'blanked' }) }, byKey)).toEqual([]);
  });
  test('both beside each other: a risk', () => {
    expect(judge({ keysInEnv: ['ANTHROPIC_API_KEY'] })).toMatchObject([
      { code: 'claude-two-credentials', severity: 'risk' },
    ]);
  });
  test('a key instead of the sign-in: it works, so nobody has to sign in', () => {
    expect(judge({ file: undefined, keysInEnv: ['ANTHROPIC_API_KEY'] })).toMatchObject([
      { code: 'claude-key-instead-of-sign-in', severity: 'risk' },
    ]);
  });
});

test.each([
  ['\n0rwx\n1rw', all, { ...all, enterable: false }],
  [
    '\n0r',
    { readable: true, writable: false, enterable: false },
    { readable: false, writable: false, enterable: false },
  ],
  [
    '',
    { readable: false, writable: false, enterable: false },
    { readable: false, writable: false, enterable: false },
  ],
])('what find says of access: %j', (output, folder, file) => {
  expect(parseAccess(output)).toEqual({ folder, file });
});

describe('an API key', () => {
  const withKey = { ...bare, envThere: true, keysInEnv: ['ANTHROPIC_API_KEY'] };
  const byKeyAlone = answersWith({ claude: 'api-key' });

  test.each([200, 429, 500, undefined])('Claude answers %s to it: nothing to do', (keyStatus) => {
    expect(claudeTask.judge({ ...withKey, keyStatus }, byKeyAlone)).toEqual([]);
  });

  test('Claude refuses it: another one is asked for and travels on stdin', () => {
    const findings = claudeTask.judge({ ...withKey, keyStatus: 401 }, byKeyAlone);
    expect(words(findings)).toEqual(['broken claude-key-refused']);
    expect(findings[0]?.fixes[0]?.actions).toMatchObject([
      {
        kind: 'converse',
        dialogue: 'claude-key',
        user: 'cleo',
        argv: ['sed', '--in-place=.before-new-key', '--file=-', '/home/cleo/.hermes/.env'],
      },
      { argv: ['systemctl', 'restart', 'hermes-gateway.service'] },
    ]);
  });

  test('the line in .env is gone: a person pastes one', () => {
    const findings = claudeTask.judge({ ...bare, envThere: true }, byKeyAlone);
    expect(words(findings)).toEqual(['broken claude-key-missing']);
    expect(findings[0]?.fixes[0]?.actions[0]).toMatchObject({ dialogue: 'claude-key' });
  });

  test('Hermes is not configured yet, or the answers have a key: nothing to say here', () => {
    expect(claudeTask.judge(bare, byKeyAlone)).toEqual([]);
    expect(claudeTask.judge({ ...bare, envThere: true, keyOfAnswers: false }, byKey)).toEqual([]);
  });

  test('the answers have another one: that is written by the step Hermes configuration', () => {
    expect(claudeTask.judge({ ...withKey, keyStatus: 401, keyOfAnswers: false }, byKeyAlone)).toEqual([]);
  });

  test('nobody is here to paste one: what to do is said', () => {
    const [finding] = claudeTask.judge(
      { ...withKey, keyStatus: 401 },
      answersWith({ claude: 'api-key', unattended: true }),
    );
    expect(finding?.fixes).toEqual([]);
    expect(finding?.reason).toMatch(/OTTO_ANTHROPIC_API_KEY/);
  });

  test('in place of a sign-in it sets the sign-in aside, which would be used first', () => {
    const [finding] = judge({ file: fileWith({ kind: 'blanked' }) });
    expect(finding?.fixes[1]?.consequence).toMatch(/account of that key pays/);
    expect(steps([{ ...finding, fixes: [finding?.fixes[1]] } as never])).toEqual([
      'sed --in-place=.before-new-key --file=- /home/cleo/.hermes/.env',
      'mv --backup=numbered -T -- /home/cleo/.claude/.credentials.json /home/cleo/.claude/.credentials.json.before-api-key',
      'systemctl restart hermes-gateway.service',
    ]);
  });
});

test('a second user holds the same sign-in: the copy goes aside, as that user, when agreed', () => {
  const findings = judge({ copies: [{ user: 'root', path: '/root/.claude/.credentials.json' }] });
  expect(words(findings)).toEqual(['broken claude-sign-in-held-twice (asks)']);
  expect(findings[0]?.fixes[0]?.actions).toMatchObject([
    {
      user: 'root',
      argv: expect.arrayContaining(['mv', '/root/.claude/.credentials.json.same-as-cleo']),
    },
  ]);
});

describe('the way to Claude', () => {
  const unreached = (...hosts: string[]) =>
    hosts.map((host) => ({ host, obstacle: 'refused' as const, detail: 'connect ECONNREFUSED' }));

  test('one obstacle is one finding, whichever hosts it keeps from us', () => {
    const findings = judge({ unreached: unreached('api.anthropic.com', 'platform.claude.com') });
    expect(words(findings)).toEqual(['blocked claude-connection-refused']);
    expect(findings[0]?.evidence).toMatch(/^api\.anthropic\.com and platform\.claude\.com: /);
    expect(findings[0]?.reason).toMatch(/no answer from Claude/);
  });

  test('only the sign-in’s host: what stops is the renewal', () => {
    const [finding] = judge({ unreached: unreached('platform.claude.com') });
    expect(finding?.reason).toMatch(/renews the sign-in there every eight hours/);
  });

  const known = { ok: true, addresses: ['203.0.113.132'] } as const;
  const unknown = (failure: 'nxdomain' | 'timeout' | 'servfail') =>
    ({ ok: false, failure, detail: '' }) as const;
  test.each([
    ['refused', 'connect ECONNREFUSED', known, 'refused'],
    ['dns', 'getaddrinfo ENOTFOUND', unknown('nxdomain'), 'unknown-name'],
    ['dns', 'getaddrinfo EAI_AGAIN', unknown('servfail'), 'silent-dns'],
    ['timeout', 'no complete answer', unknown('timeout'), 'silent-dns'],
    ['timeout', 'no complete answer', known, 'no-answer'],
    ['tls', 'unable to get local issuer certificate', known, 'not-trusted'],
    ['reset', 'read ECONNRESET', known, 'cut'],
    ['other', 'connect EHOSTUNREACH 203.0.113.132:443', known, 'no-route'],
    ['timeout', 'connect ENETUNREACH', known, 'no-route'],
    ['other', 'socket hang up', known, 'other'],
  ] as const)('%s (%s) is told apart', (failure, detail, name, obstacle) => {
    expect(obstacleOf({ ok: false, failure, detail, durationMs: 5 }, name)).toBe(obstacle);
  });
});

test('what nobody knows a name for is told with what the system said', () => {
  const unreached = [{ host: 'api.anthropic.com', obstacle: 'other', detail: 'socket hang up' }] as const;
  expect(judgeReach(unreached)).toMatchObject([
    { code: 'claude-not-reached', evidence: expect.stringContaining('socket hang up') },
  ]);
});

describe('a renewal that is due', () => {
  test.each([400, 401, undefined])('the token endpoint answers %s to nothing: all is well', (renewal) => {
    expect(judge({ renewal })).toEqual([]);
  });
  test.each(['silent', 500, 429] as const)(
    '%s: said at once, not after Hermes’s twenty seconds',
    (renewal) => {
      expect(words(judge({ renewal }))).toEqual(['blocked claude-renewal-hangs']);
    },
  );
  test('its host is not reached at all: that is the finding', () => {
    const unreached = [{ host: 'platform.claude.com', obstacle: 'refused' as const, detail: '' }];
    expect(words(judge({ renewal: 'silent', unreached }))).toEqual(['blocked claude-connection-refused']);
  });
});
