import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { reveal, Secret, type SecretText } from '../../secret/secret.ts';
import { envIn, settingIn } from '../../system/formats/env-file.ts';
import { keyRefused, shortestKey } from '../../system/hermes/hermes-key.ts';
import { judgeForm, rewritten } from './env-form.ts';
import type { EnvProblem, OtherKeys } from './env-problem.ts';

const TRUE = ['true', '1', 'yes', 'on'];

/** Judges the variables of the API server and of Claude. */
export function judgeEnv(
  text: SecretText,
  answers: Answers,
  version: string | undefined,
  keys: OtherKeys,
): readonly EnvProblem[] {
  const clear = reveal(text);
  const form = judgeForm(clear, keys);
  // What is judged is what the file says once its form is right.
  const env = envIn(rewritten(clear, form), 'dotenv');
  const value = (name: string) => settingIn(env, name);
  return [
    ...form,
    ...judgeEnabled(value('API_SERVER_ENABLED')),
    ...judgeHost(value('API_SERVER_HOST')),
    ...judgePort(value('API_SERVER_PORT')),
    ...judgeKey(value('API_SERVER_KEY'), answers, version, keys),
    ...judgeModelName(value('API_SERVER_MODEL_NAME'), value('API_SERVER_MODEL_ID'), answers),
    ...judgeProviderVariable(value('HERMES_INFERENCE_PROVIDER')),
    ...judgeClaudeKey(value('ANTHROPIC_API_KEY'), answers),
  ];
}

function judgeEnabled(value: string): readonly EnvProblem[] {
  if (TRUE.includes(value.toLowerCase())) return [];
  return [
    {
      code: 'hermes-api-not-enabled',
      severity: 'broken',
      saw: value === '' ? 'API_SERVER_ENABLED is not set.' : `API_SERVER_ENABLED is "${value}".`,
      because:
        'Open WebUI talks to Hermes through its API server, which older releases start only with this setting.',
      set: { API_SERVER_ENABLED: 'true' },
    },
  ];
}

function judgeHost(value: string): readonly EnvProblem[] {
  const loopback = value === '' || value === 'localhost' || value === '::1' || value.startsWith('127.');
  if (!loopback) return [];
  return [
    {
      code: 'hermes-listens-on-loopback',
      severity: 'broken',
      saw:
        value === ''
          ? 'API_SERVER_HOST is not set: Hermes listens on 127.0.0.1.'
          : `API_SERVER_HOST is ${value}.`,
      because:
        'Open WebUI runs in Docker. Its requests arrive over the bridge docker0 at the bridge’s address, and a listener on loopback does not see them, although every test on the droplet itself succeeds. With 0.0.0.0 Hermes listens on all addresses, including the public one, so the firewall must keep the internet out.',
      set: { API_SERVER_HOST: '0.0.0.0' },
    },
  ];
}

function judgePort(value: string): readonly EnvProblem[] {
  const port = String(PORTS.hermes);
  if (value === port || value === '') return [];
  const number = /^\d+$/.test(value);
  return [
    {
      code: 'hermes-other-port',
      severity: 'broken',
      saw: `API_SERVER_PORT is "${value}".`,
      because: number
        ? `The firewall rule and Open WebUI’s address use ${port}.`
        : 'That is not a port number; some releases do not start with it.',
      set: { API_SERVER_PORT: port },
      ...(number && {
        consequence: `Whatever reaches Hermes on port ${value} must use ${port} from now on.`,
      }),
    },
  ];
}

function judgeKey(
  value: string,
  answers: Answers,
  version: string | undefined,
  keys: OtherKeys,
): readonly EnvProblem[] {
  const [inConfig, ofOpenWebui] = [keys.inConfig, keys.ofOpenWebui].map((key) => key && reveal(key));
  const inUse = value === '' ? inConfig : value;
  const refused = inUse === undefined ? 'there is none' : keyRefused(inUse, version);
  const release = version === undefined ? 'Hermes' : `Hermes ${version}`;
  if (refused !== undefined) {
    // The key that the other side has stays good: then nothing needs to be changed there.
    const shared =
      ofOpenWebui !== undefined && keyRefused(ofOpenWebui, version) === undefined ? ofOpenWebui : undefined;
    return [
      {
        code: inUse === undefined ? 'hermes-key-missing' : 'hermes-key-refused',
        severity: 'broken',
        saw: `API_SERVER_KEY: ${refused}.`,
        because: `${release} does not open its port with that, although systemd says "active". Only the key protects this agent, which can run commands, from anyone who reaches its port. ${
          shared === undefined
            ? 'otto-install creates a new key; Open WebUI gets it next.'
            : 'Open WebUI has a good key, which is used here, too.'
        }`,
        set: { API_SERVER_KEY: shared === undefined ? answers.apiKey : new Secret(shared) },
      },
    ];
  }
  if (value === '' && inUse !== undefined) {
    return [
      {
        code: 'hermes-key-in-config',
        severity: 'broken',
        saw: 'The API key is in config.yaml instead of .env.',
        because: 'Newer releases and otto-install expect it in .env. The key stays the same.',
        set: { API_SERVER_KEY: new Secret(inUse) },
      },
    ];
  }
  if (keyRefused(value, undefined) === undefined) return [];
  return [
    {
      code: 'hermes-key-too-short-soon',
      severity: 'risk',
      saw: `API_SERVER_KEY has ${value.length} characters.`,
      because: `${release} accepts it, but from 0.18 on Hermes requires ${shortestKey(undefined)} and does not open its API with less: the next update would cut Open WebUI off. Change the key first, in both places.`,
      set: {},
    },
  ];
}

function judgeModelName(name: string, id: string, answers: Answers): readonly EnvProblem[] {
  const inUse = name || id;
  if (inUse !== '' && inUse !== answers.modelName) {
    return [
      {
        code: 'hermes-other-model-name',
        severity: 'broken',
        saw: `Hermes shows its model as "${inUse}", but the answers say "${answers.modelName}".`,
        because: 'Open WebUI remembers models by name: its chats and settings belong to the current name.',
        set: { API_SERVER_MODEL_NAME: answers.modelName, API_SERVER_MODEL_ID: answers.modelName },
        consequence: `In Open WebUI the model "${inUse}" disappears; chats that use it must be switched by hand.`,
      },
    ];
  }
  if (name === answers.modelName && id === answers.modelName) return [];
  return [
    {
      code: 'hermes-model-name-incomplete',
      severity: 'broken',
      saw: `${name === '' ? 'API_SERVER_MODEL_NAME' : 'API_SERVER_MODEL_ID'} is not set to ${answers.modelName}.`,
      because:
        'Hermes reads API_SERVER_MODEL_NAME. The runbook says API_SERVER_MODEL_ID, which no release of the original reads. Without the right one the model is called hermes-agent. Both together work with every release.',
      set: { API_SERVER_MODEL_NAME: answers.modelName, API_SERVER_MODEL_ID: answers.modelName },
    },
  ];
}

function judgeProviderVariable(value: string): readonly EnvProblem[] {
  if (value === '' || value === 'anthropic') return [];
  return [
    {
      code: 'hermes-provider-variable',
      severity: 'risk',
      saw: `HERMES_INFERENCE_PROVIDER is "${value}".`,
      because: 'It overrides config.yaml, so chats may go to a provider other than Claude.',
      set: {},
    },
  ];
}

function judgeClaudeKey(value: string, answers: Answers): readonly EnvProblem[] {
  if (answers.claude !== 'api-key') return [];
  const wanted = answers.anthropicApiKey;
  if (wanted === undefined) {
    if (value !== '') return [];
    return [
      {
        code: 'claude-key-missing',
        severity: 'blocked',
        saw: 'Claude should be used with an API key, but there is none: not in the answers and not in .env.',
        because:
          'Give one (anthropicApiKey in the answers file, or OTTO_ANTHROPIC_API_KEY); you create it at console.anthropic.com.',
        set: {},
      },
    ];
  }
  if (value === wanted.reveal()) return [];
  return [
    {
      code: value === '' ? 'claude-key-not-set' : 'claude-key-differs',
      severity: 'broken',
      saw:
        value === '' ? 'ANTHROPIC_API_KEY is not set.' : 'ANTHROPIC_API_KEY is not the key in the answers.',
      because: 'Hermes pays for its answers with this key.',
      set: { ANTHROPIC_API_KEY: wanted },
      ...(value !== '' && { consequence: 'From the next chat on, the key in the answers pays.' }),
    },
  ];
}
