import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Finding } from '../../engine/contracts/task.ts';
import { bridgeInterface } from '../../system/docker/docker.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { letDeviceIn } from '../firewall/actions.ts';
import { type Connection, hostOf, type StoredWay } from './connection.ts';
import { correct } from './correct.ts';
import { type BridgeFacts, hostAddresses, NO_MODEL, rightUrl } from './facts.ts';

/** Symptom to cause (facts: docker-ufw, Container → host). A timeout says nothing about a listener: that is looked at first. */
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

const common = { severity: 'broken', ifSkipped: NO_MODEL } as const;
const seenFrom = ({ url }: Connection) => `From inside the container ${url}`;

/** Hermes itself cannot be reached by anybody, or by nobody but this machine. */
function hermesNotThere(facts: BridgeFacts, connection: Connection, answers: Answers): Finding | undefined {
  if (facts.hermesAddresses.length === 0)
    return {
      ...common,
      code: 'bridge-hermes-silent',
      saw: `${seenFrom(connection)} does not answer, and nothing listens on port ${PORTS.hermes} of this machine.`,
      because: 'Hermes does not run, or runs without its API. See Hermes service.',
      fixes: [],
      watch: { everyMs: 3_000, forMs: 60_000 },
    };
  if (!facts.hermesAddresses.every((address) => address.startsWith('127.') || address === '::1'))
    return undefined;
  return {
    ...common,
    code: 'hermes-runs-on-loopback',
    saw: `${seenFrom(connection)} cannot be reached; Hermes listens on ${facts.hermesAddresses.join(', ')} alone, while its .env says otherwise.`,
    because:
      'Containers reach this machine at the address of the bridge, never at 127.0.0.1. API_SERVER_HOST is read when Hermes starts, so a change in .env needs a restart; a variable in the unit or in a drop-in goes before .env.',
    fixes: [
      {
        id: 'restart-hermes',
        title: 'Restart Hermes',
        // Nobody is being answered over this way, so nothing is cut off.
        actions: [systemctl('Restart Hermes', ['restart', layout(answers).hermes.unitName], 240_000)],
      },
    ],
  };
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
    return {
      ...common,
      code: 'bridge-url-is-loopback',
      saw: `Open WebUI asks ${url}.`,
      because: `Inside a container ${name} is the container itself. Hermes is at ${right}.`,
      fixes,
    };
  if (probe?.kind === 'dns')
    return {
      ...common,
      code: 'bridge-name-unknown',
      saw: `Inside the container the name ${name} does not resolve.`,
      because:
        'host.docker.internal exists only with --add-host, and on some kernels not even then. The address of the bridge always works.',
      fixes,
    };
  if (
    hostAddresses(facts).length === 0 ||
    hostAddresses(facts).includes(name) ||
    name === 'host.docker.internal'
  )
    return undefined;
  if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(name))
    return {
      ...common,
      code: 'bridge-moved',
      saw: `Open WebUI asks ${url}; this machine is at ${hostAddresses(facts).join(' and ')} for its containers.`,
      because:
        'Docker gave its bridge another address (bip or default-address-pools in /etc/docker/daemon.json), and what was written down before still names the old one.',
      fixes,
    };
  return {
    ...common,
    code: 'bridge-url-elsewhere',
    saw: `Open WebUI asks ${url}, and nothing answers there.`,
    because: `That is not the way over Docker's bridge: it may be the address of a machine that Otto was on before, or the name or public address of this one, where the firewall keeps port ${PORTS.hermes} closed, and should. Hermes is at ${right}.`,
    fixes,
  };
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
    return {
      ...common,
      code: 'bridge-firewall-drops',
      saw: `${seen} timed out, while Hermes listens on ${listens}. Its packets come in over ${device}.`,
      because:
        device === 'docker0'
          ? 'A firewall drops what comes in over docker0. This machine itself is not affected, so a test on it looks fine.'
          : `The container is in a Docker network of its own, so its packets do not come in over docker0, and the rule for docker0 does not help.`,
      fixes,
    };
  if (probe?.kind === 'refused')
    return {
      ...common,
      code: 'bridge-refused',
      saw: `${seen} is refused at once, while Hermes listens on ${listens}.`,
      because:
        'A firewall rule rejects what comes from the container, or the container has no network (after `"bridge":"none"` in daemon.json only a new container gets one).',
      fixes,
    };
  return {
    ...common,
    code: 'bridge-unreachable',
    saw: `${seen} cannot be reached: ${probe?.kind === 'other' ? probe.detail : ''}`,
    because:
      'The container has no way to this machine. `docker network inspect bridge` and `ip route` inside it show more.',
    fixes: [],
  };
}
