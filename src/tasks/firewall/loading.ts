import { found } from '../finding.ts';
import { confirm, loadAtBoot, proveFromOutside, restartDocker, turnOn } from './actions.ts';
import { type FirewallFacts, portsOfSsh } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { missingRules, shutOut } from './turning-on.ts';

/** UFW should be on but is not, as after a boot that did not load its rules. */
export function notStarted(facts: FirewallFacts): Finding {
  const service = facts.atBoot === false ? ' Its service does not start at boot.' : '';
  return found(FINDINGS['firewall-not-started'], {
    evidence: `UFW is switched on in /etc/ufw/ufw.conf, but its rules are not in the kernel.${service}`,
    fixes: [
      {
        id: 'load-rules',
        title: "Load UFW's rules now and at boot",
        actions: [
          ...(facts.atBoot === false ? loadAtBoot() : []),
          ...missingRules(facts),
          ...turnOn(facts.revertArmed),
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
    facts.dockerCut
      ? 'All containers are unavailable for a few seconds, because Docker restarts.'
      : undefined,
  ].filter((text) => text !== undefined);
  return told.length === 0 ? {} : { consequence: told.join(' ') };
}

/** UFW is on now, and will not be after the next boot. */
export function notAtBoot({ atBoot }: FirewallFacts): readonly Finding[] {
  if (atBoot !== false) return [];
  return [
    found(FINDINGS['firewall-not-at-boot'], {
      evidence: 'UFW is on, but its service does not start at boot.',
      fixes: [{ id: 'load-at-boot', title: "Load UFW's rules at boot", actions: loadAtBoot() }],
    }),
  ];
}

/** Docker's rules were removed from the packet filter. */
export function dockerRulesGone({ dockerCut }: FirewallFacts): readonly Finding[] {
  if (!dockerCut) return [];
  return [
    found(FINDINGS['docker-rules-gone'], {
      evidence: "Docker is running, but the kernel's packet filter does not use its rules.",
      fixes: [
        {
          id: 'restart-docker',
          title: 'Restart Docker',
          actions: restartDocker(),
          consequence:
            'All containers are unavailable for a few seconds, including Open WebUI and Paperclip.',
        },
      ],
    }),
  ];
}
