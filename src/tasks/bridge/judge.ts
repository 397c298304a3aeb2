import type { Answers } from '../../answers.ts';
import type { Secret } from '../../engine/secret.ts';
import type { Finding, Fix } from '../../engine/task.ts';
import { bridgeInterface, type Container } from '../../system/docker.ts';
import { layout, PORTS } from '../layout.ts';
import { changeSettings, type SettingChange } from '../open-webui/settings.ts';
import { letNetworkIn } from './actions.ts';
import { type Connection, hostOf, type StoredWay } from './connection.ts';

/** What the way from Open WebUI to Hermes looks like. */
export interface BridgeFacts {
  readonly container: Container | undefined;
  /** docker0's address. */
  readonly bridge: string | undefined;
  /** Addresses on which something listens on Hermes's port. */
  readonly hermesAddresses: readonly string[];
  /** The key that Hermes expects, from its .env. */
  readonly hermesKey: Secret | undefined;
  /** Of that key, as {@link Connection.keyPrint}; '' when it is not known. */
  readonly keyPrint: string;
  /** What Open WebUI uses, tried from inside. */
  readonly way: StoredWay | undefined;
  /** Why nothing could be tried: the last line of `docker exec`. */
  readonly wayFailure: string;
}

const IF_SKIPPED = 'Open WebUI shows no model.';

/** Pure. One cause is one finding: the first cut on the way. */
export function judgeBridge(facts: BridgeFacts, answers: Answers): readonly Finding[] {
  const { way } = facts;
  if (way === undefined) return [notTried(facts)];
  if (way.layout === 'unreadable' || way.layout === 'another-database') return [unreadable(way)];
  const connection = way.connections.find(({ probe }) => probe !== undefined);
  if (connection?.probe === undefined) return [noConnection(facts, way, answers)];
  const { probe } = connection;
  if (probe.kind === 'answer') return judgeAnswer(facts, way, connection, answers);
  return [unreached(facts, way, connection, answers)];
}

function notTried(facts: BridgeFacts): Finding {
  const running = facts.container?.status === 'running' && !facts.container.restarting;
  return {
    code: 'bridge-not-tried',
    severity: 'missing',
    saw: running
      ? `Inside the container nothing could be run: ${facts.wayFailure || 'no answer'}`
      : 'Once Open WebUI runs, the way to Hermes is tried from inside it, with the key that it really uses.',
    because: 'Only a try from inside the container proves that Open WebUI reaches Hermes.',
    fixes: [],
    watch: { everyMs: 3_000, forMs: 60_000 },
    ifSkipped: 'It is not known whether Open WebUI reaches Hermes.',
  };
}

function unreadable(way: StoredWay): Finding {
  return {
    code: 'bridge-settings-unreadable',
    severity: 'broken',
    saw:
      way.layout === 'another-database'
        ? 'Open WebUI keeps its settings in another database than SQLite.'
        : `Open WebUI's settings cannot be read: ${way.problem}`,
    because:
      'Its address and key for Hermes are in there. Look at Admin Panel → Settings → Connections by hand.',
    fixes: [],
    ifSkipped: 'It is not known whether Open WebUI reaches Hermes.',
  };
}

/** Where Open WebUI should ask: docker0's address, looked up and not assumed. */
function rightUrl(facts: BridgeFacts): string {
  return `http://${facts.bridge ?? '172.17.0.1'}:${PORTS.hermes}/v1`;
}

function noConnection(facts: BridgeFacts, way: StoredWay, answers: Answers): Finding {
  const urls = way.connections.map(({ url }) => url).filter((url) => url !== '');
  return {
    code: 'bridge-no-connection',
    severity: 'broken',
    saw: `Open WebUI has no connection to port ${PORTS.hermes}. It asks ${urls.length === 0 ? 'nobody' : urls.join(', ')}.`,
    because:
      'After its first start the database counts and no longer the environment, so the connection has to be there.',
    fixes: correct(facts, way, answers, { index: urls.length, url: rightUrl(facts) }),
    ifSkipped: IF_SKIPPED,
  };
}

function judgeAnswer(
  facts: BridgeFacts,
  way: StoredWay,
  connection: Connection,
  answers: Answers,
): readonly Finding[] {
  const { probe, url } = connection;
  if (probe?.kind !== 'answer') return [];
  if (probe.status === 401 || probe.status === 403)
    return [
      {
        code: 'bridge-key-wrong',
        severity: 'broken',
        saw: `From inside the container ${url} answers ${probe.status}: ${keyWords(facts, connection)}.`,
        because:
          'Open WebUI copied its key into its database at its first start. Since then only the one in the database counts: a new key in the environment changes nothing.',
        fixes: correct(facts, way, answers, connection),
        ifSkipped: IF_SKIPPED,
      },
    ];
  if (probe.status !== 200 || probe.models === undefined)
    return [
      {
        code: 'bridge-url-wrong',
        severity: 'broken',
        saw: `From inside the container ${url}/models answers ${probe.status}${probe.status === 200 ? ', but not with a list of models' : ''}.`,
        because: url.replace(/\/+$/, '').endsWith('/v1')
          ? `What answers on port ${PORTS.hermes} is not Hermes, or Hermes is not well.`
          : 'The address has to end in /v1: without it the connection seems fine and no model appears.',
        fixes: url.replace(/\/+$/, '').endsWith('/v1')
          ? []
          : correct(facts, way, answers, { ...connection, url: `${url.replace(/\/+$/, '')}/v1` }),
        ifSkipped: IF_SKIPPED,
      },
    ];
  if (!way.enabled)
    return [
      {
        code: 'bridge-connection-off',
        severity: 'broken',
        saw: 'The way to Hermes is open, but connections of this kind are switched off in Open WebUI.',
        because: 'Somebody switched off the OpenAI API in Admin Panel → Settings → Connections.',
        fixes: correct(facts, way, answers, connection),
        ifSkipped: IF_SKIPPED,
      },
    ];
  return [];
}

function keyWords(facts: BridgeFacts, connection: Connection): string {
  const where = connection.keyFrom === 'database' ? 'its database' : 'its environment';
  if (connection.keyPrint === '') return `there is no key in ${where}`;
  return connection.keyPrint === facts.keyPrint
    ? "it sends the key of Hermes's .env, so Hermes runs with another one and needs a restart"
    : `the key in ${where} is not the one in Hermes's .env`;
}

/** Symptom to cause (facts: docker-ufw, Container → host). A timeout says nothing about a listener: that is looked at first. */
function unreached(facts: BridgeFacts, way: StoredWay, connection: Connection, answers: Answers): Finding {
  const { url, probe } = connection;
  const name = hostOf(url);
  const seen = `From inside the container ${url}`;
  const moved = rightUrl(facts);
  const common = { severity: 'broken', ifSkipped: IF_SKIPPED } as const;
  const atRightUrl = { ...connection, url: moved };

  if (facts.hermesAddresses.length === 0)
    return {
      ...common,
      code: 'bridge-hermes-silent',
      saw: `${seen} does not answer, and nothing listens on port ${PORTS.hermes} of this machine.`,
      because: 'Hermes does not run, or runs without its API. See Hermes service.',
      fixes: [],
      watch: { everyMs: 3_000, forMs: 60_000 },
    };
  if (facts.hermesAddresses.every((address) => address.startsWith('127.') || address === '::1'))
    return {
      ...common,
      code: 'hermes-listens-on-loopback',
      saw: `${seen} cannot be reached; Hermes listens on ${facts.hermesAddresses.join(', ')} alone.`,
      because:
        "Containers reach this machine at the address of the bridge, never at 127.0.0.1. API_SERVER_HOST has to be 0.0.0.0 in Hermes's .env, and the service restarted.",
      fixes: [],
    };
  if (/^(localhost|127\.|\[?::1)/.test(name))
    return {
      ...common,
      code: 'bridge-url-is-loopback',
      saw: `Open WebUI asks ${url}.`,
      because: `Inside a container ${name} is the container itself. Hermes is at ${moved}.`,
      fixes: correct(facts, way, answers, atRightUrl),
    };
  if (probe?.kind === 'dns')
    return {
      ...common,
      code: 'bridge-name-unknown',
      saw: `Inside the container the name ${name} does not resolve.`,
      because:
        'host.docker.internal exists only with --add-host, and on some kernels not even then. The address of the bridge always works.',
      fixes: correct(facts, way, answers, atRightUrl),
    };
  if (
    /^\d+(\.\d+){3}$/.test(name) &&
    facts.bridge !== undefined &&
    name !== facts.bridge &&
    !isGateway(facts, name)
  )
    return {
      ...common,
      code: 'bridge-moved',
      saw: `Open WebUI asks ${url}; the bridge of Docker is at ${facts.bridge}.`,
      because:
        'Docker gave its bridge another address (bip or default-address-pools in /etc/docker/daemon.json).',
      fixes: correct(facts, way, answers, atRightUrl),
    };
  if (probe?.kind === 'timeout') return dropped(facts, seen, common);
  if (probe?.kind === 'refused')
    return {
      ...common,
      code: 'bridge-refused',
      saw: `${seen} is refused at once, while Hermes listens on ${facts.hermesAddresses.join(', ')}.`,
      because:
        'A firewall rule rejects what comes from the container, or the container has no network (after `"bridge":"none"` in daemon.json only a new container gets one).',
      fixes: dropped(facts, seen, common).fixes,
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

function isGateway(facts: BridgeFacts, address: string): boolean {
  return facts.container?.networks.some(({ gateway }) => gateway === address) === true;
}

function dropped(
  facts: BridgeFacts,
  seen: string,
  common: { readonly severity: 'broken'; readonly ifSkipped: string },
): Finding {
  const devices = (facts.container?.networks ?? []).map(bridgeInterface);
  const device = devices[0] ?? 'docker0';
  return {
    ...common,
    code: 'bridge-firewall-drops',
    saw: `${seen} timed out, while Hermes listens on ${facts.hermesAddresses.join(', ')}. Its packets come in over ${device}.`,
    because:
      device === 'docker0'
        ? 'A firewall drops what comes in over docker0. This machine itself is not affected, so a test on it looks fine.'
        : `The container is in a Docker network of its own, so its packets do not come in over docker0, and the rule for docker0 does not help.`,
    fixes: [{ title: `Allow ${device} to reach port ${PORTS.hermes}`, actions: letNetworkIn(device) }],
  };
}

/** Puts address, key and switch right where they count. Asked first: it is somebody's database. */
function correct(
  facts: BridgeFacts,
  way: StoredWay,
  answers: Answers,
  wanted: { readonly index: number; readonly url: string },
): readonly Fix[] {
  if (way.layout !== 'key-value' && way.layout !== 'single-row') return [];
  const key = facts.hermesKey ?? answers.apiKey;
  const changes: readonly SettingChange[] = [
    { path: ['openai', 'enable'], index: null, value: true },
    { path: ['openai', 'api_base_urls'], index: wanted.index, value: wanted.url },
    { path: ['openai', 'api_keys'], index: wanted.index, value: key },
  ];
  const image = facts.container?.image ?? answers.openWebuiImage;
  return [
    {
      title: `Have Open WebUI ask ${wanted.url} with Hermes's key`,
      actions: changeSettings(changes, way.layout, image, answers),
      consequence:
        way.layout === 'key-value'
          ? `Changes Open WebUI's database, after a backup in ${layout(answers).openWebui.data}/otto-install-backups.`
          : `Changes Open WebUI's database, after a backup; Open WebUI is stopped for that, about half a minute.`,
    },
  ];
}
