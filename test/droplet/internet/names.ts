/**
 * The names of the small internet and their addresses (RFC 5737's documentation network). Each name has an address
 * of its own, so that one of them can refuse connections while its neighbours answer.
 */

/** Where the small internet's name server listens; also the droplet's default gateway. */
export const INTERNET_ADDRESS = '203.0.113.1';

/** The droplet's public address. */
export const DROPLET_ADDRESS = '203.0.113.10';

/** The name that a scenario's operator gives as the droplet's domain; it and every sibling point at the droplet. */
export const DROPLET_DOMAIN = 'otto.client.example';

/** The zone with a wildcard record that points at the droplet. */
export const WILDCARD_ZONE = 'client.example';

/** The upper half of the network belongs to the small internet as a whole: its namespace answers for all of it. */
export const HOSTS_NETWORK = '203.0.113.128/25';

/** Somebody else's web server, port 80 alone: what a domain points at before its DNS was changed. */
export const OTHER_MACHINE_ADDRESS = '203.0.113.200';

/** An address where nothing listens: connections are refused. */
export const DEAF_MACHINE_ADDRESS = '203.0.113.201';

/** Every host that the TLS front serves, with its address. */
export const HOSTS = {
  'github.com': '203.0.113.129',
  'api.github.com': '203.0.113.130',
  'ghcr.io': '203.0.113.131',
  'api.anthropic.com': '203.0.113.132',
  'platform.claude.com': '203.0.113.133',
  'console.anthropic.com': '203.0.113.134',
  'claude.ai': '203.0.113.135',
  'claude.com': '203.0.113.136',
  'acme-v02.api.letsencrypt.org': '203.0.113.137',
  'acme-staging-v02.api.letsencrypt.org': '203.0.113.138',
  'pypi.small.example': '203.0.113.139',
  'npm.small.example': '203.0.113.140',
  'deb.small.example': '203.0.113.141',
  'models.dev': '203.0.113.142',
  'openrouter.ai': '203.0.113.143',
} as const;

/** The name of a host that the small internet serves. */
export type HostName = keyof typeof HOSTS;

/** All host names, in the order of their addresses. */
export const HOST_NAMES = Object.keys(HOSTS) as HostName[];

/** Says whether the small internet serves a host of this name. */
export function isHostName(name: string): name is HostName {
  return Object.hasOwn(HOSTS, name);
}
