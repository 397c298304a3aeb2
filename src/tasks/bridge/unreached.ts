import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { foundAs, stops } from '../../engine/contracts/effect.ts';
import { bridgeInterface } from '../../system/docker/docker.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { found } from '../finding.ts';
import { letDeviceIn } from '../firewall/actions.ts';
import { type Connection, hostOf, type StoredWay } from './connection.ts';
import { correct } from './correct.ts';
import { type BridgeFacts, hostAddresses, rightUrl } from './facts.ts';
import { FINDINGS, type Finding } from './findings.ts';

/**
 * From symptom to cause (facts: docker-ufw, Container → host). A timeout says nothing about a listener, so that is
 * checked first.
 */
export function unreached(
  facts: BridgeFacts,
  way: StoredWay,
  connection: Connection,
  answers: Answers,
): Finding {
  return (
    hermesNotThere(facts, connection, answers) ??
    wrongPlace(facts, way, connection, answers) ??
    keptOut(facts, connection)
  );
}

const seenFrom = ({ url }: Connection) => `From inside the container ${url}`;

/** Nobody can reach Hermes, or only this machine can. */
function hermesNotThere(facts: BridgeFacts, connection: Connection, answers: Answers): Finding | undefined {
  if (facts.hermesAddresses.length === 0)
    return found(FINDINGS['bridge-hermes-silent'], {
      evidence: `${seenFrom(connection)} does not answer, and nothing listens on port ${PORTS.hermes} of this machine.`,
      watch: { everyMs: 3_000, forMs: 60_000 },
    });
  if (!facts.hermesAddresses.every((address) => address.startsWith('127.') || address === '::1'))
    return undefined;
  return found(FINDINGS['hermes-runs-on-loopback'], {
    evidence: `${seenFrom(connection)} cannot be reached; Hermes listens only on ${facts.hermesAddresses.join(', ')}, although its .env says otherwise.`,
    fixes: [
      {
        id: 'restart-hermes',
        title: 'Restart Hermes',
        // No answer passes through this connection, so none is cut off.
        actions: [
          systemctl('Restart Hermes', ['restart', layout(answers).hermes.unitName], {
            timeoutMs: 240_000,
            effects: stops('Hermes', foundAs('Hermes')),
          }),
        ],
      },
    ],
  });
}

/** Open WebUI asks where Hermes is not. */
function wrongPlace(
  facts: BridgeFacts,
  way: StoredWay,
  connection: Connection,
  answers: Answers,
): Finding | undefined {
  const { url, probe } = connection;
  const name = hostOf(url);
  const right = rightUrl(facts);
  const fixes = correct(facts, way, answers, { index: connection.index, url: right });
  if (/^(localhost|127\.|0\.0\.0\.0|\[?::1)/.test(name))
    return found(FINDINGS['bridge-url-is-loopback'], {
      evidence: `Open WebUI asks ${url}.`,
      values: { name, right },
      fixes,
    });
  if (probe?.kind === 'dns')
    return found(FINDINGS['bridge-name-unknown'], {
      evidence: `Inside the container the name ${name} does not resolve.`,
      fixes,
    });
  if (
    hostAddresses(facts).length === 0 ||
    hostAddresses(facts).includes(name) ||
    name === 'host.docker.internal'
  )
    return undefined;
  if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(name))
    return found(FINDINGS['bridge-moved'], {
      evidence: `Open WebUI asks ${url}; containers reach this machine at ${hostAddresses(facts).join(' and ')}.`,
      fixes,
    });
  return found(FINDINGS['bridge-url-elsewhere'], {
    evidence: `Open WebUI asks ${url}, and nothing answers there.`,
    values: { right },
    fixes,
  });
}

/** The address is right, Hermes listens, and packets do not arrive. */
function keptOut(facts: BridgeFacts, connection: Connection): Finding {
  const { probe } = connection;
  const seen = seenFrom(connection);
  const listens = facts.hermesAddresses.join(', ');
  const device = (facts.container?.networks ?? []).map(bridgeInterface)[0] ?? 'docker0';
  const fixes = [
    {
      id: 'allow-device',
      title: `Allow ${device} to reach port ${PORTS.hermes}`,
      actions: letDeviceIn(device),
    },
  ];
  if (probe?.kind === 'timeout')
    return found(FINDINGS['bridge-firewall-drops'], {
      evidence: `${seen} timed out, although Hermes listens on ${listens}. Its packets come in over ${device}.`,
      values: { onDocker0: device === 'docker0' },
      fixes,
    });
  if (probe?.kind === 'refused')
    return found(FINDINGS['bridge-refused'], {
      evidence: `${seen} is refused at once, although Hermes listens on ${listens}.`,
      fixes,
    });
  return found(FINDINGS['bridge-unreachable'], {
    evidence: `${seen} cannot be reached: ${probe?.kind === 'other' ? probe.detail : ''}`,
  });
}
