import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { ExecResult, Host } from '../../host/host.ts';
import { Secret, type SecretText } from '../../secret/secret.ts';
import { inspectContainer, parseContainer } from '../../system/docker/docker.ts';
import { type Env, envIn, readEnvFile, secretIn, settingIn } from '../../system/formats/env-file.ts';
import { hideInYaml } from '../../system/formats/yaml-file.ts';
import { parseStarts } from '../../system/hermes/hermes-starts.ts';
import { isOpenToOthers, LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { parseProject } from '../../system/python/python.ts';
import { NO_UNIT, parseUnits, showUnits } from '../../system/services/systemd.ts';
import { parseService, showServiceArgv } from '../../system/services/systemd-show.ts';
import { lookAtEnvFile } from '../env-files.ts';
import { lookAtUnitEnvironment, type UnitEnvironment } from '../hermes-environment.ts';

/** A settings file as it is. */
export interface SettingsFile {
  /** The whole text, with its keys as secrets. */
  readonly text: SecretText;
  readonly mode: number;
  readonly owner: string;
  readonly modifiedMs: number;
}

export interface HermesConfigFacts {
  readonly env: SettingsFile | undefined;
  /** What the unit sets, which counts where .env does not set the same. */
  readonly unitEnv?: UnitEnvironment;
  readonly config: SettingsFile | undefined;
  /** Of the checkout; undefined when it cannot be read. */
  readonly version: string | undefined;
  /** `_config_version` of the checkout's defaults. */
  readonly configVersion: number | undefined;
  /** What Open WebUI's container shows as its key; undefined without a container or a key. */
  readonly openWebuiKey: SecretText | undefined;
  /** The service that has read these files when it was started. */
  readonly service: { readonly active: string };
  /** Whether containers can reach it now. */
  readonly serves: boolean;
  /** Starts of the last minutes that Hermes itself counted. */
  readonly starts: readonly number[];
  readonly now: number;
}

export async function lookAtHermesConfig(host: Host, answers: Answers): Promise<HermesConfigFacts> {
  const { hermes, user } = layout(answers);
  const [unit, env, config, toml, defaults, openWebuiKey, shown, sockets, starts] = await Promise.all([
    host.exec(showServiceArgv(hermes.unitName), { timeoutMs: 10_000 }),
    readSettings(host, hermes.envFile, (text) => readEnvFile(text, 'dotenv')),
    readSettings(host, hermes.config, hideInYaml),
    host.readFile(`${hermes.checkout}/pyproject.toml`),
    host.exec(['grep', '-m1', '-hoE', '--', CONFIG_VERSION, `${hermes.checkout}/hermes_cli/config.py`], {
      // Whose folder it is.
      user,
      cwd: '/',
      timeoutMs: 10_000,
    }),
    keyOfOpenWebui(host, answers),
    host.exec(showUnits(hermes.unitName), { timeoutMs: 10_000 }),
    host.exec(LIST_LISTENERS, { timeoutMs: 10_000 }),
    host.readFile(hermes.starts),
  ]);
  const service = parseUnits(shown.stdout, [hermes.unitName])[hermes.unitName] ?? NO_UNIT;
  const listens = parseListeners(sockets.stdout).some(
    (listener) => listener.port === hermes.port && isOpenToOthers(listener),
  );
  return {
    env,
    unitEnv: await lookAtUnitEnvironment(host, parseService(unit.stdout)),
    config,
    version: toml === undefined ? undefined : parseProject(toml).version,
    // Before the code is there, neither its folder nor its user need be.
    configVersion: toml === undefined ? undefined : versionIn(defaults),
    openWebuiKey,
    service,
    serves: service.active === 'active' && listens,
    starts: parseStarts(starts ?? ''),
    now: host.now(),
  };
}

/**
 * From its env file, which follows its database, else from its environment, which may be older than both; the bridge's own
 * look settles what is left.
 */
async function keyOfOpenWebui(host: Host, answers: Answers): Promise<Secret | undefined> {
  const { container, envFile } = layout(answers).openWebui;
  const [shown, file] = await Promise.all([
    host.exec(inspectContainer(container), { timeoutMs: 10_000 }),
    lookAtEnvFile(host, envFile, 'docker'),
  ]);
  const env = shown.exitCode === 0 ? parseContainer(shown.stdout)?.env : undefined;
  return keyIn(envIn(file, 'docker')) ?? keyIn(env ?? {});
}

/** The plural name overrides the other. */
function keyIn(env: Env): Secret | undefined {
  const first = settingIn(env, 'OPENAI_API_KEYS').split(';')[0] ?? '';
  return first === '' ? secretIn(env, 'OPENAI_API_KEY') : new Secret(first);
}

/** As it is among the defaults in hermes_cli/config.py, 0.8 to 0.20. */
const CONFIG_VERSION = '"_config_version": *[0-9]+';

/**
 * The number that grep found; undefined when there is no such line (1) or no such file (2). Of a grep that was cut off nothing
 * is known: a config.yaml written by that would lack its version.
 */
function versionIn({ exitCode, timedOut, stdout, stderr }: ExecResult): number | undefined {
  const number = /(\d+)\s*$/.exec(stdout.trim())?.[1];
  if (exitCode === 0 && number !== undefined && !timedOut) return Number(number);
  if (!timedOut && ((exitCode === 1 && stderr === '') || exitCode === 2)) return undefined;
  throw new Error(`grep did not say which config version this release of Hermes has (exit code ${exitCode})`);
}

async function readSettings(
  host: Host,
  path: string,
  hide: (text: string) => SecretText,
): Promise<SettingsFile | undefined> {
  const [text, stat] = await Promise.all([host.readFile(path), host.stat(path)]);
  if (text === undefined || stat === undefined) return undefined;
  return { text: hide(text), mode: stat.mode, owner: stat.owner, modifiedMs: stat.modifiedMs };
}
