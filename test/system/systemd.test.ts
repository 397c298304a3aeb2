import { expect, test } from 'vitest';
import { isInContainer, NO_UNIT, parseUnits, startsAtBoot, unitOfCgroup } from '../../src/system/systemd.ts';

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

test('systemd does not answer: the units are not there', () => {
  expect(parseUnits('', ['nginx.service'])['nginx.service']).toEqual(NO_UNIT);
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
])('a process in %o', (cgroup, unit, container) => {
  expect(unitOfCgroup(cgroup)).toBe(unit);
  expect(isInContainer(cgroup)).toBe(container);
});
