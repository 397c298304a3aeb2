import { PORTS } from '../../answers/layout.ts';
import type { Listener } from '../../system/network/sockets.ts';

/**
 * What else on this machine others can reach: '5432 (postgres)'. Pure. What Docker publishes is left out: it does not pass
 * through UFW.
 */
export function otherServices(reachable: readonly Listener[], ssh: readonly number[]): readonly string[] {
  const known: readonly number[] = [...Object.values(PORTS), ...ssh];
  const others = reachable
    .filter(({ port }) => !known.includes(port))
    .filter(({ holders }) => !holders.some(({ name }) => name === 'docker-proxy' || name === 'dockerd'))
    .filter((listener) => !answersNeighbours(listener))
    .map(({ port, holders }) => `${port} (${holders[0]?.name ?? 'unknown'})`);
  return [...new Set(others)];
}

/**
 * systemd-resolved as Debian builds it tells the local network this machine's name (LLMNR, RFC 4795). Nobody further away may
 * ask, and nothing of a server depends on it (facts: systems, Names).
 */
function answersNeighbours({ port, holders }: Listener): boolean {
  return port === 5355 && holders.some(({ name }) => name.startsWith('systemd-resolve'));
}
