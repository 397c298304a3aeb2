import type { Answers } from '../../answers/schema.ts';
import { readYaml, valueAt, type YamlChange } from '../../system/formats/yaml-file.ts';
import { indentGroups, repairYaml } from '../../system/formats/yaml-repair.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

export interface YamlProblem {
  readonly finding: Finding;
  readonly changes: readonly YamlChange[];
  readonly consequence?: string;
  /** Changes the text before settings are changed in it. */
  readonly rewrite?: (text: string) => string;
  /** A running Hermes need not read it again. */
  readonly sameValues?: true;
}

/** What belongs below which heading; the names that the published runbook has at the margin. */
const GROUPS = {
  model: ['default', 'provider', 'base_url', 'api_key', 'context_length', 'max_tokens'],
  display: ['tool_progress', 'skin'],
} as const;

/**
 * What config.yaml says, judged; 'unreadable' when it is not YAML and cannot be fixed line by line. `env` are the names
 * that .env sets: another provider needs a key there.
 */
export function judgeYaml(
  text: string,
  answers: Answers,
  configVersion: number | undefined,
  env: readonly string[] = [],
): readonly YamlProblem[] | { readonly unreadable: string } {
  const first = readYaml(text);
  const repaired = 'problem' in first ? repairYaml(text) : text;
  if (repaired === undefined) return { unreadable: 'problem' in first ? first.problem : '' };
  const form = [...('problem' in first ? [malformed(first.problem)] : []), ...judgeIndentation(repaired)];
  const read = readYaml(form.reduce((changed, { rewrite }) => rewrite?.(changed) ?? changed, text));
  if ('problem' in read) return { unreadable: read.problem };
  const at = (...path: string[]) => valueAt(read.document, path);
  return [
    ...form,
    ...judgeVersion(at('_config_version'), configVersion),
    ...judgeModel(at('model'), answers, env),
    ...judgeBaseUrl(at('model', 'base_url'), at('model', 'provider')),
    ...judgeApiServer(at('platforms', 'api_server', 'enabled')),
  ];
}

function malformed(problem: string): YamlProblem {
  return {
    finding: found(FINDINGS['hermes-config-malformed'], {
      evidence: `config.yaml cannot be read: ${problem}.`,
    }),
    changes: [],
    rewrite: (text) => repairYaml(text) ?? text,
  };
}

function judgeIndentation(text: string): readonly YamlProblem[] {
  const indented = indentGroups(text, GROUPS);
  if (indented === text || 'problem' in readYaml(indented)) return [];
  return [
    {
      finding: found(FINDINGS['hermes-config-without-indentation'], {
        evidence:
          'The lines under model and display are not indented, as in the runbook, which was published without its indentation.',
      }),
      changes: [],
      rewrite: (changed) => indentGroups(changed, GROUPS),
    },
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
      finding: found(FINDINGS['hermes-config-without-version'], {
        evidence: 'config.yaml has no _config_version.',
      }),
      changes: [{ path: ['_config_version'], value: configVersion }],
      sameValues: true,
    },
  ];
}

function judgeModel(model: unknown, answers: Answers, env: readonly string[]): readonly YamlProblem[] {
  const isMap = typeof model === 'object' && model !== null && !Array.isArray(model);
  const settings = (isMap ? model : {}) as Record<string, unknown>;
  const name = typeof model === 'string' ? model : (settings.default ?? settings.model);
  const provider = settings.provider;
  const named = typeof name === 'string' && name !== '';
  if (provider !== undefined && provider !== null && provider !== 'anthropic' && provider !== 'auto') {
    const keyName = `${String(provider).toUpperCase().replace(/\W/g, '_')}_API_KEY`;
    const usable = env.includes(keyName);
    return [
      {
        finding: found(FINDINGS['hermes-other-provider'], {
          evidence: `config.yaml uses the provider "${String(provider)}"${usable ? '' : `, and .env has no ${keyName}`}.`,
          severity: usable ? 'risk' : 'broken',
          values: { usable },
        }),
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
      finding: found(FINDINGS['hermes-model-not-set'], {
        evidence: named
          ? 'config.yaml does not say that its model comes from Anthropic.'
          : 'config.yaml names no model.',
      }),
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
  // What the example configuration of Hermes has; a gateway of one's own may be meant.
  const leftOver = host === 'openrouter.ai';
  return [
    {
      finding: found(FINDINGS['hermes-model-base-url'], {
        evidence: `config.yaml sends requests for Claude to ${host}.`,
        severity: leftOver ? 'broken' : 'risk',
      }),
      changes: [{ path: ['model', 'base_url'], value: undefined }],
      consequence: `Requests go to Anthropic itself and no longer to ${host}.`,
    },
  ];
}

function judgeApiServer(enabled: unknown): readonly YamlProblem[] {
  if (enabled !== false) return [];
  return [
    {
      finding: found(FINDINGS['hermes-api-switched-off'], {
        evidence: 'config.yaml switches the API server off (platforms.api_server.enabled).',
      }),
      changes: [{ path: ['platforms', 'api_server', 'enabled'], value: true }],
    },
  ];
}
