import { expect, test } from 'vitest';
import { allowFromFirst, armRevert, isSwitchedOn, parseUfwStatus } from '../../src/system/network/ufw.ts';

test.each([
  ['Status: active\n\nTo   Action   From\n', 0, 'active'],
  ['Status: inactive\n', 0, 'inactive'],
  ['', 127, 'absent'],
])('%j', (stdout, exitCode, expected) => {
  expect(parseUfwStatus({ stdout, exitCode })).toBe(expected);
});

test('a rule is moved by turning a deny in the same words, then deleting it, never asking', () => {
  const rule = 'allow in on docker0 to any port 8642 proto tcp';
  expect(allowFromFirst('docker0', 8642).map((argv) => argv.join(' '))).toEqual([
    `ufw ${rule}`,
    `ufw --force delete ${rule}`,
    `ufw insert 1 ${rule}`,
  ]);
});

test('the way back comes to the second', () => {
  expect(armRevert('undo', 60)).toContain('--timer-property=AccuracySec=100ms');
});

test.each([
  ['# ENABLED=no\nENABLED=yes\nLOGLEVEL=low\n', true],
  ['ENABLED="yes"\n', true],
  ['# ENABLED=yes\nENABLED=no\n', false],
  ['', false],
])('on at each boot: %j', (file, expected) => {
  expect(isSwitchedOn(file)).toBe(expected);
});
