import { expect, test } from 'vitest';
import {
  allowRuleFirst,
  armRevert,
  deviceRule,
  holdsRule,
  isSwitchedOn,
  networkRule,
  parseUfwStatus,
  portRule,
} from '../../../src/system/network/ufw.ts';

test.each([
  ['Status: active\n\nTo   Action   From\n', 0, 'active'],
  ['Status: inactive\n', 0, 'inactive'],
  ['', 127, 'absent'],
])('%j', (stdout, exitCode, expected) => {
  expect(parseUfwStatus({ stdout, exitCode })).toBe(expected);
});

test('a rule is moved by turning a deny in the same words, then deleting it, never asking', () => {
  const rule = 'allow in on docker0 to any port 8642 proto tcp';
  expect(allowRuleFirst(deviceRule('docker0', 8642)).map((argv) => argv.join(' '))).toEqual([
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

// As UFW 0.36.2 writes them.
const USER_RULES = `### RULES ###

### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 443 -j ACCEPT

### tuple ### allow any 8080 0.0.0.0/0 any 0.0.0.0/0 in comment=6f75727320
-A ufw-user-input -p tcp --dport 8080 -j ACCEPT
-A ufw-user-input -p udp --dport 8080 -j ACCEPT

### tuple ### deny tcp 80 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 80 -j DROP

### tuple ### allow tcp 8642 0.0.0.0/0 any 0.0.0.0/0 in_docker0
-A ufw-user-input -i docker0 -p tcp --dport 8642 -j ACCEPT

### tuple ### allow tcp 8642 0.0.0.0/0 any 172.18.0.0/16 in
-A ufw-user-input -p tcp --dport 8642 -s 172.18.0.0/16 -j ACCEPT
`;

test.each([
  [portRule(443), true],
  [portRule(80), false],
  [portRule(8080), false],
  ['8080', true],
  [portRule(8642), false],
  [deviceRule('docker0', 8642), true],
  [deviceRule('docker1', 8642), false],
  [networkRule('172.18.0.0/16', 8642), true],
  [networkRule('172.19.0.0/16', 8642), false],
])('among the rules of UFW is one to allow %j: %s', (rule, expected) => {
  expect(holdsRule(USER_RULES, rule)).toBe(expected);
});
