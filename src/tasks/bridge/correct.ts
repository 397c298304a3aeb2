import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { reveal, type Secret, type SecretText, sameText } from '../../secret/secret.ts';
import { envIn, setInEnvFile } from '../../system/formats/env-file.ts';
import { recreateConsequence, recreateOpenWebui } from '../open-webui/recreate.ts';
import { changeSettings, type SettingChange } from '../open-webui/settings.ts';
import type { StoredWay } from './connection.ts';
import type { BridgeFacts } from './facts.ts';

/** How the connection should be. */
interface Wanted {
  /** Its place in Open WebUI's lists. */
  readonly index: number;
  readonly url: string;
  /** Remove what renames or hides its models. */
  readonly plainNames?: boolean;
}

/**
 * Corrects address, key and switches in Open WebUI's database, which overrides the environment, and in the file from
 * which the next container takes its environment. `givesUp`: what the operator loses.
 */
export function correct(
  facts: BridgeFacts,
  way: StoredWay,
  answers: Answers,
  wanted: Wanted,
  givesUp?: string,
): readonly Fix[] {
  const key = facts.hermesKey ?? answers.apiKey;
  if (!way.persistent) return changeEnvironment(facts, wanted.url, key, answers);
  if (way.layout !== 'key-value' && way.layout !== 'single-row') return [];
  const entry = { enable: true, ...(wanted.plainNames === true ? { model_ids: [], prefix_id: '' } : {}) };
  const { enabled = true } = way.connections[wanted.index] ?? {};
  const changes: readonly SettingChange[] = [
    { path: ['openai', 'enable'], index: null, value: true },
    { path: ['openai', 'api_base_urls'], index: wanted.index, value: wanted.url },
    { path: ['openai', 'api_keys'], index: wanted.index, value: key },
    ...(enabled && wanted.plainNames !== true
      ? []
      : [{ path: ['openai', 'api_configs'], index: String(wanted.index), value: entry }]),
  ];
  const image = facts.container?.image ?? answers.openWebuiImage;
  const stops = way.layout === 'single-row' ? 'Open WebUI is unavailable for about 30 seconds.' : undefined;
  const consequence = [givesUp, stops].filter((text) => text !== undefined).join(' ');
  return [
    {
      id: 'correct-connection',
      title: `Point Open WebUI to ${wanted.url} with Hermes's key`,
      actions: [
        ...envFileFollows(facts, wanted.url, key, answers),
        ...changeSettings(changes, way.layout, image, answers),
      ],
      ...(consequence === '' ? {} : { consequence }),
    },
  ];
}

/** With ENABLE_PERSISTENT_CONFIG=False only a new container reads another address or key. */
function changeEnvironment(facts: BridgeFacts, url: string, key: Secret, answers: Answers): readonly Fix[] {
  const { container, creationSpec, envFile } = facts;
  if (container === undefined || creationSpec === undefined) return [];
  const source = { container, creationSpec, envFile };
  const several = Object.keys({ ...envIn(envFile, 'docker'), ...creationSpec.ownEnv });
  const changes = {
    ENABLE_OPENAI_API: 'True',
    OPENAI_API_BASE_URL: url,
    OPENAI_API_KEY: key,
    // The plural names override the others.
    ...(several.includes('OPENAI_API_BASE_URLS') ? { OPENAI_API_BASE_URLS: url } : {}),
    ...(several.includes('OPENAI_API_KEYS') ? { OPENAI_API_KEYS: key } : {}),
  };
  return [
    {
      id: 'recreate-with-connection',
      title: `Recreate the container with ${url} and Hermes's key in its environment`,
      actions: recreateOpenWebui(source, answers, { changes }),
      consequence: `${recreateConsequence(source)} Open WebUI takes its settings from the environment alone (ENABLE_PERSISTENT_CONFIG), which it reads only when its container is created.`,
    },
  ];
}

/** The env file with the same address and key, so that a container made from it later starts with what is right. */
function envFileFollows(
  { envFile }: BridgeFacts,
  url: string,
  key: Secret,
  answers: Answers,
): readonly Action[] {
  if (envFile === undefined) return [];
  const kept = envIn(envFile, 'docker');
  // Several connections in one value (URLs separated by ';') are somebody's choice: then only the database is changed.
  if (Object.entries(kept).some(([name, value]) => /^OPENAI_API_/.test(name) && reveal(value).includes(';')))
    return [];
  const change = (name: string, value: SecretText) => (kept[name] === undefined ? {} : { [name]: value });
  const changes = {
    OPENAI_API_BASE_URL: url,
    OPENAI_API_KEY: key,
    ...change('OPENAI_API_BASE_URLS', url),
    ...change('OPENAI_API_KEYS', key),
  };
  const wanted = setInEnvFile(envFile, changes, 'docker');
  if (sameText(wanted, envFile)) return [];
  return [
    writeFile(
      layout(answers).openWebui.envFile,
      wanted,
      0o600,
      'Keep the address and the key for later containers',
      { effects: replaces(layout(answers).openWebui.envFile, foundAs('Open WebUI’s settings')) },
    ),
  ];
}
