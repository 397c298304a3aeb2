import { BlockList, isIP } from 'node:net';
import type { Argv } from '../../host/host.ts';
import { list, object, parseJson, text } from '../formats/json.ts';

/** Lists the machine's addresses as JSON. Output: {@link parseAddresses}. */
export const LIST_ADDRESSES: Argv = ['ip', '-json', 'address', 'show'];

/** An address of an interface. */
interface InterfaceAddress {
  readonly interface: string;
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
}

/** Reads {@link LIST_ADDRESSES}: addresses that reach beyond the link, of all interfaces but the loopback. */
export function parseAddresses(output: string): readonly InterfaceAddress[] {
  return list(parseJson(output)).flatMap((link) => {
    const { ifname, addr_info } = object(link);
    return list(addr_info).flatMap((entry): readonly InterfaceAddress[] => {
      const { local, scope, family, prefixlen } = object(entry);
      if (text(local) === '' || scope !== 'global' || ifname === 'lo') return [];
      return [
        {
          interface: text(ifname),
          family: family === 'inet6' ? 6 : 4,
          address: text(local),
          prefix: typeof prefixlen === 'number' ? prefixlen : 0,
        },
      ];
    });
  });
}

/** Not routed on the internet (RFC 1918, 6598, 3927, 4193, 4291). Documentation addresses count as public. */
const PRIVATE = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
]);

/** Cloudflare's proxies, as published on cloudflare.com/ips (they change about once in years). */
const CLOUDFLARE = blockList([
  '173.245.48.0/20',
  '103.21.244.0/22',
  '103.22.200.0/22',
  '103.31.4.0/22',
  '141.101.64.0/18',
  '108.162.192.0/18',
  '190.93.240.0/20',
  '188.114.96.0/20',
  '197.234.240.0/22',
  '198.41.128.0/17',
  '162.158.0.0/15',
  '104.16.0.0/13',
  '104.24.0.0/14',
  '172.64.0.0/13',
  '131.0.72.0/22',
  '2400:cb00::/32',
  '2606:4700::/32',
  '2803:f800::/32',
  '2405:b500::/32',
  '2405:8100::/32',
  '2a06:98c0::/29',
  '2c0f:f248::/32',
]);

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whether the address can be reached from the internet, firewalls aside. */
export function isPublic(address: string): boolean {
  return isIP(address) !== 0 && !isIn(PRIVATE, address);
}

/** Whether the address belongs to Cloudflare's proxies: DNS then hides where the name really leads. */
export function isCloudflare(address: string): boolean {
  return isIn(CLOUDFLARE, address);
}

/** Whether both texts name the same address ('2001:db8::1' and '2001:DB8:0::1'). */
export function sameAddress(one: string, other: string): boolean {
  const family = isIP(one);
  if (family === 0 || family !== isIP(other)) return false;
  const list = new BlockList();
  list.addAddress(one, family === 6 ? 'ipv6' : 'ipv4');
  return isIn(list, other);
}

/** DigitalOcean's metadata service: all that a droplet knows about itself, only reachable from the droplet. */
export const DROPLET_METADATA_URL = 'http://169.254.169.254/metadata/v1.json';

/** Public addresses in a droplet's metadata: its own, and a reserved (floating) one that leads to it. */
export function parseDropletMetadata(body: string): readonly string[] {
  const metadata = object(parseJson(body));
  const own = list(object(metadata.interfaces).public).flatMap((link) => {
    const { ipv4, ipv6 } = object(link);
    return [text(object(ipv4).ip_address), text(object(ipv6).ip_address)];
  });
  const reserved = [metadata.reserved_ip, metadata.floating_ip].flatMap((entry) => {
    const { active, ip_address } = object(object(entry).ipv4);
    return active === true ? [text(ip_address)] : [];
  });
  return [...new Set([...own, ...reserved].filter((address) => address !== '' && isPublic(address)))];
}
