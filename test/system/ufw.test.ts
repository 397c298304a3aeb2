import { expect, test } from 'vitest';
import { allowFromFirst, armRevert, parseUfwStatus } from '../../src/system/ufw.ts';

test.each([
  ['Status: active\n\nTo   Action   From\n', 0, 'active'],
  ['Status: inactive\n', 0, 'inactive'],
  ['', 127, 'absent'],
])('%j', (stdout, exitCode, expected) => {
  expect(parseUfwStatus({ stdout, exitCode })).toBe(expected);
});

test('a rule is moved by deleting it first, never asking', () => {
  const rule = 'allow in on docker0 to any port 8642 proto tcp';
  expect(allowFromFirst('docker0', 8642).map((argv) => argv.join(' '))).toEqual([
    `ufw --force delete ${rule}`,
    `ufw insert 1 ${rule}`,
  ]);
});

test('the way back comes to the second', () => {
  expect(armRevert('undo', 60)).toContain('--timer-property=AccuracySec=100ms');
});
