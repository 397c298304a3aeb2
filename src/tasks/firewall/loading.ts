import { found } from '../finding.ts';
import { confirm, loadAtBoot, proveFromOutside, restartDocker, turnOn } from './actions.ts';
import { type FirewallFacts, portsOfSsh } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { missingRules, shutOut } from './turning-on.ts';

/** UFW is meant to be on and is not, as after a boot at which nothing loaded its rules. */
export function notStarted(facts: FirewallFacts): Finding {
  const service = facts.atBoot === false ? ' Its service is kept from starting with the machine.' : '';
  return found(FINDINGS['firewall-not-started'], {
    evidence: `UFW is switched on in /etc/ufw/ufw.conf, and its rules are not in the kernel.${service}`,
    fixes: [
      {
        id: 'load-rules',
        title: "Load UFW's rules, now and when the machine starts",
        actions: [
          ...(facts.atBoot === false ? loadAtBoot() : []),
          ...missingRules(facts),
          ...turnOn(),
          proveFromOutside(portsOfSsh(facts)),
          confirm(),
          ...(facts.dockerCut ? restartDocker() : []),
        ],
        ...consequence(facts),
      },
    ],
  });
}

function consequence(facts: FirewallFacts): { readonly consequence?: string } {
  const told = [
    shutOut(facts).consequence,
    facts.dockerCut ? 'Docker is started again, so all containers are away for some seconds.' : undefined,
  ].filter((text) => text !== undefined);
  return told.length === 0 ? {} : { consequence: told.join(' ') };
}

/** UFW is on now, and will not be after the next boot. */
export function notAtBoot({ atBoot }: FirewallFacts): readonly Finding[] {
  if (atBoot !== false) return [];
  return [
    found(FINDINGS['firewall-not-at-boot'], {
      evidence: 'UFW is on, and its service is kept from starting with the machine.',
      fixes: [
        { id: 'load-at-boot', title: "Load UFW's rules when the machine starts", actions: loadAtBoot() },
      ],
    }),
  ];
}

/** What Docker wrote into the packet filter was taken out. */
export function dockerRulesGone({ dockerCut }: FirewallFacts): readonly Finding[] {
  if (!dockerCut) return [];
  return [
    found(FINDINGS['docker-rules-gone'], {
      evidence: "Docker runs, and nothing in the kernel's packet filter leads to its rules.",
      fixes: [
        {
          id: 'restart-docker',
          title: 'Start Docker again',
          actions: restartDocker(),
          consequence: 'All containers are away for some seconds, Open WebUI and Paperclip among them.',
        },
      ],
    }),
  ];
}
