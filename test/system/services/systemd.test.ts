import { expect, test } from 'vitest';
import {
  forgetFailedStarts,
  isInContainer,
  NO_UNIT,
  parseUnits,
  startsAtBoot,
  systemctl,
  unitOfCgroup,
} from '../../../src/system/services/systemd.ts';

// Seen on the test droplet (Debian 12).
const OUTPUT = `MainPID=2510
Result=success
Id=docker.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled

MainPID=0
Result=success
Id=nosuch.service
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=

Result=success
Id=certbot.timer
LoadState=loaded
ActiveState=active
SubState=waiting
UnitFileState=enabled
`;

test('several units, in the order in which they were asked for', () => {
  const names = ['docker.service', 'nosuch.service', 'certbot.timer'] as const;
  const units = parseUnits(OUTPUT, names);
  expect(units['docker.service']).toEqual({
    load: 'loaded',
    active: 'active',
    sub: 'running',
    file: 'enabled',
    result: 'success',
    mainPid: 2510,
  });
  expect(units['nosuch.service'].load).toBe('not-found');
  expect(units['certbot.timer']).toMatchObject({ sub: 'waiting', mainPid: 0 });
});

test.each([
  ['nothing', ''],
  ['garbage', '\u001b[31mÿþ\u0000 4 8 15'],
  ['only the first unit', 'Id=docker.service\nLoadState=loaded'],
])('systemd says %s: that is not read as a unit that is absent', (_, output) => {
  expect(() => parseUnits(output, ['docker.service', 'nginx.service'])).toThrow('systemctl did not say');
});

test.each([
  ['enabled', true],
  ['static', true],
  ['alias', true],
  ['disabled', false],
  ['masked', false],
  ['', false],
])('a unit file that is %o starts at boot: %s', (file, starts) => {
  expect(startsAtBoot({ ...NO_UNIT, file })).toBe(starts);
});

test.each([
  ['0::/system.slice/apache2.service\n', 'apache2.service', false],
  [
    '5:memory:/system.slice/nginx.service\n1:name=systemd:/system.slice/nginx.service\n',
    'nginx.service',
    false,
  ],
  [`0::/system.slice/docker-${'a1'.repeat(32)}.scope\n`, undefined, true],
  [`3:cpu:/docker/${'a1'.repeat(32)}\n`, undefined, true],
  ['0::/user.slice/user-0.slice/session-1.scope\n', undefined, false],
  // What a user's own systemd can call its groups.
  ['0::/user.slice/user-1000.slice/user@1000.service/system.slice/ssh.service\n', undefined, false],
  [`0::/user.slice/user-1000.slice/user@1000.service/docker-${'a1'.repeat(32)}.scope\n`, undefined, false],
])('a process in %o', (cgroup, unit, container) => {
  expect(unitOfCgroup(cgroup)).toBe(unit);
  expect(isInContainer(cgroup)).toBe(container);
});

// systemd 252 and 257, in what they print to stderr.
test.each([
  ['Failed to start hermes-gateway.service: Unit hermes-gateway.service is masked.', /blocked/],
  ['Failed to enable unit: Unit file nosuch.service does not exist.', /no unit of this name/],
  ['Failed to start nosuch.service: Unit nosuch.service not found.', /no unit of this name/],
  ['Job for docker.service failed because start of the service was attempted too often.', /given up/],
  [
    'Job for nginx.service failed because the control process exited with error code.',
    /could not be started/,
  ],
  ['Failed to connect to bus: No such file or directory', /does not answer/],
])('a failure of systemctl has words: %s', (line, words) => {
  const known = systemctl('Start it', ['start', 'x']).knownFailures?.find(({ pattern }) =>
    new RegExp(pattern, 'im').test(line),
  );
  expect(known?.reason).toMatch(words);
});

test('a unit that systemd has not loaded has no failed starts to forget', () => {
  expect(forgetFailedStarts('Forget', 'nginx.service').succeedsWith).toEqual([0, 1]);
});
