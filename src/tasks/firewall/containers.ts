import { PORTS } from '../../answers/layout.ts';
import type { Finding, Fix } from '../../engine/contracts/task.ts';
import { decide, type FilterRule } from '../../system/network/iptables.ts';
import { letContainersIn, letContainersInFirst, letDeviceIn, letNetworkIn } from './actions.ts';
import { type ContainerWay, type FirewallFacts, toHermes } from './facts.ts';

const PITFALL =
  'Containers come in over docker0, and UFW drops what comes in there unless a rule allows it. This machine itself ' +
  'is not affected, so a test on it looks fine while Open WebUI finds no model.';
const IF_SKIPPED = 'Open WebUI cannot reach Hermes and shows no model.';

/** What keeps containers from Hermes, one finding for each network that they come from. */
export function containersKeptOut(facts: FirewallFacts): readonly Finding[] {
  return facts.ways.flatMap((way) => {
    const { verdict, rule } = decide(facts.rules, toHermes(way));
    if (verdict === 'accept') return [];
    if (way.device !== 'docker0') return [otherNetwork(way, rule)];
    return [rule === undefined ? noRule(facts, way) : denied(rule)];
  });
}

function denied(rule: FilterRule): Finding {
  return {
    code: 'docker0-rule-behind-deny',
    severity: 'broken',
    saw: `A rule that drops comes first: ${rule.line}`,
    because: `${PITFALL} The first rule that fits decides, so the one for docker0 has to stand before it. The other one stays and keeps everybody else out.`,
    fixes: [
      { id: 'put-rule-first', title: 'Put the rule for docker0 first', actions: letContainersInFirst() },
    ],
    ifSkipped: IF_SKIPPED,
  };
}

/** A container in a network that `docker network create` or compose made. */
function otherNetwork(way: ContainerWay, rule: FilterRule | undefined): Finding {
  const { device, network, subnet } = way;
  const forDevice: Fix = {
    id: 'allow-device',
    title: `Allow ${device} to reach port ${PORTS.hermes}`,
    actions: letDeviceIn(device),
  };
  return {
    code: 'container-network-closed',
    severity: 'broken',
    saw: `Open WebUI's container is in the Docker network ${network}, so its packets come in over ${device}, and ${rule === undefined ? 'no rule lets them reach Hermes' : `a rule drops them: ${rule.line}`}.`,
    because:
      'Compose and `docker network create` give containers a bridge of their own, br- and twelve digits. The rule for docker0 does not hold there, also when the container asks docker0’s address. A rule for the network’s addresses stays right when the network is made anew, which gives its bridge another name.',
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
    ifSkipped: IF_SKIPPED,
  };
}

/** No rule fits; perhaps one was meant to. */
function noRule(facts: FirewallFacts, way: ContainerWay): Finding {
  const { code, saw, because } = nearMiss(facts, way) ?? {
    code: 'docker0-rule-missing',
    saw: `UFW is on and has no rule that lets containers reach port ${PORTS.hermes} over docker0.`,
    because: PITFALL,
  };
  return {
    code,
    severity: 'missing',
    saw,
    because,
    // A rule that does something else stays: it is somebody's, and does no harm here.
    fixes: [
      {
        id: 'allow-docker0',
        title: `Allow docker0 to reach port ${PORTS.hermes}`,
        actions: [letContainersIn()],
      },
    ],
    ifSkipped: IF_SKIPPED,
  };
}

/** The rule that somebody wrote for this and that does not do it. */
function nearMiss(
  { rules, udpRules }: FirewallFacts,
  way: ContainerWay,
): Pick<Finding, 'code' | 'saw' | 'because'> | undefined {
  const accepting = rules.filter(({ verdict }) => verdict === 'accept');
  const udp = udpRules.find((rule) => decide([rule], toHermes(way)).verdict === 'accept');
  if (udp !== undefined)
    return {
      code: 'docker0-rule-for-udp',
      saw: `The rule for containers is for UDP alone: ${udp.line}`,
      because: `Hermes is asked over HTTP, and that is TCP: a rule with \`proto udp\` or \`${PORTS.hermes}/udp\` looks right in \`ufw status\` and lets nothing in. ${PITFALL}`,
    };
  const { to: _, from: __, ...anywhere } = toHermes(way);
  const addressed = accepting.find((rule) => decide([rule], anywhere).verdict === 'accept');
  if (addressed !== undefined)
    return {
      code: 'docker0-rule-for-old-address',
      saw: `The rule for docker0 holds for other addresses than ${[way.from, way.to].filter((one) => one !== undefined).join(' and ')}: ${addressed.line}`,
      because: `A rule with an address in it holds until Docker gives its bridge another one (bip or default-address-pools in /etc/docker/daemon.json). One for the interface alone survives that. ${PITFALL}`,
    };
  const elsewhere = accepting.find(
    (rule) =>
      rule.device !== undefined &&
      decide([rule], { device: rule.device, port: PORTS.hermes }).verdict === 'accept',
  );
  if (elsewhere !== undefined)
    return {
      code: 'docker0-rule-other-interface',
      saw: `The rule for port ${PORTS.hermes} is for another interface than docker0: ${elsewhere.line}`,
      because: `UFW takes a rule for any interface, also for one that does not exist, and says nothing. ${PITFALL}`,
    };
  const other = accepting.find(({ device }) => device === way.device);
  if (other !== undefined)
    return {
      code: 'docker0-rule-other-port',
      saw: `The rule for docker0 is for another port than ${PORTS.hermes}: ${other.line}`,
      because: `Hermes listens on ${PORTS.hermes}; 8080 and 3000 are the ports of Open WebUI and Paperclip, which containers do not need. ${PITFALL}`,
    };
  return undefined;
}
