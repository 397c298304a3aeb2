import { expect, test } from 'vitest';
import { sshPorts } from '../../../src/system/network/ssh-session.ts';

const LISTENS_22 = 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1203,fd=3))';
const SOCKET_IDLE = 'Listen=[::]:22 (Stream)\nActiveState=inactive\n';
const SYSTEMD_22 = 'LISTEN 0 4096 *:22 *:* users:(("systemd",pid=1,fd=75))';

const evidence = (
  listeners: string[],
  connections: string[] = [],
  socketUnit = SOCKET_IDLE,
  environment = 'PATH=/bin\0TERM=xterm\0',
) => ({
  listeners: listeners.join('\n'),
  connections: connections.join('\n'),
  socketUnit,
  environment,
});

test.each([
  ['sshd listens', evidence([LISTENS_22]), [22]],
  [
    'on a port of its own, with a session',
    evidence(
      ['LISTEN 0 128 [::]:2222 [::]:* users:(("sshd",pid=1,fd=3))'],
      ['0 0 203.0.113.10:2222 198.51.100.7:50122 users:(("sshd",pid=9,fd=4),("sshd",pid=8,fd=4))'],
    ),
    [2222],
  ],
  [
    'a session over a port that systemd listens on for sshd',
    evidence(
      [SYSTEMD_22],
      ['0 0 [::ffff:203.0.113.10]:22 [::ffff:198.51.100.7]:1 users:(("sshd-session",pid=9,fd=4))'],
    ),
    [22],
  ],
  [
    'nobody there, systemd waits',
    evidence([SYSTEMD_22], [], 'Listen=0.0.0.0:22 (Stream)\nListen=[::]:2200 (Stream)\nActiveState=active\n'),
    [22, 2200],
  ],
  [
    'what a session forwards is no way in',
    evidence(
      [LISTENS_22, 'LISTEN 0 128 127.0.0.1:6010 0.0.0.0:* users:(("sshd",pid=9,fd=9))'],
      ['0 0 203.0.113.10:45678 203.0.113.9:5432 users:(("sshd",pid=9,fd=11))'],
    ),
    [22],
  ],
  [
    'other services of systemd are none',
    evidence(['LISTEN 0 5 *:9090 *:* users:(("systemd",pid=1,fd=5))']),
    [],
  ],
  ['a console without sshd', evidence([]), []],
  [
    'this very session, over a server of another name',
    evidence(
      [],
      [],
      SOCKET_IDLE,
      'A=b\0SSH_CONNECTION=198.51.100.7 50122 203.0.113.10 2022\0SSH_TTY=/dev/pts/0\0',
    ),
    [2022],
  ],
  [
    'a session through a tunnel on this machine says nothing',
    evidence([LISTENS_22], [], SOCKET_IDLE, 'SSH_CONNECTION=127.0.0.1 50122 127.0.0.1 2022\0'),
    [22],
  ],
])('%s', (_, given, ports) => {
  expect(sshPorts(given)).toEqual(ports);
});
