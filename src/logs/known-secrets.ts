import { PASSWORD_FILE } from '../answers/kept.ts';
import { type Layout, layout, type Placing } from '../answers/layout.ts';
import type { Host } from '../host/host.ts';
import { registerSecret, reveal } from '../secret/secret.ts';
import { lookAtHermesEnvironment } from '../tasks/hermes-environment.ts';
import { lookAtContainers } from './docker-answers.ts';

const NAMED =
  /["']?[\w.-]*(?:keys?|tokens?|secrets?|passwords?|passwd|passphrase|credentials?|_pass|_pwd)["']?\s*[=:]\s*("[^"\n]*"|'[^'\n]*'|[^\s"',;}]+)/gi;
/** Fields of Claude's sign-in, of gh's hosts.yml and of Docker's login. */
const FIELDS =
  /["']?(?:accessToken|refreshToken|oauth_token|auth|identitytoken)["']?\s*[=:]\s*("[^"\n]*"|[^\s"',;}]+)/g;
const SHORTEST = 8;

/**
 * The values in a settings file that stand under the name of a secret. Leaves out what is plainly not a secret:
 * numbers, paths, addresses without a password, variables, and values too short to be searched for in other text. Pure.
 */
export function valuesUnderSecretNames(text: string): readonly string[] {
  const values = [...text.matchAll(NAMED), ...text.matchAll(FIELDS)].map(([, value = '']) =>
    value.replace(/^(["'])(.*)\1$/, '$2'),
  );
  return [...new Set(values)].filter(
    (value) =>
      value.length >= SHORTEST &&
      !/^[\d.:-]+$/.test(value) &&
      !/^(\/|\$|https?:\/\/[^@]*$|true$|false$)/i.test(value),
  );
}

/**
 * Learns every secret on this machine, so that it is masked by its value wherever it turns up. Reads files and asks
 * Docker; keeps only what must be masked. Never throws; what cannot be read stays unknown.
 */
export async function learnSecrets(host: Host, answers: Placing): Promise<void> {
  const place = layout(answers);
  const quietly = (path: string) => host.readFile(path).catch(() => undefined);
  const named = [
    place.hermes.envFile,
    place.hermes.config,
    `${place.hermes.home}/auth.json`,
    place.openWebui.envFile,
    place.paperclip.envFile,
    `${place.paperclip.data}/instances/default/config.json`,
    `${place.paperclip.data}/instances/default/.env`,
    place.claude.credentials,
    place.gh.hosts,
    '/root/.config/gh/hosts.yml',
    '/root/.docker/config.json',
  ];
  // These are secrets as a whole, or line by line.
  const whole = [
    PASSWORD_FILE,
    `${place.openWebui.data}/.webui_secret_key`,
    `${place.paperclip.data}/instances/default/secrets/master.key`,
  ];
  // Those that Hermes's unit sets are known as soon as they are read.
  const unit = lookAtHermesEnvironment(host, answers).catch(() => undefined);
  const [texts, secrets, containers, keys] = await Promise.all([
    Promise.all(named.map(quietly)),
    Promise.all(whole.map(quietly)),
    containerSettings(host, place).catch(() => []),
    certificateKeys(host).catch(() => []),
    unit,
  ]);
  for (const text of [...texts, ...containers])
    for (const value of valuesUnderSecretNames(text ?? '')) registerSecret(value);
  for (const text of [...secrets, ...keys])
    if (text !== undefined && text.trim() !== '') registerSecret(text.trim());
}

async function containerSettings(host: Host, place: Layout): Promise<readonly string[]> {
  const { openWebui, paperclip } = await lookAtContainers(host, place);
  return [openWebui, paperclip].flatMap((container) =>
    Object.entries(container?.env ?? {}).map(([key, value]) => `${key}="${reveal(value)}"`),
  );
}

async function certificateKeys(host: Host): Promise<readonly (string | undefined)[]> {
  const folder = '/etc/letsencrypt/live';
  const names = (await host.list(folder)) ?? [];
  return Promise.all(
    names.map((name) => host.readFile(`${folder}/${name}/privkey.pem`).catch(() => undefined)),
  );
}
