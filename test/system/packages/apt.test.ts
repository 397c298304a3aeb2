import { expect, test } from 'vitest';
import {
  hasLists,
  installPackages,
  lockHolder,
  parseCandidates,
  parseProcess,
  updateLists,
} from '../../../src/system/packages/apt.ts';
import { aptInstallProgress } from '../../../src/system/packages/apt-progress.ts';
import { interruptedPackages, isInstalled, parsePackages } from '../../../src/system/packages/dpkg.ts';

const STATS = '2146338 /var/lib/dpkg/lock-frontend\n2146339 /var/lib/dpkg/lock\n';

// /proc/locks as seen on Debian 12, with the inode of the first lock file.
test.each([
  ['held', '1: POSIX  ADVISORY  WRITE 24940 fe:00:2146338 0 EOF\n', 24940],
  ['another file', '1: POSIX  ADVISORY  WRITE 24940 fe:00:2146337 0 EOF\n', undefined],
  ['somebody who waits holds nothing', '1: -> POSIX  ADVISORY  WRITE 12 fe:00:2146338 0 EOF\n', undefined],
  ['an flock of it is not a lock of apt', '1: FLOCK  ADVISORY  WRITE 12 fe:00:2146338 0 EOF\n', undefined],
  [
    'the one who started dpkg',
    '1: POSIX  ADVISORY  WRITE 1533 fe:00:2146339 0 EOF\n2: POSIX  ADVISORY  WRITE 812 fe:00:2146338 0 EOF\n',
    812,
  ],
  ['dpkg, which somebody started by hand', '1: POSIX  ADVISORY  WRITE 1533 fe:00:2146339 0 EOF\n', 1533],
  ['nobody', '', undefined],
])('who holds the lock: %s', (_, locks, pid) => {
  expect(lockHolder(locks, STATS)).toBe(pid);
});

test('no lock file is there yet', () => {
  expect(lockHolder('1: POSIX  ADVISORY  WRITE 24940 fe:00:2146338 0 EOF\n', '')).toBeUndefined();
});

test('what the holder is', () => {
  expect(parseProcess(812, '     80 /usr/bin/python3 /usr/bin/unattended-upgrade\n')).toEqual({
    pid: 812,
    seconds: 80,
    command: '/usr/bin/python3 /usr/bin/unattended-upgrade',
  });
  expect(parseProcess(812, '')).toBeUndefined();
});

test('what the sources offer', () => {
  // Seen on Debian 12.
  const offered = parseCandidates(`docker.io:
  Installed: (none)
  Candidate: 20.10.24+dfsg1-1+deb12u1+b6
  Version table:
     20.10.24+dfsg1-1+deb12u1+b6 500
        500 http://deb.small.example bookworm/main amd64 Packages
docker-ce:
  Installed: (none)
  Candidate: (none)
  Version table:
`);
  expect([...offered]).toEqual(['docker.io']);
});

test.each([
  [['lock', 'partial'], false],
  [['lock', 'deb.small.example_dists_bookworm_main_binary-amd64_Packages'], true],
  [['archive.ubuntu.com_ubuntu_dists_noble_main_binary-amd64_Packages.lz4'], true],
])('lists of packages in %o: %s', (names, has) => {
  expect(hasLists(names)).toBe(has);
});

test('nothing is removed, upgraded, asked or restarted on the way', () => {
  const install = installPackages(['git', 'gh']);
  expect(install.argv).toEqual(expect.arrayContaining(['--yes', '--no-remove', '--no-upgrade', 'git', 'gh']));
  expect(install.env).toMatchObject({ DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' });
  expect(install.argv.join(' ')).toContain('DPkg::Lock::Timeout=');
  expect(install.uninterruptible).toBe(true);
});

// The lines by which apt and dpkg say so.
test.each([
  ["E: You don't have enough free space in /var/cache/apt/archives/.", /disk is full/],
  [
    "E: Failed to fetch http://deb.small.example/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)",
    /web page/,
  ],
  ['dpkg: error processing archive: cannot copy: failed to write (No space left on device)', /disk is full/],
  ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt-get)', /Another apt/],
  [
    "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
    /interrupted/,
  ],
  [
    "Err:1 http://deb.small.example bookworm InRelease Temporary failure resolving 'deb.small.example'",
    /mirror/,
  ],
  ['E: Packages need to be removed but remove is disabled.', /in the way/],
  ['E: Unmet dependencies. Try apt --fix-broken install', /conflict/],
  ['E: Unable to locate package gh', /do not offer/],
  [
    'E: Release file for http://deb.small.example/dists/x/InRelease is not valid yet (invalid for 3h)',
    /clock/,
  ],
])('%s', (line, reason) => {
  for (const { knownFailures = [] } of [installPackages(['gh']), updateLists()])
    expect(knownFailures.find(({ pattern }) => new RegExp(pattern).test(line))?.reason).toMatch(reason);
});

test('packages and what was cut off', () => {
  const packages = parsePackages(
    'ii \tgit\t1:2.39.5\niF \tnginx\t1.22.1\nrc \tapache2\t2.4\nii \tlibc6\t2.36\nrc \tlibc6\t2.35\n',
  );
  expect(isInstalled(packages, 'git')).toBe(true);
  expect(isInstalled(packages, 'libc6')).toBe(true);
  expect(isInstalled(packages, 'apache2')).toBe(false);
  expect(isInstalled(packages, 'gh')).toBe(false);
  expect(interruptedPackages(packages)).toEqual(['nginx (half configured)']);
});

test('progress: packages set up, of those to be installed', () => {
  const read = aptInstallProgress();
  expect(read('Reading package lists...')).toBeUndefined();
  expect(read('0 upgraded, 2 newly installed, 0 to remove and 3 not upgraded.')).toEqual({
    done: 0,
    total: 2,
    unit: 'packages',
  });
  expect(read('Unpacking git (1:2.39.5) ...')).toBeUndefined();
  expect(read('Setting up git (1:2.39.5) ...')).toEqual({ done: 1, total: 2, unit: 'packages' });
});
