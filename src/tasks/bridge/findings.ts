import { PORTS, USUAL_BRIDGE_ADDRESS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';

const NO_MODEL = 'Open WebUI shows no model.';
const RIGHT = `http://${USUAL_BRIDGE_ADDRESS}:${PORTS.hermes}/v1`;

/** What can cut the way from Open WebUI's container to Hermes. */
export const FINDINGS = declareFindings('bridge', 'tasks/bridge/bridge.test.ts', {
  'bridge-hermes-silent': {
    severity: 'broken',
    refutable: true,
    reason: 'Hermes is not running, or runs without its API. See the step Hermes service.',
    impact: NO_MODEL,
  },
  'hermes-runs-on-loopback': {
    severity: 'broken',
    reason:
      "Containers reach this machine at the address of Docker's bridge, never at 127.0.0.1. Hermes reads API_SERVER_HOST when it starts, so a change in .env needs a restart. A variable in the unit or in a drop-in overrides .env.",
    impact: NO_MODEL,
  },
  'bridge-url-is-loopback': {
    severity: 'broken',
    reason: wording(
      { name: 'localhost', right: RIGHT },
      ({ name, right }) => `Inside a container ${name} is the container itself. Hermes is at ${right}.`,
    ),
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-localhost' },
  },
  'bridge-name-unknown': {
    severity: 'broken',
    refutable: true,
    reason:
      "host.docker.internal exists only with --add-host, and on some kernels not even then. The address of Docker's bridge always works.",
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-docker-internal' },
  },
  'bridge-moved': {
    severity: 'broken',
    reason:
      "Docker gave its bridge another address (bip or default-address-pools in /etc/docker/daemon.json), and Open WebUI's settings still have the old one.",
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-old-address' },
  },
  'bridge-url-elsewhere': {
    severity: 'broken',
    refutable: true,
    reason: wording(
      { right: RIGHT },
      ({ right }) =>
        `That is not the address of Docker's bridge. It may be a machine that Otto ran on earlier, or the name or public address of this one, where the firewall rightly keeps port ${PORTS.hermes} closed. Hermes is at ${right}.`,
    ),
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-another-machine' },
  },
  'bridge-firewall-drops': {
    severity: 'broken',
    refutable: true,
    reason: wording({ onDocker0: true }, ({ onDocker0 }) =>
      onDocker0
        ? 'A firewall drops what comes in over docker0. Connections from this machine itself are not affected, so a test on it succeeds.'
        : `The container is in its own Docker network, so its packets do not come in over docker0, and the rule for docker0 does not apply.`,
    ),
    impact: NO_MODEL,
  },
  'bridge-refused': {
    severity: 'broken',
    refutable: true,
    reason:
      'A firewall rule rejects connections from the container, or the container has no network (after `"bridge":"none"` in daemon.json, only a new container gets one).',
    impact: NO_MODEL,
  },
  'bridge-unreachable': {
    severity: 'broken',
    refutable: true,
    reason:
      'The container has no route to this machine. `docker network inspect bridge`, and `ip route` inside the container, show more.',
    impact: NO_MODEL,
  },
  'bridge-not-tried': {
    severity: 'missing',
    refutable: true,
    reason: 'Only a test from inside the container proves that Open WebUI reaches Hermes.',
    impact: 'It is not known whether Open WebUI reaches Hermes.',
  },
  'bridge-settings-unreadable': {
    severity: 'broken',
    refutable: true,
    reason:
      'The address and the key for Hermes are in these settings. Check Admin Panel → Settings → Connections by hand.',
    impact: 'It is not known whether Open WebUI reaches Hermes.',
  },
  'bridge-other-port': {
    severity: 'broken',
    refutable: true,
    reason: `Hermes listens on port ${PORTS.hermes}. 8080 is Open WebUI itself, 3000 is Paperclip.`,
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-other-port' },
  },
  'bridge-no-connection': {
    severity: 'broken',
    refutable: true,
    reason:
      'After its first start Open WebUI reads its database, not its environment, so the connection must be in the database.',
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-empty' },
  },
  'bridge-key-not-read': {
    severity: 'broken',
    refutable: true,
    reason:
      'Hermes reads .env when it starts. A key that was changed there since takes effect only after a restart.',
    impact: NO_MODEL,
  },
  'bridge-key-wrong': {
    severity: 'broken',
    refutable: true,
    reason:
      'Open WebUI copied its key into its database at its first start. Since then only that copy counts: a new key in the environment changes nothing. (Releases before 0.10 use the key in the environment until somebody saves the settings.)',
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-key' },
  },
  'bridge-v1-missing': {
    severity: 'broken',
    reason: wording(
      { right: RIGHT },
      ({ right }) =>
        `The address of the connection must end in /v1. Without it Open WebUI's own test succeeds, but no model appears. The right address is ${right}.`,
    ),
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-without-v1' },
  },
  'bridge-not-hermes': {
    severity: 'broken',
    refutable: true,
    reason: wording(
      { atHost: true, unitName: 'hermes-gateway', right: RIGHT },
      ({ atHost, unitName, right }) =>
        atHost
          ? `What answers on port ${PORTS.hermes} is not Hermes, or Hermes is not working: \`journalctl -u ${unitName} -n 30\` shows more.`
          : `Another program answers there: that address does not belong to this machine. Hermes is at ${right}.`,
    ),
    impact: NO_MODEL,
    proof: { fault: 'bridge-database-other-program' },
  },
  'other-connection-silent': {
    severity: 'risk',
    reason:
      'Open WebUI asks every connection for its models and waits for the slowest one. Each page and each new chat hangs for that long, also for people who only use Otto.',
    impact: 'Every page hangs for seconds.',
    proof: { fault: 'bridge-second-connection-silent' },
  },
  'bridge-connection-off': {
    severity: 'broken',
    reason:
      'Somebody switched it off in Admin Panel → Settings → Connections: either the whole OpenAI API, or this connection.',
    impact: NO_MODEL,
    proof: { fault: 'bridge-connection-off' },
  },
  'bridge-model-renamed': {
    severity: 'broken',
    reason:
      'In the settings of the connection (Admin Panel → Settings → Connections, the gear), a list of model names replaces the one from Hermes, and a prefix is added to each name. Chats and settings that use the earlier name do not find the model.',
    impact: NO_MODEL,
    proof: { fault: 'bridge-model-renamed' },
  },
  'bridge-model-not-read': {
    severity: 'broken',
    refutable: true,
    reason:
      'Hermes reads API_SERVER_MODEL_NAME when it starts. A name that was changed in .env since takes effect only after a restart.',
    impact: NO_MODEL,
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
