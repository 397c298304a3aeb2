import type { Host } from '../../host/host.ts';
import { listFilterTable, parseFilterTable } from '../../system/network/iptables.ts';
import { isSwitchedOn, UFW_SWITCH_FILE } from '../../system/network/ufw.ts';
import type { Seen } from '../finding.ts';
import { loadAgain, openSsh } from './actions.ts';
import { type FirewallFacts, portsOfSsh } from './facts.ts';
import type { EMPTIED } from './findings.ts';

/**
 * Whether this machine is cut off from the network: UFW's policy drops everything and nothing leads to its rules any
 * more. Then loopback and DNS are dead too, and every other look would find a symptom of this.
 */
export async function isDeaf(host: Host): Promise<boolean> {
  const [table, switchFile] = await Promise.all([host.exec(listFilterTable), host.readFile(UFW_SWITCH_FILE)]);
  const { inputPolicy, leadsToUfw } = parseFilterTable(table.stdout);
  // Somebody with their own rules in INPUT has their own firewall.
  const ownRules = /^-A INPUT /m.test(table.stdout);
  return inputPolicy === 'drop' && !leadsToUfw && !ownRules && isSwitchedOn(switchFile ?? '');
}

/** What was seen where UFW is on and the packet filter does not lead to its rules, and the way out. */
export function emptied(facts: FirewallFacts): Seen<typeof EMPTIED> {
  const cut = facts.dropsByDefault
    ? 'Every incoming connection is dropped, even those from this machine to itself.'
    : 'Every incoming connection is accepted.';
  const ports = portsOfSsh(facts);
  const alsoDocker = facts.dockerFilters
    ? ' All containers are unavailable for a few seconds, because Docker restarts to write its rules again.'
    : '';
  return {
    evidence: `UFW says that it is active, but the kernel's packet filter does not use its rules. ${cut}`,
    values: { dropsByDefault: facts.dropsByDefault },
    fixes: [
      {
        id: 'load-rules',
        title: "Load UFW's rules again",
        actions: loadAgain(
          ports.flatMap((port) => openSsh(port, facts.rules, { decidedBefore: !facts.firstTime })),
          ports,
          facts,
        ),
        consequence: `Nothing is filtered for one or two seconds, and rules that were added outside of UFW are lost.${alsoDocker}`,
      },
    ],
  };
}
