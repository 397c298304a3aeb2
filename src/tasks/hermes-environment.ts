import { layout, type Placing } from '../answers/layout.ts';
import type { Host } from '../host/host.ts';
import { reveal, type SecretText } from '../secret/secret.ts';
import { type Env, envIn } from '../system/formats/env-file.ts';
import { parseService, type ServiceState, showServiceArgv } from '../system/services/systemd-show.ts';
import { lookAtEnvFile } from './env-files.ts';

/** What the unit gives to Hermes before Hermes reads its own file. */
export interface UnitEnvironment {
  readonly env: Env;
  /** Where each of them is set: an env file of the unit, or one of its own files. */
  readonly where: Readonly<Record<string, string>>;
}

/** What Hermes works with, in its own order: the unit's Environment, its EnvironmentFiles, and over all of them ~/.hermes/.env. */
interface HermesEnvironment {
  /** ~/.hermes/.env; undefined when there is none. */
  readonly file: SecretText | undefined;
  readonly unit: UnitEnvironment;
  readonly effective: Env;
}

export const NO_UNIT_ENVIRONMENT: UnitEnvironment = { env: {}, where: {} };

/** Pure. python-dotenv overrides what is there, also with nothing (facts: hermes 1.1). */
export const effectiveOf = (file: SecretText | undefined, unit: UnitEnvironment): Env => ({
  ...unit.env,
  ...envIn(file, 'dotenv'),
});

/** Where a variable that counts is set: the file that an operator has to change. */
export function placeOf(
  name: string,
  { file, unit }: Pick<HermesEnvironment, 'file' | 'unit'>,
  envFile: string,
): string {
  return name in envIn(file, 'dotenv') ? envFile : (unit.where[name] ?? envFile);
}

/** The one reader of Hermes's environment. */
export async function lookAtHermesEnvironment(host: Host, answers: Placing): Promise<HermesEnvironment> {
  const { hermes } = layout(answers);
  const [file, shown] = await Promise.all([
    lookAtEnvFile(host, hermes.envFile, 'dotenv'),
    host.exec(showServiceArgv(hermes.unitName), { timeoutMs: 10_000 }),
  ]);
  const unit = await lookAtUnitEnvironment(host, parseService(shown.stdout));
  return { file, unit, effective: effectiveOf(file, unit) };
}

/** systemd reads the files after its own Environment=, so they count more; of two that set the same the later. */
export async function lookAtUnitEnvironment(host: Host, service: ServiceState): Promise<UnitEnvironment> {
  const own = Object.keys(service.environment).filter((name) => !USUAL.has(name));
  const files = await Promise.all(
    service.environmentFiles.map(async (path) => ({
      path,
      env: envIn(await lookAtEnvFile(host, path, 'dotenv').catch(() => undefined), 'dotenv'),
    })),
  );
  const where = await ownPlaces(host, service, own);
  return files.reduce<UnitEnvironment>(
    (all, { path, env }) => ({
      env: { ...all.env, ...env },
      where: { ...all.where, ...Object.fromEntries(Object.keys(env).map((name) => [name, path])) },
    }),
    { env: service.environment, where },
  );
}

/** Every unit of Hermes sets these; they are not settings of its own. */
const USUAL: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'VIRTUAL_ENV',
  'HERMES_HOME',
  'PYTHONUNBUFFERED',
]);

/** The last of the unit's files that names it. Nothing is read where there is nothing to be found. */
async function ownPlaces(
  host: Host,
  { path, dropIns }: ServiceState,
  names: readonly string[],
): Promise<UnitEnvironment['where']> {
  if (names.length === 0) return {};
  const texts = await Promise.all(
    [path, ...dropIns].filter(Boolean).map(async (one) => ({
      path: one,
      text: (await host.readFile(one).catch(() => undefined)) ?? '',
    })),
  );
  return Object.fromEntries(
    names.map((name) => {
      const sets = new RegExp(`^\\s*Environment\\s*=.*\\b${name}=`, 'm');
      return [name, texts.findLast(({ text }) => sets.test(text))?.path ?? path];
    }),
  );
}

/** Whether a key that counts is kept from the agent: set by the unit, in a file of root's, and not in Hermes's own. */
export const isFromUnit = (name: string, { file, unit }: Pick<HermesEnvironment, 'file' | 'unit'>): boolean =>
  !(name in envIn(file, 'dotenv')) && reveal(unit.env[name] ?? '') !== '';
