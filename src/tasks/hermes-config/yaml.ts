import type { Answers } from '../../answers.ts';
import { readYaml, valueAt, type YamlChange } from '../../system/yaml-file.ts';

export interface YamlProblem {
  readonly code: string;
  readonly severity: 'broken' | 'risk';
  readonly saw: string;
  readonly because: string;
  readonly changes: readonly YamlChange[];
  readonly consequence?: string;
}

/** What config.yaml says, judged; 'unreadable' when it is no YAML. */
export function judgeYaml(
  text: string,
  answers: Answers,
  configVersion: number | undefined,
): readonly YamlProblem[] | { readonly unreadable: string } {
  const read = readYaml(text);
  if ('problem' in read) return { unreadable: read.problem };
  const at = (...path: string[]) => valueAt(read.document, path);
  return [
    ...judgeVersion(at('_config_version'), configVersion),
    ...judgeModel(at('model'), answers),
    ...judgeBaseUrl(at('model', 'base_url'), at('model', 'provider')),
    ...judgeApiServer(at('platforms', 'api_server', 'enabled')),
  ];
}

/** The key that Hermes takes from config.yaml when .env has none (facts: hermes 1.1). */
export function keyInYaml(text: string): string | undefined {
  const read = readYaml(text);
  if ('problem' in read) return undefined;
  const places = [
    ['platforms', 'api_server', 'extra', 'key'],
    ['gateway', 'api_server', 'extra', 'key'],
    ['API_SERVER_KEY'],
  ];
  return places
    .map((path) => valueAt(read.document, path))
    .find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function judgeVersion(value: unknown, configVersion: number | undefined): readonly YamlProblem[] {
  if (value !== undefined || configVersion === undefined) return [];
  return [
    {
      code: 'hermes-config-without-version',
      severity: 'broken',
      saw: 'config.yaml has no _config_version.',
      because:
        'Hermes then takes it for the oldest there is, and its next migration empties ANTHROPIC_TOKEN and other settings.',
      changes: [{ path: ['_config_version'], value: configVersion }],
    },
  ];
}

function judgeModel(model: unknown, answers: Answers): readonly YamlProblem[] {
  const isMap = typeof model === 'object' && model !== null && !Array.isArray(model);
  const settings = (isMap ? model : {}) as Record<string, unknown>;
  const name = typeof model === 'string' ? model : (settings.default ?? settings.model);
  const provider = settings.provider;
  const named = typeof name === 'string' && name !== '';
  if (provider !== undefined && provider !== 'anthropic' && provider !== 'auto') {
    return [
      {
        code: 'hermes-other-provider',
        severity: 'risk',
        saw: `config.yaml uses the provider "${String(provider)}".`,
        because: 'Otto answers with Claude; somebody has chosen another provider here.',
        changes: [
          { path: ['model', 'provider'], value: 'anthropic' },
          { path: ['model', 'default'], value: answers.model },
        ],
        consequence: `Chats go to Claude (${answers.model}) and no longer to ${String(provider)}.`,
      },
    ];
  }
  if (named && provider === 'anthropic') return [];
  const wanted = named ? name : answers.model;
  return [
    {
      code: 'hermes-model-not-set',
      severity: 'broken',
      saw: named
        ? 'config.yaml does not say that its model comes from Anthropic.'
        : 'config.yaml names no model.',
      because:
        'Hermes uses the sign-in to Claude only when the provider is set to anthropic, and without a model it sends an empty name. Either way every chat fails while Hermes looks healthy.',
      // A model that is a mere word becomes a group of settings.
      changes: isMap
        ? [
            ...(named ? [] : [{ path: ['model', 'default'] as const, value: wanted }]),
            { path: ['model', 'provider'], value: 'anthropic' },
          ]
        : [{ path: ['model'], value: { default: wanted, provider: 'anthropic' } }],
    },
  ];
}

function judgeBaseUrl(url: unknown, provider: unknown): readonly YamlProblem[] {
  if (typeof url !== 'string' || url === '' || provider !== 'anthropic') return [];
  const host = URL.canParse(url) ? new URL(url).hostname : url;
  if (host === 'api.anthropic.com') return [];
  return [
    {
      code: 'hermes-model-base-url',
      severity: 'risk',
      saw: `config.yaml sends requests for Claude to ${host}.`,
      because:
        'With the provider anthropic, older releases send the tokens of the Claude sign-in to that address. It often stays behind from the example configuration, which names another provider’s.',
      changes: [{ path: ['model', 'base_url'], value: undefined }],
      consequence: `Requests go to Anthropic itself and no longer to ${host}.`,
    },
  ];
}

function judgeApiServer(enabled: unknown): readonly YamlProblem[] {
  if (enabled !== false) return [];
  return [
    {
      code: 'hermes-api-switched-off',
      severity: 'broken',
      saw: 'config.yaml switches the API server off (platforms.api_server.enabled).',
      because: 'Open WebUI has no other way to Hermes.',
      changes: [{ path: ['platforms', 'api_server', 'enabled'], value: true }],
    },
  ];
}
