import { describe, expect, test } from 'vitest';
import { gitProgress } from '../../../src/system/git/git-progress.ts';
import { installProjectArgv, PIP_FAILURES, pipProgress } from '../../../src/system/python/pip.ts';

describe('progress of pip', () => {
  const read = (lines: readonly string[]) => {
    const reader = pipProgress();
    return lines.map(reader).filter((progress) => progress !== undefined);
  };

  test('counts what it finds, then what it installs', () => {
    expect(
      read([
        'Obtaining file:///home/cleo/.hermes/hermes-agent',
        '  Installing build dependencies: started',
        'Collecting aiohttp==3.14.1',
        '  Downloading aiohttp-3.14.1-cp311-cp311-manylinux.whl (1.7 MB)',
        'Requirement already satisfied: yarl<2.0 in ./venv/lib/python3.11/site-packages (1.2)',
        'Collecting aiohttp (from x)',
        'Installing collected packages: aiohttp, hermes-agent',
        'Successfully installed aiohttp-3.14.1 hermes-agent-0.19.0',
      ]),
    ).toEqual([
      { done: 1, unit: 'packages found' },
      { done: 2, unit: 'packages found' },
      { done: 2, unit: 'packages found' },
      { done: 0, total: 2, unit: 'packages' },
      { done: 2, total: 2, unit: 'packages' },
    ]);
  });

  test('each run counts from zero', () => {
    expect(read(['Collecting a'])).toEqual(read(['Collecting a']));
  });
});

test('progress of git: the share that is received', () => {
  const reader = gitProgress();
  expect(reader('Receiving objects:  45% (450/1000), 11.02 MiB | 5.10 MiB/s')).toEqual({
    done: 45,
    total: 100,
    unit: '%',
  });
  expect(reader('remote: Counting objects: 100% (1000/1000), done.')).toBeUndefined();
});

test('without extras the project alone is installed', () => {
  expect(installProjectArgv('p', []).at(-1)).toBe('.');
  expect(installProjectArgv('p', ['a', 'b']).at(-1)).toBe('.[a,b]');
});

test.each([
  [
    "ERROR: Package 'hermes-agent' requires a different Python: 3.12.3 not in '<3.15,>=3.14'",
    /different Python/,
  ],
  ['ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', /disk is full/],
  ['ERROR: No matching distribution found for aiohttp==3.14.1', /lacks a package/],
  [
    'ERROR: Could not find a version that satisfies the requirement setuptools (from versions: none)\nERROR: No matching distribution found for setuptools',
    /portal page/,
  ],
  [
    'ERROR: Could not find a version that satisfies the requirement aiohttp==9 (from versions: 3.14.1)',
    /lacks a package/,
  ],
  [
    'NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution',
    /DNS/,
  ],
  [
    'SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")',
    /not trusted/,
  ],
  ['ReadTimeoutError("HTTPSConnectionPool(host=\'x\', port=443): Read timed out.")', /failed or was cut/],
  ["error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", /could not be compiled/],
  [
    'The virtual environment was not created successfully because ensurepip is not available.',
    /python3-venv/,
  ],
  [
    "PermissionError: [Errno 13] Permission denied: '/home/cleo/.hermes/hermes-agent/venv/lib'",
    /another user/,
  ],
])('%s', (output, meaning) => {
  const known = PIP_FAILURES.find(({ pattern }) => new RegExp(pattern).test(output));
  expect(`${known?.reason} ${known?.next}`).toMatch(meaning);
});
