import type { Argv } from '../../host/host.ts';

/** The whole filter table in the order in which it works. */
export const listFilterTable: Argv = ['iptables', '-S'];

/** A rule of UFW's user chain, as far as it decides about new TCP connections. */
export interface FilterRule {
  readonly verdict: 'accept' | 'drop';
  /** `ufw limit`: from the sixth new connection within 30 s on an address is turned away. */
  readonly limited?: true;
  /** Only what comes in over this interface. */
  readonly device?: string;
  /** Only to these ports, inclusive; without it to all. */
  readonly ports?: readonly (readonly [number, number])[];
  /** Only from or to certain addresses. */
  readonly source?: string;
  readonly destination?: string;
  /** For messages. */
  readonly line: string;
}

/** What the filter table says about UFW's hold on incoming packets. */
interface FilterTable {
  /** '-P INPUT DROP' */
  readonly inputPolicy: 'accept' | 'drop';
  /** Whether INPUT still leads to UFW's chains; gone after `iptables -F` (facts: docker-ufw, trap 6). */
  readonly leadsToUfw: boolean;
  /** Docker's chains, which let containers out: 'cut' when nothing leads to them, as after the same command. */
  readonly docker: 'linked' | 'cut' | 'none';
  readonly rules: readonly FilterRule[];
}

/** Reads `iptables -S`. */
export function parseFilterTable(stdout: string): FilterTable {
  const lines = stdout.split('\n');
  return {
    inputPolicy: lines.some((line) => /^-P INPUT (DROP|REJECT)\b/.test(line)) ? 'drop' : 'accept',
    leadsToUfw: lines.some((line) => /^-A INPUT -j ufw-before-input\b/.test(line)),
    docker: dockerChains(lines),
    rules: parseUserRules(stdout),
  };
}

function dockerChains(lines: readonly string[]): FilterTable['docker'] {
  // DOCKER-FORWARD since Docker 28.
  if (lines.some((line) => /^-A FORWARD .*-j DOCKER(-|$)/.test(line))) return 'linked';
  return lines.some((line) => /^-N DOCKER(-|$)/.test(line)) ? 'cut' : 'none';
}

/**
 * The rules for new TCP connections of chain ufw-user-input, in order: from `iptables -S` or from /etc/ufw/user.rules,
 * which say it in the same words.
 */
export function parseUserRules(source: string): readonly FilterRule[] {
  return userRules(source, (protocol) => protocol === undefined || protocol === 'tcp');
}

/** Of the same sources, the rules that decide about UDP alone: what somebody writes who takes one for the other. */
export function parseUdpRules(source: string): readonly FilterRule[] {
  return userRules(source, (protocol) => protocol === 'udp');
}

function userRules(
  source: string,
  isAbout: (protocol: string | undefined) => boolean,
): readonly FilterRule[] {
  return source
    .split('\n')
    .filter((line) => line.startsWith('-A ufw-user-input '))
    .map((line) => parseRule(line, isAbout))
    .filter((rule) => rule !== undefined);
}

function parseRule(line: string, isAbout: (protocol: string | undefined) => boolean): FilterRule | undefined {
  const after = (option: string) => new RegExp(`(?:^| )${option} (\\S+)`).exec(line)?.[1];
  if (!isAbout(after('-p'))) return undefined;
  const target = after('-j');
  const verdict = verdictOf(target);
  if (verdict === undefined) return undefined;
  const ports = after('--dports?');
  const device = after('-i');
  const source = after('-s');
  const destination = after('-d');
  return {
    verdict,
    ...(target === LIMITED ? { limited: true as const } : {}),
    device,
    ...(ports === undefined ? {} : { ports: ports.split(',').map(portRange) }),
    ...(source === undefined || source === '0.0.0.0/0' ? {} : { source }),
    ...(destination === undefined || destination === '0.0.0.0/0' ? {} : { destination }),
    line: line.slice('-A ufw-user-input '.length),
  };
}

/** `ufw limit` accepts in two steps: up to six new connections in 30 s go there. */
const LIMITED = 'ufw-user-limit-accept';

function verdictOf(target: string | undefined): FilterRule['verdict'] | undefined {
  if (target === 'ACCEPT' || target === LIMITED) return 'accept';
  if (target === 'DROP' || target === 'REJECT') return 'drop';
  return undefined;
}

function portRange(range: string): readonly [number, number] {
  const [from = 0, to = from] = range.split(':').map(Number);
  return [from, to];
}

/** A new connection: over which interface and to which port; without an interface it comes from the internet. */
interface Connection {
  readonly device?: string;
  readonly port: number;
  /** IPv4 addresses of the two ends, where they are known. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * What the rules do to a connection: the first one that fits decides, none is 'none' (then the policy holds). Where an
 * end is not known, a rule that only holds for certain addresses counts as fitting when it accepts over the interface
 * asked for, and is passed over when it drops: what it is about cannot be known from here.
 */
export function decide(
  rules: readonly FilterRule[],
  connection: Connection,
): { readonly verdict: 'accept' | 'drop' | 'none'; readonly rule?: FilterRule } {
  const rule = rules.find((candidate) => fits(candidate, connection));
  return rule === undefined ? { verdict: 'none' } : { verdict: rule.verdict, rule };
}

/**
 * Whether some rule lets somebody connect to this port, over whichever interface and from whichever address. What comes
 * after a rule that turns everybody away does not count.
 */
export function letsSomebodyIn(rules: readonly FilterRule[], port: number): boolean {
  const about = rules.filter((rule) => coversPort(rule, port));
  const end = about.findIndex((rule) => rule.verdict === 'drop' && isForEverybody(rule));
  return about.slice(0, end < 0 ? undefined : end).some(({ verdict }) => verdict === 'accept');
}

function isForEverybody({ device, source, destination }: FilterRule): boolean {
  return device === undefined && source === undefined && destination === undefined;
}

function fits(rule: FilterRule, connection: Connection): boolean {
  if (!coversPort(rule, connection.port)) return false;
  if (rule.device !== undefined && rule.device !== connection.device) return false;
  const ends = [covers(rule.source, connection.from), covers(rule.destination, connection.to)];
  if (ends.includes('no')) return false;
  return !ends.includes('unknown') || (rule.verdict === 'accept' && rule.device !== undefined);
}

function covers(network: string | undefined, address: string | undefined): 'yes' | 'no' | 'unknown' {
  if (network === undefined) return 'yes';
  if (address === undefined) return 'unknown';
  return isInNetwork(address, network) ? 'yes' : 'no';
}

/** Whether an IPv4 address lies in a network: '172.17.0.0/16', or an address alone. False for anything else. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', bits = '32'] = network.split('/');
  const [wanted, start] = [ipv4Number(address), ipv4Number(base)];
  if (wanted === undefined || start === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(wanted / size) === Math.floor(start / size);
}

function ipv4Number(address: string): number | undefined {
  if (!/^\d+(\.\d+){3}$/.test(address)) return undefined;
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function coversPort(rule: FilterRule, port: number): boolean {
  return rule.ports === undefined || rule.ports.some(([from, to]) => from <= port && port <= to);
}
