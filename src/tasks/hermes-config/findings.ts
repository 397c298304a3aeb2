import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';

/** What is missing as long as one of the two files is wrong. What is only changed with consent works as it is. */
const NO_CHAT = 'Open WebUI will show no model, or its chats will fail.';
const PAYS = 'Hermes pays for its answers with this key.';
const REFUSES = wording(
  { release: 'Hermes', shared: false },
  ({ release, shared }) =>
    `${release} does not open its port with that, while systemd says "active" all the same. The key stands between this agent, which can run commands, and everybody who reaches its port. ${
      shared
        ? 'Open WebUI has a good one, which is used here too.'
        : 'A new key is made; Open WebUI gets it next.'
    }`,
);
const SEVERAL = {
  severity: 'broken',
  reason: wording(
    { reasons: 'Several settings in it are missing or wrong; each is named, with its reason.' },
    ({ reasons }) => reasons,
  ),
  impact: NO_CHAT,
  proof: { test: 'tasks/hermes-config.test.ts' },
} as const;

/** What can be wrong with Hermes's two files of settings. */
export const FINDINGS = declareFindings('hermes-config', {
  'hermes-api-not-enabled': {
    severity: 'broken',
    reason: 'Open WebUI talks to Hermes through its API server, which older releases start only with this.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-listens-on-loopback': {
    severity: 'broken',
    cuts: 'to-hermes',
    reason:
      'Open WebUI runs in Docker. What it sends arrives over the bridge docker0 at the bridge’s address, and a listener on loopback does not see it, while every test on the droplet itself succeeds. With 0.0.0.0 Hermes listens on all addresses, the public one too, so the firewall has to keep the internet out.',
    impact: NO_CHAT,
    proof: { fault: 'bridge-host-loopback' },
  },
  'hermes-other-port': {
    severity: 'broken',
    reason: wording({ number: true }, ({ number }) =>
      number
        ? `The firewall rule and Open WebUI’s address are made for ${PORTS.hermes}.`
        : 'That is no port number; some releases do not start with it.',
    ),
    impact: wording({ number: true }, ({ number }) => (number ? undefined : NO_CHAT)),
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-key-missing': {
    severity: 'broken',
    reason: REFUSES,
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-key-refused': {
    severity: 'broken',
    reason: REFUSES,
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-key-in-config': {
    severity: 'broken',
    reason: 'Newer releases want it in .env, and so do the checks here. It stays the same key.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-key-too-short-soon': {
    severity: 'risk',
    reason: wording(
      { release: 'Hermes', wanted: '16' },
      ({ release, wanted }) =>
        `${release} takes it, but from 0.18 on Hermes wants ${wanted} and stays silent with less: the next update would cut Open WebUI off. Change the key before it, in both places.`,
    ),
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-other-model-name': {
    severity: 'broken',
    reason: 'Open WebUI remembers models by name: its chats and settings belong to the name that is in use.',
    proof: { fault: 'hermes-model-renamed' },
  },
  'hermes-model-name-incomplete': {
    severity: 'broken',
    reason:
      'Hermes reads API_SERVER_MODEL_NAME; API_SERVER_MODEL_ID is what the runbook says, and no release of the original reads it. Without the one that counts the model is called hermes-agent. Both together are right for every release.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-model-id-only' },
  },
  'hermes-provider-variable': {
    severity: 'risk',
    reason: 'It goes before what config.yaml says, so chats may go to another provider than Claude.',
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'claude-key-not-set': {
    severity: 'broken',
    cuts: 'claude',
    reason: PAYS,
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'claude-key-differs': {
    severity: 'broken',
    cuts: 'claude',
    reason: PAYS,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-env-open-quote': {
    severity: 'broken',
    reason:
      'Hermes then reads up to the next quote in the file, or gives the line up: this variable, or several, are not set, and nothing says so.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-open-quote' },
  },
  'hermes-env-duplicates': {
    severity: 'broken',
    reason:
      'Only the last line of a name counts. Whoever changes or reads the first one wonders why nothing happens; with two keys, Open WebUI often has the one that does not count. Of the key the line that Open WebUI uses stays, of everything else the one that counted; the others become comments.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-two-keys' },
  },
  'hermes-env-windows-text': {
    severity: 'broken',
    reason:
      'Programs that read it as a plain env file take the carriage return for a part of each value, the key included. A byte order mark, which some editors put in front, becomes a part of the first name, and that variable is then not set.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-windows-lines' },
  },
  'hermes-config-malformed': {
    severity: 'broken',
    reason:
      'Hermes does not stop for that: it goes on with its defaults, without a model and a provider, and every chat fails while it looks healthy. What can be mended in a line is mended; a line where that is not possible becomes a comment. All other settings count again then.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-config-tabs' },
  },
  'hermes-config-without-indentation': {
    severity: 'broken',
    reason:
      'YAML says by indentation alone what belongs to what. So Hermes sees a model without a name and a provider, sends an empty name, and every chat fails while it looks healthy.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-config-without-indentation' },
  },
  'hermes-config-without-version': {
    severity: 'broken',
    reason:
      'Hermes then takes it for the oldest there is, and its next migration empties ANTHROPIC_TOKEN and other settings.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-other-provider': {
    severity: ['risk', 'broken'],
    reason: wording({ usable: true }, ({ usable }) =>
      usable
        ? 'Otto answers with Claude; somebody has chosen another provider here.'
        : 'Otto answers with Claude. Another provider without a key for it fails in every chat, while Hermes looks healthy.',
    ),
    proof: { fault: 'hermes-config-other-provider' },
  },
  'hermes-model-not-set': {
    severity: 'broken',
    reason:
      'Hermes uses the sign-in to Claude only when the provider is set to anthropic, and without a model it sends an empty name. Either way every chat fails while Hermes looks healthy.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-config-without-provider' },
  },
  'hermes-model-base-url': {
    severity: ['broken', 'risk'],
    reason:
      'With the provider anthropic, older releases send the tokens of the Claude sign-in to that address. It often stays behind from the example configuration, which names another provider’s.',
    proof: { fault: 'hermes-config-foreign-address' },
  },
  'hermes-api-switched-off': {
    severity: 'broken',
    reason: 'Open WebUI has no other way to Hermes.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-env-missing': {
    severity: ['missing', 'blocked'],
    reason:
      'It opens Hermes’s API for Open WebUI: on 0.0.0.0, because containers come in over docker0 and not over loopback; with a key, because the port leads to an agent that can run commands.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  // Several settings at once, with one new file.
  'hermes-env-incomplete': SEVERAL,
  'hermes-config-incomplete': SEVERAL,
  'hermes-settings-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) => `Hermes runs as ${user} and cannot read it, or cannot write it back when it has to.`,
    ),
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-of-root' },
  },
  'hermes-settings-mode': {
    severity: 'broken',
    reason: wording({ user: '‹user›', open: true }, ({ user, open }) =>
      open
        ? 'Keys stand in it: other users of this machine could read or change them.'
        : `${user} itself cannot read and write it.`,
    ),
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-readable' },
  },
  'hermes-config-missing': {
    severity: 'missing',
    reason:
      'It says which model answers and that it comes from Anthropic; without the provider, the sign-in to Claude is not used.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
  'hermes-config-unreadable': {
    severity: 'broken',
    reason:
      'Hermes does not stop for that: it goes on with its defaults, without a model and a provider, and every chat fails while it looks healthy. Mending the line by hand keeps all settings; look again afterwards.',
    impact: NO_CHAT,
    proof: { test: 'tasks/hermes-config.test.ts' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
