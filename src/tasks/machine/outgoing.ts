import { command } from '../../engine/contracts/command.ts';
import { notOurs, opens } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Host } from '../../host/host.ts';
import { listFilterTable } from '../../system/network/iptables.ts';
import {
  defaultDevice,
  isOfUfw,
  type PathRule,
  parsePaths,
  pathOf,
} from '../../system/network/packet-path.ts';
import { allowRule, UFW_FAILURES } from '../../system/network/ufw.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What the firewall keeps this machine from asking. */
export interface OutgoingFacts {
  /** 'DNS (port 53)', 'https (port 443)' */
  readonly closed: readonly string[];
  /** The rule that turns it away; undefined: nothing lets it out, and the rest is dropped. */
  readonly rule: PathRule | undefined;
}

const NEEDED = [
  { what: 'DNS (port 53)', protocol: 'udp', port: 53 },
  { what: 'https (port 443)', protocol: 'tcp', port: 443 },
] as const;

/** Undefined where the firewall lets it ask what an Otto has to ask. */
export async function lookAtOutgoing(host: Host): Promise<OutgoingFacts | undefined> {
  const [filter, route] = await Promise.all([host.exec(listFilterTable), host.readFile('/proc/net/route')]);
  const out = defaultDevice(route);
  if (out === undefined) return undefined;
  const table = parsePaths(filter.stdout);
  const ways = NEEDED.map((one) => ({ ...one, ...pathOf(table, 'OUTPUT', { ...one, out }) }));
  const closed = ways.filter(({ does }) => does === 'drop');
  // A name server on this machine is asked over the loopback: only both together are an end of everything.
  if (!closed.some(({ port }) => port === 443)) return undefined;
  return {
    closed: closed.map(({ what }) => what),
    rule: closed.find(({ rule }) => rule !== undefined)?.rule,
  };
}

/** What an Otto asks others for, and what it sends to its containers. */
const RULES = ['out 53', 'out 80/tcp', 'out 443/tcp', 'out 123/udp', 'out on docker0'] as const;

/** Pure. The cause above its effects: without this nothing that is asked of anybody is answered. */
export function judgeOutgoing(outgoing: OutgoingFacts | undefined): readonly Finding[] {
  if (outgoing === undefined) return [];
  const { closed, rule } = outgoing;
  const ufw = rule === undefined || isOfUfw(rule);
  return [
    found(FINDINGS['outgoing-traffic-dropped'], {
      evidence: `The firewall of this machine drops what it sends itself: ${closed.join(' and ')}${rule === undefined ? ' (`ufw status verbose`: deny outgoing)' : `, by the rule ${rule.line}`}.`,
      fixes: ufw
        ? [
            {
              id: 'allow-outgoing',
              title: 'Let this machine ask for names, pages and packages, and reach its containers',
              consequence:
                'Every program on this machine can connect to ports 53, 80, 123 and 443 of others again. Somebody forbade that on purpose; everything else stays forbidden.',
              actions: RULES.map((one) =>
                command(allowRule(one), `Allow: ufw allow ${one}`, {
                  timeoutMs: 60_000,
                  knownFailures: UFW_FAILURES,
                  makes: things('rule', one),
                  effects: opens(`what leaves this machine (${one})`, notOurs),
                }),
              ),
            },
          ]
        : [],
    }),
  ];
}
