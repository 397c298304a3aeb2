import { expect, test } from 'vitest';
import {
  isCloudflare,
  isPublic,
  parseAddresses,
  parseDropletMetadata,
  sameAddress,
} from '../../../src/system/network/addresses.ts';

test.each(['[null]', '[1]', '{}', 'null', '[{"addr_info":[null,{"local":1,"scope":"global"}]}]', 'not JSON'])(
  'what is not a list of interfaces has no addresses: %s',
  (output) => expect(parseAddresses(output)).toEqual([]),
);

test.each([
  'null',
  '[]',
  '{"interfaces":{"public":[null,{"ipv4":{"ip_address":7}}]},"reserved_ip":null}',
  'not JSON',
])('what is not metadata has no addresses: %s', (body) => expect(parseDropletMetadata(body)).toEqual([]));

test('addresses of interfaces; those of the link and the loopback are left out', () => {
  // Seen on the test droplet (ip -json address show), shortened.
  const output = JSON.stringify([
    { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }] },
    {
      ifname: 'host0',
      addr_info: [
        { family: 'inet', local: '203.0.113.10', prefixlen: 24, scope: 'global', label: 'host0' },
        { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
      ],
    },
    {
      ifname: 'docker0',
      addr_info: [{ family: 'inet', local: '172.17.0.1', prefixlen: 16, scope: 'global' }],
    },
    {},
  ]);
  expect(parseAddresses(output)).toEqual([
    { interface: 'host0', family: 4, address: '203.0.113.10', prefix: 24 },
    { interface: 'docker0', family: 4, address: '172.17.0.1', prefix: 16 },
  ]);
  expect(parseAddresses('Object "address" is unknown')).toEqual([]);
});

test.each([
  ['203.0.113.10', true],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['100.64.0.9', false],
  ['2a03:b0c0::1', true],
  ['fd00::1', false],
  ['not an address', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('proxies of Cloudflare', () => {
  expect(isCloudflare('104.21.5.6')).toBe(true);
  expect(isCloudflare('2606:4700:3033::1')).toBe(true);
  expect(isCloudflare('203.0.113.10')).toBe(false);
});

test('the same IPv6 address in two spellings', () => {
  expect(sameAddress('2001:db8::1', '2001:DB8:0:0::1')).toBe(true);
  expect(sameAddress('2001:db8::1', '2001:db8::2')).toBe(false);
  expect(sameAddress('203.0.113.10', '2001:db8::1')).toBe(false);
});

test("a droplet's metadata: its own address and a reserved one that is in use", () => {
  const metadata = {
    interfaces: {
      public: [{ ipv4: { ip_address: '203.0.113.10' }, ipv6: { ip_address: '2A03:B0C0::1' } }],
      private: [{ ipv4: { ip_address: '10.110.0.2' } }],
    },
    floating_ip: { ipv4: { active: false } },
    reserved_ip: { ipv4: { active: true, ip_address: '198.51.100.4' } },
  };
  expect(parseDropletMetadata(JSON.stringify(metadata))).toEqual([
    '203.0.113.10',
    '2A03:B0C0::1',
    '198.51.100.4',
  ]);
  expect(parseDropletMetadata('<html>')).toEqual([]);
  expect(parseDropletMetadata('null')).toEqual([]);
});
