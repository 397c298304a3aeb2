import { describe, expect, test } from 'vitest';
import {
  defaultDevice,
  deletionOf,
  type Packet,
  parsePaths,
  pathOf,
} from '../../../src/system/network/packet-path.ts';

const TABLE = `-P INPUT DROP
-P FORWARD DROP
-P OUTPUT ACCEPT
-N ufw-before-input
-N ufw-user-input
-N f2b
-N DOCKER-USER
-A INPUT -p tcp -m multiport --dports 22,443 -j f2b
-A INPUT -j ufw-before-input
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A f2b -s 198.51.100.9/32 -j REJECT --reject-with icmp-port-unreachable
-A f2b -j RETURN
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -m limit --limit 3/min -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-before-input -j ufw-user-input
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
-A ufw-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT
-A ufw-user-input -i docker0 -p tcp -m tcp --dport 8642 -j ACCEPT
`;
const web: Packet = { protocol: 'tcp', port: 443, in: 'eth0' };
const way = (more: string, packet: Packet, chain = 'INPUT') => {
  const { does, rule } = pathOf(parsePaths(`${TABLE}${more}`), chain, packet);
  return rule === undefined ? does : `${does} by ${rule.line}`;
};
/** Before what the chain has. */
const first = (rule: string, packet: Packet, chain = 'INPUT') => {
  const { does } = pathOf(parsePaths(`${rule}\n${TABLE}`), chain, packet);
  return does;
};

describe('the way of a packet', () => {
  test('leads through the chains of whoever wrote them, to the rule that decides', () => {
    expect(way('', web)).toBe('accept by -A ufw-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT');
    expect(way('', { protocol: 'tcp', port: 8642, in: 'docker0' })).toMatch(/^accept/);
    expect(way('', { protocol: 'tcp', port: 8642, in: 'eth0' })).toBe('drop');
    expect(way('', { ...web, out: 'eth0', in: 'docker0' }, 'FORWARD')).toMatch(/^accept/);
    expect(way('', { ...web, out: 'docker0', in: 'docker0' }, 'FORWARD')).toBe('drop');
    expect(way('', web, 'OUTPUT')).toBe('accept');
  });

  test('ends at a rule before all others, in whatever words', () => {
    expect(first('-A INPUT -i eth0 -p tcp -m tcp --dport 443 -j DROP', web)).toBe('drop');
    expect(first('-A INPUT -i eth+ -p tcp -m multiport --dports 80,400:450 -j REJECT', web)).toBe('drop');
    expect(
      first('-A INPUT ! -i lo -m conntrack --ctstate INVALID,NEW -m comment --comment "no one" -j DROP', web),
    ).toBe('drop');
    expect(
      first('-A DOCKER-USER -i docker0 -j DROP', { ...web, in: 'docker0', out: 'eth0' }, 'FORWARD'),
    ).toBe('drop');
  });

  test('passes over what is about others, and over what nobody can know from here', () => {
    for (const rule of [
      '-A INPUT -i eth1 -p tcp -m tcp --dport 443 -j DROP',
      '-A INPUT -p tcp -m tcp --dport 8443 -j DROP',
      '-A INPUT -p udp -m udp --dport 443 -j DROP',
      '-A INPUT -s 203.0.113.0/24 -j DROP',
      '-A INPUT -m set --match-set bad src -j DROP',
      '-A INPUT -p tcp -m connlimit --connlimit-above 50 -j DROP',
      '-A INPUT -p icmp -m icmp --icmp-type 8 -j DROP',
      '-A INPUT -m conntrack --ctstate INVALID -j DROP',
    ])
      expect(first(rule, web), rule).toBe('accept');
  });

  test('whoever knows both ends gets rules for addresses, too', () => {
    const from = { protocol: 'tcp', port: 443, in: 'eth0', from: '198.51.100.9' } as const;
    expect(way('', from)).toMatch(/^drop by -A f2b/);
  });

  test('a rule is deleted in its own words', () => {
    expect(deletionOf({ chain: 'INPUT', line: '-A INPUT -m comment --comment "a b" -j DROP' })).toEqual([
      ...['-D', 'INPUT', '-m', 'comment', '--comment', 'a b', '-j', 'DROP'],
    ]);
  });

  test('the interface to the internet is that of the default route', () => {
    const route =
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\ndocker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\neth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n';
    expect(defaultDevice(route)).toBe('eth0');
    expect(defaultDevice(undefined)).toBeUndefined();
  });
});
