import { expect, test } from 'vitest';
import { parsePasswd } from '../../../src/host/accounts.ts';
import { addUser, maySudo, parsePasswordState, refusesLogin } from '../../../src/system/accounts/users.ts';

test('a line of the user database', () => {
  expect(parsePasswd('cleo:x:1000:1000:Otto,,,:/home/cleo:/bin/bash\n')[0]).toEqual({
    name: 'cleo',
    uid: 1000,
    gid: 1000,
    home: '/home/cleo',
    shell: '/bin/bash',
  });
  expect(parsePasswd('')).toEqual([]);
});

test.each([
  ['cleo L 2026-11-22 0 99999 7 -1', 'locked'],
  ['cleo P 11/22/2026 0 99999 7 -1', 'set'],
  ['cleo NP 2026-11-22 0 99999 7 -1', 'empty'],
  ["passwd: user 'cleo' does not exist", 'unknown'],
])('%s', (line, state) => {
  expect(parsePasswordState(line)).toBe(state);
});

test('shells that end at once', () => {
  expect(['/usr/sbin/nologin', '/bin/false', '/bin/bash', '/usr/bin/zsh'].map(refusesLogin)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a group of that name is used, not made again', () => {
  expect(addUser('cleo', false)).toContain('--user-group');
  expect(addUser('cleo', true).join(' ')).toContain('--gid cleo');
});

test('what sudo -l says', () => {
  expect(maySudo('User cleo is not allowed to run sudo on droplet.')).toBe(false);
  expect(maySudo('User cleo may run the following commands on droplet:\n    (ALL) NOPASSWD: ALL')).toBe(true);
});
