import { expect, test } from 'vitest';
import { isOpenToOthers, parseListeners } from '../../../src/system/network/sockets.ts';

// Seen on the test droplet (Debian 12), shortened.
const OUTPUT = `LISTEN 0      511      0.0.0.0:80    0.0.0.0:* users:(("nginx",pid=2721,fd=5),("nginx",pid=2423,fd=5))
LISTEN 0      4096   127.0.0.1:46403 0.0.0.0:* users:(("containerd",pid=2388,fd=11))
LISTEN 0      4096   127.0.0.53%lo:53 0.0.0.0:*
LISTEN 0      511         [::]:443      [::]:* users:(("nginx",pid=2423,fd=11))
LISTEN 0      4096           *:8642        *:* users:(("python",pid=77,fd=9))
`;

test('addresses, ports and who holds them', () => {
  expect(parseListeners(OUTPUT)).toEqual([
    {
      address: '0.0.0.0',
      port: 80,
      holders: [
        { name: 'nginx', pid: 2721 },
        { name: 'nginx', pid: 2423 },
      ],
    },
    { address: '127.0.0.1', port: 46403, holders: [{ name: 'containerd', pid: 2388 }] },
    { address: '127.0.0.53', port: 53, holders: [] },
    { address: '::', port: 443, holders: [{ name: 'nginx', pid: 2423 }] },
    { address: '*', port: 8642, holders: [{ name: 'python', pid: 77 }] },
  ]);
});

test('nothing listens, or ss is not there', () => {
  expect(parseListeners('')).toEqual([]);
});

test.each([
  ['0.0.0.0', true],
  ['*', true],
  ['::', true],
  ['203.0.113.10', true],
  ['127.0.0.1', false],
  ['127.0.0.53', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
])('%s is open to others: %s', (address, open) => {
  expect(isOpenToOthers({ address, port: 1, holders: [] })).toBe(open);
});
