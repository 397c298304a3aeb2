/**
 * Let's Encrypt's words for why a challenge failed. pebble checks as Let's Encrypt does but says it in its own way;
 * a wizard that explains failures has to read the real ones (facts: certbot and nginx).
 */

/** A problem document of ACME (RFC 8555, 6.7), as far as it matters here. */
export interface Problem {
  /** `urn:ietf:params:acme:error:…` */
  readonly type: string;
  readonly detail: string;
}

/** What the name server says of a name: the address that would be visited, or why there is none. */
export type LookedUp =
  | { readonly address: string }
  | { readonly failure: 'NXDOMAIN' | 'SERVFAIL' | 'no records' };

const URN = 'urn:ietf:params:acme:error:';

/** Says pebble's `problem` with the challenge for `name` as Let's Encrypt would; what it does not know stays as it is. */
export function inLetsEncryptsWords(problem: Problem, name: string, lookedUp: LookedUp): Problem {
  const { detail } = problem;
  if (detail.includes('could not resolve URL'))
    return { type: `${URN}dns`, detail: dnsDetail(name, lookedUp) };
  const path = /\/\.well-known\/acme-challenge\/[\w-]+/.exec(detail)?.[0] ?? '/';
  const address = 'address' in lookedUp ? lookedUp.address : 'unknown';
  const url = `http://${name}${path}`;
  const status = /returned (\d{3})/.exec(detail)?.[1];
  if (status)
    return { type: `${URN}unauthorized`, detail: `${address}: Invalid response from ${url}: ${status}` };
  const reason = REASONS.find(([words]) => words.test(detail))?.[1];
  if (!reason) return problem;
  return { type: `${URN}connection`, detail: `${address}: Fetching ${url}: ${reason}` };
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/deadline exceeded|i\/o timeout/, 'Timeout during connect (likely firewall problem)'],
  [/connection refused/, 'Connection refused'],
  [/connection reset/, 'Connection reset by peer'],
  [/network is unreachable|no route to host/, 'Error getting validation data'],
];

function dnsDetail(name: string, lookedUp: LookedUp): string {
  const failure = 'failure' in lookedUp ? lookedUp.failure : 'NXDOMAIN';
  const advice = {
    NXDOMAIN: 'check that a DNS record exists for this domain',
    SERVFAIL: "the domain's nameservers may be malfunctioning",
  };
  if (failure === 'no records') return `No valid IP addresses found for ${name}`;
  const line = (type: string) =>
    `DNS problem: ${failure} looking up ${type} for ${name} - ${advice[failure]}`;
  return `${line('A')}; ${line('AAAA')}`;
}
