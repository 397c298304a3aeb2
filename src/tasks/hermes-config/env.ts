import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { reveal, Secret, type SecretText } from '../../secret/secret.ts';
import { type Env, envIn, settingIn } from '../../system/formats/env-file.ts';
import { keyRefused, shortestKey } from '../../system/hermes/hermes-key.ts';
import { found } from '../finding.ts';
import { NO_UNIT_ENVIRONMENT, type UnitEnvironment } from '../hermes-environment.ts';
import { judgeForm, rewritten } from './env-form.ts';
import type { EnvProblem, OtherKeys } from './env-problem.ts';
import { FINDINGS } from './findings.ts';

const TRUE = ['true', '1', 'yes', 'on'];

/** Judges the variables of the API server and of Claude. */
export function judgeEnv(
  text: SecretText,
  answers: Answers,
  version: string | undefined,
  keys: OtherKeys,
  unit: UnitEnvironment = NO_UNIT_ENVIRONMENT,
): readonly EnvProblem[] {
  const clear = reveal(text);
  const form = judgeForm(clear, keys);
  // What is judged is what the file says once its form is right.
  const own = envIn(rewritten(clear, form), 'dotenv');
  const env = { ...unit.env, ...own };
  const value = (name: string) => settingIn(env, name);
  return [
    ...form,
    ...[
      ...judgeEnabled(value('API_SERVER_ENABLED')),
      ...judgeHost(value('API_SERVER_HOST')),
      ...judgePort(value('API_SERVER_PORT')),
      ...judgeKey(value('API_SERVER_KEY'), answers, version, keys),
      ...judgeModelName(value('API_SERVER_MODEL_NAME'), value('API_SERVER_MODEL_ID'), answers),
      ...judgeProviderVariable(value('HERMES_INFERENCE_PROVIDER')),
      ...judgeClaudeKey(value('ANTHROPIC_API_KEY'), answers),
    ].map((problem) => settledWhereItIs(problem, own, unit)),
  ];
}

/**
 * A value that the unit sets is changed there, by whoever set it: written into .env, it would be where the agent reads it, and it was
 * taken from there on purpose.
 */
function settledWhereItIs(problem: EnvProblem, own: Env, { env, where }: UnitEnvironment): EnvProblem {
  const names = Object.keys(problem.set).filter((name) => !(name in own) && settingIn(env, name) !== '');
  const [name] = names;
  if (name === undefined) return problem;
  const { finding } = problem;
  return {
    ...problem,
    set: {},
    consequence: undefined,
    finding: {
      ...finding,
      evidence: `${finding.evidence} It is set in ${where[name] ?? 'the unit'}: change it there, then \`systemctl daemon-reload && systemctl restart hermes-gateway\`.`,
    },
  };
}

function judgeEnabled(value: string): readonly EnvProblem[] {
  if (TRUE.includes(value.toLowerCase())) return [];
  return [
    {
      finding: found(FINDINGS['hermes-api-not-enabled'], {
        evidence: value === '' ? 'API_SERVER_ENABLED is not set.' : `API_SERVER_ENABLED is "${value}".`,
      }),
      set: { API_SERVER_ENABLED: 'true' },
    },
  ];
}

function judgeHost(value: string): readonly EnvProblem[] {
  const loopback = value === '' || value === 'localhost' || value === '::1' || value.startsWith('127.');
  if (!loopback) return [];
  return [
    {
      finding: found(FINDINGS['hermes-listens-on-loopback'], {
        evidence:
          value === ''
            ? 'API_SERVER_HOST is not set: Hermes listens on 127.0.0.1.'
            : `API_SERVER_HOST is ${value}.`,
      }),
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
      ...(number && {
        consequence: `Whatever reaches Hermes on port ${value} must use ${port} from now on.`,
      }),
      finding: found(FINDINGS['hermes-other-port'], {
        evidence: `API_SERVER_PORT is "${value}".`,
        values: { number },
      }),
      set: { API_SERVER_PORT: port },
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
        finding: found(FINDINGS[inUse === undefined ? 'hermes-key-missing' : 'hermes-key-refused'], {
          evidence: `API_SERVER_KEY: ${refused}.`,
          values: { release, shared: shared !== undefined },
        }),
        set: { API_SERVER_KEY: shared === undefined ? answers.apiKey : new Secret(shared) },
      },
    ];
  }
  if (value === '' && inUse !== undefined) {
    return [
      {
        finding: found(FINDINGS['hermes-key-in-config'], {
          evidence: 'The API key is in config.yaml instead of .env.',
        }),
        set: { API_SERVER_KEY: new Secret(inUse) },
      },
    ];
  }
  if (keyRefused(value, undefined) === undefined) return [];
  return [
    {
      finding: found(FINDINGS['hermes-key-too-short-soon'], {
        evidence: `API_SERVER_KEY has ${value.length} characters.`,
        values: { release, wanted: String(shortestKey(undefined)) },
      }),
      set: {},
    },
  ];
}

function judgeModelName(name: string, id: string, answers: Answers): readonly EnvProblem[] {
  const inUse = name || id;
  if (inUse !== '' && inUse !== answers.modelName) {
    return [
      {
        finding: found(FINDINGS['hermes-other-model-name'], {
          evidence: `Hermes shows its model as "${inUse}", but the answers say "${answers.modelName}".`,
        }),
        set: { API_SERVER_MODEL_NAME: answers.modelName, API_SERVER_MODEL_ID: answers.modelName },
        consequence: `In Open WebUI the model "${inUse}" disappears; chats that use it must be switched by hand.`,
      },
    ];
  }
  if (name === answers.modelName && id === answers.modelName) return [];
  return [
    {
      finding: found(FINDINGS['hermes-model-name-incomplete'], {
        evidence: `${name === '' ? 'API_SERVER_MODEL_NAME' : 'API_SERVER_MODEL_ID'} is not set to ${answers.modelName}.`,
      }),
      set: { API_SERVER_MODEL_NAME: answers.modelName, API_SERVER_MODEL_ID: answers.modelName },
    },
  ];
}

function judgeProviderVariable(value: string): readonly EnvProblem[] {
  if (value === '' || value === 'anthropic') return [];
  return [
    {
      finding: found(FINDINGS['hermes-provider-variable'], {
        evidence: `HERMES_INFERENCE_PROVIDER is "${value}".`,
      }),
      set: {},
    },
  ];
}

function judgeClaudeKey(value: string, answers: Answers): readonly EnvProblem[] {
  if (answers.claude !== 'api-key') return [];
  const wanted = answers.anthropicApiKey;
  // That there is none is asked for by the task that signs in.
  if (wanted === undefined) return [];
  if (value === wanted.reveal()) return [];
  return [
    {
      finding: found(FINDINGS[value === '' ? 'claude-key-not-set' : 'claude-key-differs'], {
        evidence:
          value === '' ? 'ANTHROPIC_API_KEY is not set.' : 'ANTHROPIC_API_KEY is not the key in the answers.',
      }),
      set: { ANTHROPIC_API_KEY: wanted },
      ...(value !== '' && { consequence: 'From the next chat on, the key in the answers pays.' }),
    },
  ];
}
