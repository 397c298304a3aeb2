import { PORTS } from '../../answers/layout.ts';
import { declareFindings, type FoundOf, wording } from '../finding.ts';

/** What is missing as long as one of the two files is wrong. What is only changed with consent works as it is. */
const NO_CHAT = 'Open WebUI will show no model, or its chats will fail.';
const PAYS = 'Hermes pays for its answers with this key.';
const REFUSES = wording(
  { release: 'Hermes', shared: false },
  ({ release, shared }) =>
    `${release} does not open its port with that, although systemd says "active". Only the key protects this agent, which can run commands, from anyone who reaches its port. ${
      shared
        ? 'Open WebUI has a good key, which is used here, too.'
        : 'otto-install creates a new key; Open WebUI gets it next.'
    }`,
);
const SEVERAL = {
  severity: 'broken',
  reason: wording(
    { reasons: 'Several of its settings are missing or wrong; each one is listed with its reason.' },
    ({ reasons }) => reasons,
  ),
  impact: NO_CHAT,
} as const;

/** What can be wrong with Hermes's two files of settings. */
export const FINDINGS = declareFindings('hermes-config', 'tasks/hermes-config/hermes-config.test.ts', {
  'hermes-api-not-enabled': {
    severity: 'broken',
    reason:
      'Open WebUI talks to Hermes through its API server, which older releases start only with this setting.',
    impact: NO_CHAT,
  },
  'hermes-listens-on-loopback': {
    severity: 'broken',
    cuts: 'to-hermes',
    reason:
      'Open WebUI runs in Docker. Its requests arrive over the bridge docker0 at the bridge’s address, and a listener on loopback does not see them, although every test on the droplet itself succeeds. With 0.0.0.0 Hermes listens on all addresses, including the public one, so the firewall must keep the internet out.',
    impact: NO_CHAT,
    proof: { fault: 'bridge-host-loopback' },
  },
  'hermes-other-port': {
    severity: 'broken',
    reason: wording({ number: true }, ({ number }) =>
      number
        ? `The firewall rule and Open WebUI’s address use ${PORTS.hermes}.`
        : 'That is not a port number; some releases do not start with it.',
    ),
    impact: wording({ number: true }, ({ number }) => (number ? undefined : NO_CHAT)),
  },
  'hermes-key-missing': {
    severity: 'broken',
    reason: REFUSES,
    impact: NO_CHAT,
  },
  'hermes-key-refused': {
    severity: 'broken',
    reason: REFUSES,
    impact: NO_CHAT,
  },
  'hermes-key-in-config': {
    severity: 'broken',
    reason: 'Newer releases and otto-install expect it in .env. The key stays the same.',
    impact: NO_CHAT,
  },
  'hermes-key-too-short-soon': {
    severity: 'risk',
    reason: wording(
      { release: 'Hermes', wanted: '16' },
      ({ release, wanted }) =>
        `${release} accepts it, but from 0.18 on Hermes requires ${wanted} and does not open its API with less: the next update would cut Open WebUI off. Change the key first, in both places.`,
    ),
  },
  'hermes-other-model-name': {
    severity: 'broken',
    reason: 'Open WebUI remembers models by name: its chats and settings belong to the current name.',
    proof: { fault: 'hermes-model-renamed' },
  },
  'hermes-model-name-incomplete': {
    severity: 'broken',
    reason:
      'Hermes reads API_SERVER_MODEL_NAME. The runbook says API_SERVER_MODEL_ID, which no release of the original reads. Without the right one the model is called hermes-agent. Both together work with every release.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-model-id-only' },
  },
  'hermes-provider-variable': {
    severity: 'risk',
    reason: 'It overrides config.yaml, so chats may go to a provider other than Claude.',
  },
  'claude-key-not-set': {
    severity: 'broken',
    cuts: 'claude',
    reason: PAYS,
    impact: NO_CHAT,
  },
  'claude-key-differs': {
    severity: 'broken',
    cuts: 'claude',
    reason: PAYS,
  },
  'hermes-env-open-quote': {
    severity: 'broken',
    reason:
      'Hermes then reads up to the next quote in the file, or skips the line: one or more variables are not set, and nothing reports it.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-open-quote' },
  },
  'hermes-env-duplicates': {
    severity: 'broken',
    reason:
      'Only the last line of a name counts, so changing the first one has no effect; with two keys, Open WebUI often has the one that does not count. For the key, the line that Open WebUI uses stays; for everything else, the one that counted. The other lines become comments.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-two-keys' },
  },
  'hermes-env-windows-text': {
    severity: 'broken',
    reason:
      'Programs that read it as a plain env file take the carriage return as part of each value, even of the key. A byte order mark, which some editors add at the start, becomes part of the first name, so that variable is not set.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-windows-lines' },
  },
  'hermes-config-malformed': {
    severity: 'broken',
    reason:
      'Hermes does not stop because of that: it continues with its defaults, without a model or a provider, and every chat fails while Hermes looks healthy. otto-install fixes each bad line where it can, and turns it into a comment where it cannot. All other settings then apply again.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-config-tabs' },
  },
  'hermes-config-without-indentation': {
    severity: 'broken',
    reason:
      'In YAML only the indentation shows which setting belongs where. So Hermes sees a model without a name and a provider, sends an empty name, and every chat fails while Hermes looks healthy.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-config-without-indentation' },
  },
  'hermes-config-without-version': {
    severity: 'broken',
    reason:
      'Hermes then assumes the oldest version, and its next migration empties ANTHROPIC_TOKEN and other settings.',
    impact: NO_CHAT,
  },
  'hermes-other-provider': {
    severity: ['risk', 'broken'],
    reason: wording({ usable: true }, ({ usable }) =>
      usable
        ? 'Otto answers with Claude, but somebody has chosen another provider here.'
        : 'Otto answers with Claude. With another provider and no key for it, every chat fails while Hermes looks healthy.',
    ),
    proof: { fault: 'hermes-config-other-provider' },
  },
  'hermes-model-not-set': {
    severity: 'broken',
    reason:
      'Hermes uses the sign-in to Claude only when the provider is anthropic, and without a model it sends an empty name. Either way every chat fails while Hermes looks healthy.',
    impact: NO_CHAT,
    proof: { fault: 'hermes-config-without-provider' },
  },
  'hermes-model-base-url': {
    severity: ['broken', 'risk'],
    reason:
      'With the provider anthropic, older releases send the tokens of the Claude sign-in to that address. It is often left over from the example configuration, which names another provider’s address.',
    proof: { fault: 'hermes-config-foreign-address' },
  },
  'hermes-api-switched-off': {
    severity: 'broken',
    reason: 'Open WebUI can reach Hermes only through it.',
    impact: NO_CHAT,
  },
  'hermes-env-missing': {
    severity: ['missing', 'blocked'],
    reason:
      'This file opens Hermes’s API for Open WebUI: on 0.0.0.0, because containers come in over docker0 instead of loopback, and with a key, because the port leads to an agent that can run commands.',
    impact: NO_CHAT,
  },
  // Several settings at once, with one new file.
  'hermes-env-incomplete': SEVERAL,
  'hermes-config-incomplete': SEVERAL,
  'hermes-settings-of-another-user': {
    severity: 'broken',
    reason: wording(
      { user: '‹user›' },
      ({ user }) => `Hermes runs as ${user} and cannot read the file, or cannot write it when it must.`,
    ),
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-of-root' },
  },
  'hermes-settings-mode': {
    severity: 'broken',
    alone: true,
    reason: wording({ user: '‹user›', open: true }, ({ user, open }) =>
      open
        ? 'The file contains keys: other users of this machine could read or change them.'
        : `${user} itself cannot read and write the file.`,
    ),
    impact: NO_CHAT,
    proof: { fault: 'hermes-env-readable' },
  },
  'hermes-config-missing': {
    severity: 'missing',
    reason:
      'This file says which model answers and that it comes from Anthropic; without the provider, Hermes does not use the sign-in to Claude.',
    impact: NO_CHAT,
  },
  'hermes-config-unreadable': {
    severity: 'broken',
    reason:
      'Hermes does not stop because of that: it continues with its defaults, without a model or a provider, and every chat fails while Hermes looks healthy. Fix the line by hand to keep all settings, then look again.',
    impact: NO_CHAT,
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
