import { isInNetwork } from './iptables.ts';

/**
 * What the kernel's packet filter does to a new connection: the way through a chain, with all that it leads to, whoever wrote the
 * rules. From `iptables -S` and `ip6tables -S`.
 */

/** A new connection. What is not known of it fits only rules that do not ask for it. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** The interface that it comes in over, and the one that it leaves by. */
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  /** IPv4 addresses. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Verdict {
  readonly does: 'accept' | 'drop';
  /** The rule that decides; undefined: the chain's policy does. */
  readonly rule?: PathRule;
}

export interface PathRule {
  readonly chain: string;
  /** As `iptables -S` prints it, with '-A CHAIN'. */
  readonly line: string;
}

interface Table {
  readonly policies: ReadonlyMap<string, Verdict['does']>;
  readonly chains: ReadonlyMap<string, readonly PathRule[]>;
}

export function parsePaths(stdout: string): Table {
  const policies = new Map<string, Verdict['does']>();
  const chains = new Map<string, PathRule[]>();
  for (const line of stdout.split('\n')) {
    const [what, chain = '', policy] = line.split(' ');
    if (what === '-P') policies.set(chain, policy === 'ACCEPT' ? 'accept' : 'drop');
    if (what === '-A') chains.set(chain, [...(chains.get(chain) ?? []), { chain, line }]);
  }
  return { policies, chains };
}

/** The way of a packet through a chain of the kernel's: INPUT, OUTPUT, FORWARD. */
export function pathOf(table: Table, chain: string, packet: Packet): Verdict {
  return walk(table, chain, packet, 0) ?? { does: table.policies.get(chain) ?? 'accept' };
}

/** The kernel does not nest them this deep either. */
const DEEPEST = 40;

function walk(table: Table, chain: string, packet: Packet, depth: number): Verdict | undefined {
  if (depth > DEEPEST) return undefined;
  for (const rule of table.chains.get(chain) ?? []) {
    const words = wordsOf(rule.line);
    if (!fits(words, packet)) continue;
    const target = after(words, '-j') ?? after(words, '-g');
    if (target === 'ACCEPT') return { does: 'accept', rule };
    if (target === 'DROP' || target === 'REJECT') return { does: 'drop', rule };
    if (target === 'RETURN') return undefined;
    const further = target === undefined ? undefined : walk(table, target, packet, depth + 1);
    if (further !== undefined || words.includes('-g')) return further;
  }
  return undefined;
}

/** A line's words; a comment in quotes is one. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)].map(([word]) => word);

const after = (words: readonly string[], option: string): string | undefined => {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
};

/** Conditions of which nothing is known here (how often, which set, whose process): such a rule may or may not fit. */
const UNKNOWN =
  /^(?:limit|hashlimit|recent|connlimit|set|mark|connmark|owner|mac|time|string|u32|geoip|quota|statistic|rpfilter|socket|physdev|cgroup)$/;

function fits(words: readonly string[], packet: Packet): boolean {
  if (words.some((word, index) => words[index - 1] === '-m' && UNKNOWN.test(word))) return false;
  const asks = (option: string, holds: (value: string) => boolean | undefined): boolean => {
    const value = after(words, option);
    if (value === undefined) return true;
    const is = holds(value);
    // Not known: as if the rule were about something else, whichever way it asks.
    if (is === undefined) return false;
    return words[words.indexOf(option) - 1] === '!' ? !is : is;
  };
  const device = (name: string | undefined) => (value: string) =>
    name === undefined
      ? undefined
      : value.endsWith('+')
        ? name.startsWith(value.slice(0, -1))
        : value === name;
  const network = (address: string | undefined) => (value: string) =>
    /^0\.0\.0\.0\/0$|^::\/0$/.test(value)
      ? true
      : address === undefined
        ? undefined
        : isInNetwork(address, value);
  const ports = (value: string) =>
    value.split(',').some((one) => {
      const [low = 0, high = low] = one.split(':').map(Number);
      return low <= packet.port && packet.port <= high;
    });
  return (
    asks('-p', (value) => value === packet.protocol || value === 'all') &&
    asks('-i', device(packet.in)) &&
    asks('-o', device(packet.out)) &&
    asks('-s', network(packet.from)) &&
    asks('-d', network(packet.to)) &&
    asks('--dport', ports) &&
    asks('--dports', ports) &&
    asks('--sport', () => undefined) &&
    asks('--sports', () => undefined) &&
    asks('--icmp-type', () => false) &&
    asks('--icmpv6-type', () => false) &&
    asks('--ctstate', (value) => value.split(',').includes('NEW')) &&
    asks('--state', (value) => value.split(',').includes('NEW')) &&
    asks('--dst-type', (value) => value === 'LOCAL') &&
    asks('--src-type', () => undefined) &&
    asks('--tcp-flags', () => false)
  );
}

/** Whether UFW wrote a rule, as its chains are named. */
export const isOfUfw = ({ chain }: PathRule): boolean => /^ufw6?-/.test(chain);

/** The words with which `iptables` deletes a rule. */
export const deletionOf = ({ line }: PathRule): readonly string[] =>
  wordsOf(line)
    .map((word) => word.replace(/^"(.*)"$/, '$1'))
    .with(0, '-D');

/** The interface over which this machine reaches the internet, from /proc/net/route. */
export function defaultDevice(route: string | undefined): string | undefined {
  const columns = (route ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  return columns.find(
    ([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000',
  )?.[0];
}
