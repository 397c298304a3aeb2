import { describe, expect, test } from 'vitest';
import {
  decide,
  isInNetwork,
  letsSomebodyIn,
  parseFilterTable,
  parseUdpRules,
  parseUserRules,
} from '../../../src/system/network/iptables.ts';

/** `iptables -S` on a droplet with UFW on, shortened to what counts. */
const ACTIVE = `-P INPUT DROP
-P FORWARD DROP
-P OUTPUT ACCEPT
-N DOCKER
-N ufw-before-input
-N ufw-user-input
-A INPUT -j ufw-before-logging-input
-A INPUT -j ufw-before-input
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
-A ufw-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT
-A ufw-user-input -i docker0 -p tcp -m tcp --dport 8642 -j ACCEPT
-A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable
`;

const rules = (...lines: string[]) =>
  parseUserRules(lines.map((line) => `-A ufw-user-input ${line}`).join('\n'));
const containers = { device: 'docker0', port: 8642 };

test('a table that leads to UFW', () => {
  const table = parseFilterTable(ACTIVE);
  expect(table).toMatchObject({ inputPolicy: 'drop', leadsToUfw: true });
  expect(table.rules).toHaveLength(3);
});

test('after iptables -F the policy stays and the way to UFW is gone', () => {
  expect(parseFilterTable('-P INPUT DROP\n-N ufw-user-input\n')).toEqual({
    inputPolicy: 'drop',
    leadsToUfw: false,
    docker: 'none',
    rules: [],
  });
});

test('/etc/ufw/user.rules says it in the same words', () => {
  const file = `*filter
### RULES ###

### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw-user-input -p tcp --dport 22 -j ACCEPT

### tuple ### allow tcp 8642 0.0.0.0/0 any 0.0.0.0/0 in_docker0
-A ufw-user-input -i docker0 -p tcp --dport 8642 -j ACCEPT
### END RULES ###
COMMIT
`;
  expect(decide(parseUserRules(file), containers).verdict).toBe('accept');
  expect(letsSomebodyIn(parseUserRules(file), 22)).toBe(true);
});

describe('what the rules do to what comes from a container', () => {
  const allow = '-i docker0 -p tcp -m tcp --dport 8642 -j ACCEPT';
  test.each([
    ['the rule', [allow], 'accept'],
    ['for one destination', ['-d 172.17.0.1/32 -i docker0 -p tcp -m tcp --dport 8642 -j ACCEPT'], 'accept'],
    ['a whole interface', ['-i docker0 -j ACCEPT'], 'accept'],
    ['a range of ports', ['-p tcp -m multiport --dports 8000:9000 -j ACCEPT'], 'accept'],
    ['no rule', ['-p tcp -m tcp --dport 22 -j ACCEPT'], 'none'],
    ['udp only', ['-i docker0 -p udp -m udp --dport 8642 -j ACCEPT'], 'none'],
    ['another interface', ['-i eth0 -p tcp -m tcp --dport 8642 -j ACCEPT'], 'none'],
    ['a deny before it', ['-p tcp -m tcp --dport 8642 -j DROP', allow], 'drop'],
    ['a reject before it', ['-p tcp -m tcp --dport 8642 -j REJECT --reject-with tcp-reset', allow], 'drop'],
    ['a deny after it', [allow, '-p tcp -m tcp --dport 8642 -j DROP'], 'accept'],
    ['a deny for somebody else', ['-s 198.51.100.7/32 -p tcp -m tcp --dport 8642 -j DROP', allow], 'accept'],
  ])('%s: %s', (_, lines, verdict) => {
    expect(decide(rules(...lines), containers).verdict).toBe(verdict);
  });
});

test('what only docker0 may do, the internet may not', () => {
  expect(decide(parseFilterTable(ACTIVE).rules, { port: 8642 }).verdict).toBe('none');
});

test.each([
  [
    'limited',
    [
      '-p tcp -m tcp --dport 22 -m recent --update -j ufw-user-limit',
      '-p tcp -m tcp --dport 22 -j ufw-user-limit-accept',
    ],
    true,
  ],
  ['for one office only', ['-s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT'], true],
  ['over a VPN only', ['-i wg0 -j ACCEPT'], true],
  ['denied', ['-p tcp -m tcp --dport 22 -j DROP'], false],
  ['another port', ['-p tcp -m tcp --dport 2222 -j ACCEPT'], false],
  [
    'allowed after everybody was denied',
    ['-p tcp -m tcp --dport 22 -j DROP', '-p tcp -m tcp --dport 22 -j ACCEPT'],
    false,
  ],
  [
    'allowed after some were denied',
    ['-s 198.51.100.7/32 -p tcp -m tcp --dport 22 -j DROP', '-p tcp -m tcp --dport 22 -j ACCEPT'],
    true,
  ],
])('somebody gets in to port 22: %s', (_, lines, expected) => {
  expect(letsSomebodyIn(rules(...lines), 22)).toBe(expected);
});

test.each([
  ['-A FORWARD -j DOCKER-USER', 'linked'],
  ['-A FORWARD -o docker0 -j DOCKER', 'linked'],
  ['-A FORWARD -j DOCKER-FORWARD', 'linked'],
  ['-N DOCKER\n-A FORWARD -j ufw-before-forward', 'cut'],
  ['-A FORWARD -j ufw-before-forward', 'none'],
])('%j: Docker’s chains are %s', (table, expected) => {
  expect(parseFilterTable(table).docker).toBe(expected);
});

test('rules about UDP are kept apart', () => {
  const udp = '-A ufw-user-input -i docker0 -p udp -m udp --dport 8642 -j ACCEPT';
  expect(parseUdpRules(udp)).toMatchObject([{ device: 'docker0', ports: [[8642, 8642]] }]);
  expect(parseUserRules(udp)).toEqual([]);
  expect(parseUdpRules(ACTIVE)).toEqual([]);
});

test.each([
  ['172.17.0.2', '172.17.0.0/16', true],
  ['172.17.0.2', '172.17.0.2', true],
  ['172.17.0.2', '172.17.0.3/32', false],
  ['172.18.0.2', '172.17.0.0/16', false],
  ['203.0.113.9', '0.0.0.0/0', true],
  ['2001:db8::1', '172.17.0.0/16', false],
])('%s in %s: %s', (address, network, expected) => {
  expect(isInNetwork(address, network)).toBe(expected);
});
