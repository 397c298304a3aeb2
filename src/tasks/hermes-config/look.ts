import type { Answers } from '../../answers.ts';
import { Secret } from '../../engine/secret.ts';
import type { Host } from '../../host/host.ts';
import { isSecretName, parseDotenv } from '../../system/dotenv.ts';
import { parseProject } from '../../system/python.ts';
import { allStrings, readYaml } from '../../system/yaml-file.ts';
import { layout } from '../layout.ts';

/** A settings file as it stands. */
export interface SettingsFile {
  /** The whole text. Keys stand in it: it goes into files and judgement only, never into words. */
  readonly text: string;
  readonly mode: number;
  readonly owner: string;
}

export interface HermesConfigFacts {
  readonly env: SettingsFile | undefined;
  readonly config: SettingsFile | undefined;
  /** Of the checkout; undefined when it cannot be read. */
  readonly version: string | undefined;
  /** `_config_version` of the checkout's defaults. */
  readonly configVersion: number | undefined;
}

export async function lookAtHermesConfig(host: Host, answers: Answers): Promise<HermesConfigFacts> {
  const { hermes } = layout(answers);
  const [env, config, toml, defaults] = await Promise.all([
    readSettings(host, hermes.envFile),
    readSettings(host, hermes.config),
    host.readFile(`${hermes.checkout}/pyproject.toml`),
    host.exec(['grep', '-m1', '-hoE', CONFIG_VERSION, `${hermes.checkout}/hermes_cli/config.py`], {
      timeoutMs: 10_000,
    }),
  ]);
  const number = /(\d+)\s*$/.exec(defaults.stdout.trim())?.[1];
  return {
    env,
    config,
    version: toml === undefined ? undefined : parseProject(toml).version,
    configVersion: number === undefined ? undefined : Number(number),
  };
}

/** As it stands among the defaults in hermes_cli/config.py, 0.8 to 0.20. */
const CONFIG_VERSION = '"_config_version": *[0-9]+';

async function readSettings(host: Host, path: string): Promise<SettingsFile | undefined> {
  const [text, stat] = await Promise.all([host.readFile(path), host.stat(path)]);
  if (text === undefined || stat === undefined) return undefined;
  keepSecret(text, path);
  return { text, mode: stat.mode, owner: stat.owner };
}

/** Makes every key and token in a settings file known as a secret, so that no diff, log or message shows it. */
function keepSecret(text: string, path: string): void {
  const pairs = path.endsWith('.env')
    ? parseDotenv(text).map(({ name = '', value = '' }) => [name, value] as const)
    : allStrings(readYaml(text));
  for (const [name, value] of pairs) if (isSecretName(name)) new Secret(value);
}
