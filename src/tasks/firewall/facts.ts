import { PORTS } from '../../answers/layout.ts';
import { decide, type FilterRule } from '../../system/network/iptables.ts';
import type { PathRule } from '../../system/network/packet-path.ts';
import type { Trial } from './trial.ts';

/** What the firewall looks like. */
export interface FirewallFacts {
  readonly ufw: 'absent' | 'inactive' | 'active';
  /** ENABLED=yes in /etc/ufw/ufw.conf: UFW is meant to be on, whatever it is now. */
  readonly switchedOn: boolean;
  /** Whether systemd loads UFW's rules when the machine starts; undefined where there is no such unit. */
  readonly atBoot: boolean | undefined;
  /** The operator's rules, in the order in which they count. */
  readonly rules: readonly FilterRule[];
  /** Those that UFW's file has: it has one that the kernel lacks where ufw was killed between the two. */
  readonly rulesInFile: readonly FilterRule[];
  /** Of `rules` those that are about UDP alone. */
  readonly udpRules: readonly FilterRule[];
  /** Whether the kernel's table leads to UFW's chains. */
  readonly loaded: boolean;
  /** Whether what no rule lets in is dropped. */
  readonly dropsByDefault: boolean;
  /** Docker runs, and the rules that it needs to let containers out are gone from the kernel. */
  readonly dockerCut: boolean;
  /** Docker runs and has rules of its own: after the packet filter was emptied it has to be restarted. */
  readonly dockerFilters: boolean;
  /** How containers come to Hermes: over docker0, and over the network of Open WebUI where that is another one. */
  readonly ways: readonly ContainerWay[];
  /** No Otto has been here yet, so nobody has closed its ports to visitors on purpose. */
  readonly firstTime: boolean;
  /** Ports by which SSH sessions come in; empty when none was seen. */
  readonly sshPorts: readonly number[];
  /** The timer that turns UFW off again waits for its moment. */
  readonly revertArmed: boolean;
  /** What is known of the trial while that timer waits. */
  readonly trial?: Trial | undefined;
  /** The address other than loopback on which Hermes listens already. */
  readonly hermesListensOn: string | undefined;
  /** What rules outside of UFW's chains do; only looked at while UFW's are loaded. */
  readonly paths?: PathFacts;
  /** What else others can reach: '5432 (postgres)'. */
  readonly otherServices: readonly string[];
}

/** A rule that somebody put beside UFW's, and whom it turns away. */
export interface ForeignRule extends PathRule {
  readonly tool: 'iptables' | 'ip6tables';
  readonly ports: readonly number[];
}

/** What happens to packets on their whole way through the kernel's filter, whoever wrote the rules. */
export interface PathFacts {
  /** Rules outside of UFW's chains that turn visitors away. */
  readonly visitors: readonly ForeignRule[];
  /** The same for containers that ask Hermes. */
  readonly containers: readonly ForeignRule[];
  /** The rule that keeps containers from the internet, although Docker's own rules are in use. */
  readonly containersOut: ForeignRule | undefined;
  /** The kernel passes no packets from one network to another; the files that say so at boot. */
  readonly forwardingOff: { readonly files: readonly string[] } | undefined;
}

/** A Docker network over which packets for Hermes come in. */
export interface ContainerWay {
  /** 'docker0', 'br-0123456789ab' */
  readonly device: string;
  /** Docker's name of it: 'bridge', 'otto_default'. */
  readonly network: string;
  /** The container's address, and the one at which it finds this machine; where they are known. */
  readonly from?: string;
  readonly to?: string;
  /** '172.18.0.0/16' */
  readonly subnet?: string;
}

export const WEB_PORTS = [PORTS.http, PORTS.https] as const;

/** The connection of a container to Hermes, for {@link decide}. */
export const toHermes = (way: ContainerWay) => ({ ...way, port: PORTS.hermes });

/** Whether a connection gets in by a rule that only UFW's file has. ufw would skip adding it once more. */
export const isHalfAdded = (
  { rules, rulesInFile }: Pick<FirewallFacts, 'rules' | 'rulesInFile'>,
  connection: Parameters<typeof decide>[1],
): boolean =>
  decide(rules, connection).verdict !== 'accept' && decide(rulesInFile, connection).verdict === 'accept';

/** The ports that must stay open for SSH; 22 when none was seen, as on a console. */
export function portsOfSsh(facts: Pick<FirewallFacts, 'sshPorts'>): readonly number[] {
  return facts.sshPorts.length > 0 ? facts.sshPorts : [22];
}
