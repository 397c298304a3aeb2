import type { FilterRule } from '../../system/iptables.ts';
import { PORTS } from '../layout.ts';

/** What the firewall looks like. */
export interface FirewallFacts {
  readonly ufw: 'absent' | 'inactive' | 'active';
  /** The operator's rules, in the order in which they count. */
  readonly rules: readonly FilterRule[];
  /** Whether the kernel's table leads to UFW's chains. */
  readonly loaded: boolean;
  /** Whether what no rule lets in is dropped. */
  readonly dropsByDefault: boolean;
  /** Ports by which SSH sessions come in; empty when none was seen. */
  readonly sshPorts: readonly number[];
  /** The timer that turns UFW off again waits for its moment. */
  readonly revertArmed: boolean;
  /** The address other than loopback on which Hermes listens already. */
  readonly hermesListensOn: string | undefined;
  /** What else others can reach: '5432 (postgres)'. */
  readonly otherServices: readonly string[];
}

/** How containers come to Hermes. */
export const CONTAINERS = { device: 'docker0', port: PORTS.hermes } as const;
export const WEB_PORTS = [PORTS.http, PORTS.https] as const;

/** The ports that must stay open for SSH; 22 when none was seen, as on a console. */
export function portsOfSsh(facts: FirewallFacts): readonly number[] {
  return facts.sshPorts.length > 0 ? facts.sshPorts : [22];
}
