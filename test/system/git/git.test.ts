import { describe, expect, test } from 'vitest';
import {
  cloneArgv,
  GIT_FAILURES,
  githubRepository,
  parseStatus,
  withoutCredentials,
} from '../../../src/system/git/git.ts';

describe('git status', () => {
  test('a clean shallow clone', () => {
    const output =
      '# branch.oid 303c0ad1\n# branch.head main\n# branch.upstream origin/main\n# branch.ab +0 -0\n';
    expect(parseStatus(output)).toEqual({
      commit: '303c0ad1',
      branch: 'main',
      upstream: 'origin/main',
      ahead: 0,
      behind: 0,
      changed: [],
      conflicts: [],
    });
  });

  test('changed, renamed and conflicting files, own commits', () => {
    const output = [
      '# branch.oid 303c0ad1',
      '# branch.head main',
      '# branch.upstream origin/main',
      '# branch.ab +2 -1',
      '1 .M N... 100644 100644 100644 aaaa bbbb gateway/run me.py',
      '2 R. N... 100644 100644 100644 aaaa bbbb R100 new.py\told.py',
      'u UU N... 100644 100644 100644 100644 aaaa bbbb cccc both.py',
      '',
    ].join('\n');
    expect(parseStatus(output)).toMatchObject({
      ahead: 2,
      behind: 1,
      changed: ['gateway/run me.py', 'new.py'],
      conflicts: ['both.py'],
    });
  });

  test('a clone that was cut off has no commit', () => {
    expect(parseStatus('# branch.oid (initial)\n# branch.head main\n').commit).toBeUndefined();
  });

  test('a checked out tag is on no branch', () => {
    expect(parseStatus('# branch.oid 303c0ad1\n# branch.head (detached)\n').branch).toBeUndefined();
  });
});

test('a branch or tag is passed on, and none when none is wanted', () => {
  expect(cloneArgv('a/b', 'v1', 'x')).toContain('--branch');
  expect(cloneArgv('a/b', undefined, 'x')).not.toContain('--branch');
});

test.each([
  ['https://github.com/Nucleotto/hermes-agent.git', 'Nucleotto/hermes-agent'],
  ['https://x-access-token:ghp_abc@github.com/Nucleotto/hermes-agent', 'Nucleotto/hermes-agent'],
  ['git@github.com:Nucleotto/hermes-agent.git', 'Nucleotto/hermes-agent'],
  ['/srv/hermes', undefined],
])('%s is the repository %s', (url, repository) => {
  expect(githubRepository(url)).toBe(repository);
});

test('a token in an address is taken off', () => {
  expect(withoutCredentials('https://me:ghp_abc@github.com/a/b')).toBe('https://github.com/a/b');
});

describe('known failures', () => {
  test.each([
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", /no credentials/],
    ["fatal: Authentication failed for 'https://github.com/a/b.git/'", /did not accept/],
    ["fatal: repository 'https://github.com/a/b.git/' not found", /no such repository/],
    ['fatal: Remote branch nope not found in upstream origin', /no branch or tag/],
    ["fatal: unable to access '…': The requested URL returned error: 403", /refuses/],
    ["fatal: unable to access '…': The requested URL returned error: 502", /overloaded/],
    ["fatal: unable to access '…': Could not resolve host: github.com", /DNS/],
    ["fatal: unable to access '…': CONNECT tunnel failed, response 407", /proxy/i],
    ['server certificate verification failed. CAfile: none CRLfile: none', /not trusted/],
    ['error: RPC failed; curl 56 GnuTLS recv error\nfatal: early EOF', /too slow, stalled or was cut/],
    [
      'error: RPC failed; curl 28 Operation too slow. Less than 5000 bytes/sec',
      /too slow, stalled or was cut/,
    ],
    [
      "fatal: unable to access 'https://github.com/a/b.git/': SSL connection timeout",
      /too slow, stalled or was cut/,
    ],
    [
      "fatal: unable to access 'https://github.com/a/b.git/': Failed to connect to github.com port 443 after 3 ms: Couldn't connect to server",
      /was refused/,
    ],
    [
      "fatal: unable to access 'https://github.com/a/b.git/': gnutls_handshake() failed: The TLS connection was non-properly terminated.",
      /was cut/,
    ],
    ['fatal: write error: No space left on device', /disk is full/],
    ['warning: You appear to have cloned an empty repository.', /portal/],
    ["fatal: couldn't find remote ref HEAD", /portal/],
    ['fatal: https://github.com/a/b.git/info/refs not valid: is this a git repository?', /portal/],
    ["fatal: couldn't find remote ref nope", undefined],
  ])('%s', (output, meaning) => {
    const known = GIT_FAILURES.find(({ pattern }) => new RegExp(pattern).test(output));
    if (meaning === undefined) expect(known).toBeUndefined();
    else expect(known?.reason).toMatch(meaning);
  });
});
