import { describe, expect, it } from 'vitest';
import { sshCommand, sshLogins } from '../../../src/system/network/ssh-logins.ts';
import { loginDuring } from '../../../src/tasks/firewall/trial.ts';

const PROCESSES = `    812   90000 sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups
   2001    3600 sshd: root@pts/0
   2100      12 sshd: bob [priv]
   2105      12 sshd: bob@pts/1
   2200       3 sshd: root [priv]
   2201       3 sshd: root [net]
   2300       9 sshd-session: ann@notty
`;
const CONNECTIONS = `0 0 203.0.113.10:22 198.51.100.7:50000 users:(("sshd",pid=2001,fd=4))
0 0 [::ffff:203.0.113.10]:2222 [::ffff:198.51.100.7]:50002 users:(("sshd",pid=2105,fd=4),("sshd",pid=2100,fd=4))
0 0 203.0.113.10:22 192.0.2.66:4444 users:(("sshd",pid=2201,fd=4),("sshd",pid=2200,fd=4))
0 0 127.0.0.1:22 127.0.0.1:50003 users:(("sshd-session",pid=2300,fd=4))
0 0 10.0.0.4:443 198.51.100.7:50004 users:(("nginx",pid=30,fd=4))
`;

describe('who is logged in by ssh', () => {
  it('is who sshd has let in, from another machine; a scanner at the door is nobody', () => {
    expect(sshLogins(PROCESSES, CONNECTIONS)).toEqual([
      { user: 'root', from: '198.51.100.7', fromPort: 50000, to: '203.0.113.10', toPort: 22, age: 3600 },
      { user: 'bob', from: '198.51.100.7', fromPort: 50002, to: '203.0.113.10', toPort: 2222, age: 12 },
    ]);
    expect(sshLogins('', CONNECTIONS)).toEqual([]);
    expect(sshLogins('nonsense', '\0\n(("sshd",pid=1')).toEqual([]);
  });

  it.each<[number | undefined, string | undefined]>([
    [60, 'bob'],
    [18, 'bob'],
    // It may have come in while UFW was being turned on.
    [17, undefined],
    [2, undefined],
    [undefined, undefined],
  ])('the firewall has been on for %s s: %s', (seconds, user) => {
    expect(loginDuring(sshLogins(PROCESSES, CONNECTIONS), seconds)?.user).toBe(user);
  });

  it.each([
    [{ user: 'root', to: '203.0.113.10', toPort: 22, from: '198.51.100.7' }, 'ssh root@203.0.113.10'],
    [{ user: 'bob', to: '2001:db8::1', toPort: 2222, from: '2001:db8::7' }, 'ssh -p 2222 bob@2001:db8::1'],
    // Behind a translation of addresses, and inside one.
    [{ user: 'ubuntu', to: '172.31.4.2', toPort: 22, from: '198.51.100.7' }, 'ssh ubuntu@otto.example'],
    [{ user: 'ubuntu', to: '10.0.0.2', toPort: 22, from: '10.0.0.9' }, 'ssh ubuntu@10.0.0.2'],
    // On a console.
    [undefined, 'ssh -p 2022 root@otto.example'],
  ])('%j logs in with %s', (login, command) => {
    expect(sshCommand(login, { name: 'otto.example', port: 2022 })).toBe(command);
  });
});
