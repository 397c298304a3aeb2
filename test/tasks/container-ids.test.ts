import { describe, expect, test } from 'vitest';
import { parsePasswd } from '../../src/host/accounts.ts';
import { systemAccount, whoElseHas } from '../../src/system/accounts/system-account.ts';
import { parseProcessIds } from '../../src/tasks/container-ids.ts';

const users = parsePasswd(
  [
    'root:x:0:0:root:/root:/bin/bash',
    'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
    'polkitd:x:998:998::/nonexistent:/usr/sbin/nologin',
    'otto-paperclip:x:997:997::/nonexistent:/usr/sbin/nologin',
    'cleo:x:1000:1000:Otto:/home/cleo:/bin/bash',
    'ann:x:1001:1001::/home/ann:/bin/bash',
    '',
  ].join('\n'),
);
const who = (uid: number, deployUser = 'cleo') =>
  whoElseHas(uid, users, { deployUser, own: 'otto-paperclip' });

describe('who else has the number that a container runs as', () => {
  test.each([
    ['the deploy user: Paperclip as its image makes it', 1000, /^cleo, the user that Otto runs as/],
    ['another person', 1001, /^ann$/],
    ['a service of this machine', 998, /^polkitd$/],
    ['nobody yet, but one that people get', 1002, /next user/],
  ])('%s', (_, uid, words) => expect(who(uid)).toMatch(words));

  test.each([
    ['root, as Open WebUI in its container', 0],
    ['its own account', 997],
    ['a number that no person gets', 999],
    ['a number above those for people', 100_000],
  ])('%s: nobody', (_, uid) => expect(who(uid)).toBeUndefined());

  test('the deploy user with a number of a service is named as such', () =>
    expect(who(998, 'polkitd')).toMatch(/Otto runs as/));
});

test('what ps says of a container: numbers, without root, each once', () => {
  expect(parseProcessIds('PID                 UID\n4440   997\n4515   997\n12 0\n77 1000\n')).toEqual([
    997, 1000,
  ]);
  expect(parseProcessIds('')).toEqual([]);
});

describe('an account that only holds a number', () => {
  const groups = [{ name: 'systemd-journal', gid: 999 }];
  const account = (more: string, wanted?: number, moreGroups: typeof groups = []) =>
    systemAccount('held', [...users, ...parsePasswd(more)], [...groups, ...moreGroups], wanted);

  test('gets the highest number that neither a user nor a group has', () => {
    expect(account('')).toMatchObject({ uid: 996, gid: 996, there: false, unfit: '' });
  });
  test('gets the number that its files have already, where nobody has it', () => {
    expect(account('', 990)).toMatchObject({ uid: 990, gid: 990 });
    expect(account('', 998), 'somebody has it').toMatchObject({ uid: 996 });
    expect(account('', 1000), 'people get it').toMatchObject({ uid: 996 });
    expect(account('', 0), 'root').toMatchObject({ uid: 996 });
  });
  test('keeps the number of its group, which a run that was cut off has made', () => {
    expect(account('', undefined, [{ name: 'held', gid: 990 }])).toMatchObject({
      uid: 990,
      gid: 990,
      groupThere: true,
    });
  });
  test('is what it is when it is there', () => {
    expect(account('held:x:300:301::/nonexistent:/usr/sbin/nologin')).toMatchObject({
      uid: 300,
      gid: 301,
      unfit: '',
    });
  });
  test.each([
    ['held:x:1005:1005::/home/held:/usr/sbin/nologin', /those for people/],
    ['held:x:0:0::/root:/usr/sbin/nologin', /root under another name/],
    ['held:x:300:300::/:/bin/bash', /can log in/],
  ])('%s is none', (line, words) => expect(account(line).unfit).toMatch(words));
});
