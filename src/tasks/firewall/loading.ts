import { PORTS } from '../../answers/layout.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { confirm, loadAtBoot, proveFromOutside, REVERT_SECONDS, restartDocker, turnOn } from './actions.ts';
import { type FirewallFacts, portsOfSsh } from './facts.ts';
import { missingRules, shutOut } from './turning-on.ts';

/** UFW is meant to be on and is not, as after a boot at which nothing loaded its rules. */
export function notStarted(facts: FirewallFacts): Finding {
  const service = facts.atBoot === false ? ' Its service is kept from starting with the machine.' : '';
  return {
    code: 'firewall-not-started',
    severity: 'broken',
    saw: `UFW is switched on in /etc/ufw/ufw.conf, and its rules are not in the kernel.${service}`,
    because:
      `Rules live in the kernel and are loaded by ufw.service at each start of the machine. Without it, or after another program emptied the packet filter, everything is open while the file says "on": port ${PORTS.hermes}, behind which is a terminal, too. ` +
      `SSH's port is opened first, and a timer turns UFW off again after ${REVERT_SECONDS} seconds unless a new connection was seen to get in.`,
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
    ifSkipped: `Whoever finds port ${PORTS.hermes} can try keys on Hermes, from anywhere.`,
  };
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
    {
      code: 'firewall-not-at-boot',
      severity: 'risk',
      saw: 'UFW is on, and its service is kept from starting with the machine.',
      because: `After the next restart of the machine no rule would be loaded, and port ${PORTS.hermes} would be open to the internet while UFW's own file says "on".`,
      fixes: [
        { id: 'load-at-boot', title: "Load UFW's rules when the machine starts", actions: loadAtBoot() },
      ],
    },
  ];
}

/** What Docker wrote into the packet filter was taken out. */
export function dockerRulesGone({ dockerCut }: FirewallFacts): readonly Finding[] {
  if (!dockerCut) return [];
  return [
    {
      code: 'docker-rules-gone',
      severity: 'broken',
      saw: "Docker runs, and nothing in the kernel's packet filter leads to its rules.",
      because:
        'Somebody emptied the packet filter, or MANAGE_BUILTINS=yes in /etc/default/ufw made UFW do it. Docker writes its rules when it starts and at no other time; without them containers reach this machine and nothing beyond it, so Paperclip and what Open WebUI fetches fail.',
      fixes: [
        {
          id: 'restart-docker',
          title: 'Start Docker again',
          actions: restartDocker(),
          consequence: 'All containers are away for some seconds, Open WebUI and Paperclip among them.',
        },
      ],
      ifSkipped: 'Containers cannot reach the internet.',
    },
  ];
}
