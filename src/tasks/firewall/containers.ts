import { PORTS } from '../../answers/layout.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { decide, type FilterRule } from '../../system/network/iptables.ts';
import { found } from '../finding.ts';
import {
  letContainersIn,
  letContainersInFirst,
  letDeviceIn,
  letNetworkIn,
  takeOutContainers,
} from './actions.ts';
import { type ContainerWay, type FirewallFacts, isHalfAdded, toHermes } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** What keeps containers from Hermes, one finding for each network that they come from. */
export function containersKeptOut(facts: FirewallFacts): readonly Finding[] {
  return facts.ways.flatMap((way) => {
    const { verdict, rule } = decide(facts.rules, toHermes(way));
    if (verdict === 'accept' && rule?.limited) return [onlyLimited(way, rule)];
    if (verdict === 'accept') return [];
    if (way.device !== 'docker0') return [otherNetwork(way, rule)];
    return [rule === undefined ? noRule(facts, way) : denied(rule)];
  });
}

/** It looks like an answer to every test: the first five connections get in. */
function onlyLimited({ device }: ContainerWay, rule: FilterRule): Finding {
  return found(FINDINGS['container-way-limited'], {
    evidence: `A rule that limits connections comes first: ${rule.line}`,
    fixes: [
      {
        id: 'put-rule-first',
        title: `Put the rule for ${device} first`,
        actions: letDeviceIn(device),
      },
    ],
  });
}

function denied(rule: FilterRule): Finding {
  return found(FINDINGS['docker0-rule-behind-deny'], {
    evidence: `A rule that drops connections comes first: ${rule.line}`,
    fixes: [
      { id: 'put-rule-first', title: 'Put the rule for docker0 first', actions: letContainersInFirst() },
    ],
  });
}

/** A container in a network that `docker network create` or compose made. */
function otherNetwork(way: ContainerWay, rule: FilterRule | undefined): Finding {
  const { device, network, subnet } = way;
  const forDevice: Fix = {
    id: 'allow-device',
    title: `Allow ${device} to reach port ${PORTS.hermes}`,
    actions: letDeviceIn(device),
  };
  return found(FINDINGS['container-network-closed'], {
    evidence: `Open WebUI's container is in the Docker network ${network}, so its packets come in over ${device}, and ${rule === undefined ? 'no rule lets them reach Hermes' : `a rule drops them: ${rule.line}`}.`,
    fixes:
      subnet === undefined
        ? [forDevice]
        : [
            {
              id: 'allow-network',
              title: `Allow ${network} (${subnet}) to reach port ${PORTS.hermes}`,
              actions: letNetworkIn(subnet, network),
            },
            forDevice,
          ],
  });
}

/** No rule fits; perhaps one was meant to. */
function noRule(facts: FirewallFacts, way: ContainerWay): Finding {
  const finding =
    nearMiss(facts, way) ??
    found(FINDINGS['docker0-rule-missing'], {
      evidence: `UFW is on and has no rule that lets containers reach port ${PORTS.hermes} over docker0.`,
    });
  return {
    ...finding,
    // A rule that does something else stays: it is somebody's, and harmless here.
    fixes: [
      {
        id: 'allow-docker0',
        title: `Allow docker0 to reach port ${PORTS.hermes}`,
        actions: [...(isHalfAdded(facts, toHermes(way)) ? [takeOutContainers()] : []), letContainersIn()],
      },
    ],
  };
}

/** The rule that somebody wrote for this purpose but that does not work. */
function nearMiss({ rules, udpRules }: FirewallFacts, way: ContainerWay): Finding | undefined {
  const accepting = rules.filter(({ verdict }) => verdict === 'accept');
  const udp = udpRules.find((rule) => decide([rule], toHermes(way)).verdict === 'accept');
  if (udp !== undefined)
    return found(FINDINGS['docker0-rule-for-udp'], {
      evidence: `The rule for containers is for UDP only: ${udp.line}`,
    });
  const { to: _, from: __, ...anywhere } = toHermes(way);
  const addressed = accepting.find((rule) => decide([rule], anywhere).verdict === 'accept');
  if (addressed !== undefined)
    return found(FINDINGS['docker0-rule-for-old-address'], {
      evidence: `The rule for docker0 is for addresses other than ${[way.from, way.to].filter((one) => one !== undefined).join(' and ')}: ${addressed.line}`,
    });
  const elsewhere = accepting.find(
    (rule) =>
      rule.device !== undefined &&
      decide([rule], { device: rule.device, port: PORTS.hermes }).verdict === 'accept',
  );
  if (elsewhere !== undefined)
    return found(FINDINGS['docker0-rule-other-interface'], {
      evidence: `The rule for port ${PORTS.hermes} is for an interface other than docker0: ${elsewhere.line}`,
    });
  const other = accepting.find(({ device }) => device === way.device);
  if (other !== undefined)
    return found(FINDINGS['docker0-rule-other-port'], {
      evidence: `The rule for docker0 is for a port other than ${PORTS.hermes}: ${other.line}`,
    });
  return undefined;
}
