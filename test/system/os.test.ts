import { expect, test } from 'vitest';
import {
  isDebianFamily,
  parseDf,
  parseFileSystems,
  parseMeminfo,
  parseOsRelease,
} from '../../src/system/os.ts';

test('Ubuntu 24.04', () => {
  const os = parseOsRelease(`PRETTY_NAME="Ubuntu 24.04.2 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
`);
  expect(os).toEqual({
    id: 'ubuntu',
    versionId: '24.04',
    codename: 'noble',
    prettyName: 'Ubuntu 24.04.2 LTS',
    like: ['debian'],
  });
  expect(isDebianFamily(os)).toBe(true);
});

test.each([
  ['ID=debian\nVERSION_ID="12"', true],
  ["ID=linuxmint\nID_LIKE='ubuntu debian'", true],
  ['ID=fedora\nID_LIKE="rhel"', false],
  ['', false],
])('%o is of the Debian family: %s', (text, family) => {
  expect(isDebianFamily(parseOsRelease(text))).toBe(family);
});

test('memory and disk in bytes', () => {
  expect(parseMeminfo('MemTotal:        8132872 kB\nMemFree: 1 kB\nSwapTotal:             0 kB\n')).toEqual({
    memory: 8_328_060_928,
    swap: 0,
  });
  expect(parseDf('   1B-blocks        Avail\n166259429376 150000000000\n')).toEqual({
    size: 166_259_429_376,
    free: 150_000_000_000,
  });
  expect(parseDf('')).toBeUndefined();
});

test('the file systems that df lists, each once', () => {
  const output =
    '  1B-blocks       Avail Inodes IFree Mounted on\n166259429376 150000000000 1000 900 /\n166259429376 150000000000 1000 900 /\n 1000000 500 0 0 /mnt/a disk\n 1000000 500 - - /mnt/other\n';
  expect(parseFileSystems(output)).toEqual([
    { target: '/', size: 166_259_429_376, free: 150_000_000_000, inodes: { size: 1_000, free: 900 } },
    { target: '/mnt/a disk', size: 1_000_000, free: 500, inodes: undefined },
    { target: '/mnt/other', size: 1_000_000, free: 500, inodes: undefined },
  ]);
});
