import { expect, test } from 'vitest';
import { isOpenToOthers, parseListeners } from '../../../src/system/network/sockets.ts';
import { otherServices } from '../../../src/tasks/firewall/other-services.ts';

const line = (address: string, holder: string) =>
  `LISTEN 0 4096 ${address} 0.0.0.0:* users:(("${holder}",pid=72,fd=14))`;

test.each([
  ['a database', line('0.0.0.0:5432', 'postgres'), ['5432 (postgres)']],
  [
    'the same on both protocols',
    `${line('0.0.0.0:5432', 'postgres')}\n${line('[::]:5432', 'postgres')}`,
    ['5432 (postgres)'],
  ],
  ['what only this machine reaches', line('127.0.0.53%lo:53', 'systemd-resolve'), []],
  [
    'names for the local network',
    `${line('0.0.0.0:5355', 'systemd-resolve')}\n${line('[::]:5355', 'systemd-resolve')}`,
    [],
  ],
  ['another program at that port', line('0.0.0.0:5355', 'backdoor'), ['5355 (backdoor)']],
  ['a name server for others', line('0.0.0.0:53', 'systemd-resolve'), ['53 (systemd-resolve)']],
  ['what Docker publishes', line('0.0.0.0:5000', 'docker-proxy'), []],
  [
    'sshd, the site and Hermes',
    [22, 80, 443, 8642].map((port) => line(`0.0.0.0:${port}`, 'x')).join('\n'),
    [],
  ],
] as const)('%s', (_, listeners, services) => {
  expect(otherServices(parseListeners(listeners).filter(isOpenToOthers), [22])).toEqual(services);
});
