import { layout } from '../answers/layout.ts';
import type { Host } from '../host/host.ts';
import { hideSecrets, type SecretText } from '../secret/secret.ts';
import { CERTBOT_LOG, LETSENCRYPT_FOLDER, parseRenewal } from '../system/certificates/certbot.ts';
import { type Container, inspectImageNames, parseImageNames, pythonInside } from '../system/docker/docker.ts';
import { readEnvFile } from '../system/formats/env-file.ts';
import { hideInYaml } from '../system/formats/yaml-file.ts';
import { DUMP_CONFIGURATION, type Server, servers } from '../system/nginx/nginx.ts';
import { parseConfiguration, parseDump } from '../system/nginx/nginx-syntax.ts';
import { type Accounts, parseAccounts } from '../system/web-apps/open-webui-accounts.ts';
import { readAccounts } from '../system/web-apps/open-webui-programs.ts';
import { lookAtAllContainers } from '../tasks/all-containers.ts';
import { askDocker, lookAtContainer } from '../tasks/containers.ts';
import { lookAtHermesEnvironment } from '../tasks/hermes-environment.ts';
import { readFiles } from '../tasks/nginx-site/look.ts';
import { DATA_INSIDE } from '../tasks/open-webui/creation-spec.ts';
import { candidates, type DiscoveryFacts, type HermesFacts } from './facts.ts';
import { type FoundHermes, lookForHermes } from './found-hermes.ts';
import { chooseOpenWebui } from './found-open-webui.ts';
import { accountContacts, addressInLog, addressInSettings, unitUser } from './parse.ts';

/** What Docker says about the two containers; the rest of the machine is not looked at. */
export async function lookAtContainers(
  host: Host,
  ledTo: readonly number[],
): Promise<
  Pick<DiscoveryFacts, 'dockerAnswers' | 'openWebui' | 'openWebuiAs' | 'openWebuiImage' | 'paperclip'>
> {
  const names = layout({ user: 'cleo' });
  try {
    const [containers, paperclip] = await Promise.all([
      lookAtAllContainers(host),
      lookAtContainer(host, names.paperclip.container),
    ]);
    const chosen = chooseOpenWebui(containers, ledTo);
    const openWebui = chosen !== undefined && 'container' in chosen ? chosen.container : undefined;
    const openWebuiImage = openWebui && (await imageName(host, openWebui));
    const openWebuiAs = chosen !== undefined && 'container' in chosen ? chosen.as : undefined;
    return { dockerAnswers: true, openWebui, openWebuiAs, openWebuiImage, paperclip };
  } catch {
    // Docker is stopped; asking would start it.
    return { dockerAnswers: false, openWebui: undefined, openWebuiImage: undefined, paperclip: undefined };
  }
}

/** The tag that it was made from, as long as that still names the same image; else the image's digest. */
async function imageName(host: Host, { image, imageId }: Container): Promise<string> {
  const { stdout } = await askDocker(host, inspectImageNames(imageId));
  const names = parseImageNames(stdout);
  if (names === undefined || names.tags.includes(image)) return image;
  // A container that was made from an image's id has no tag of its own that could have moved on.
  const [first, second] = image.startsWith('sha256:')
    ? [names.tags, names.digests]
    : [names.digests, names.tags];
  return first[0] ?? second[0] ?? image;
}

/** Reads all that tells what an Otto was built with. Changes nothing, and starts nothing. */
export async function lookForOtto(host: Host): Promise<DiscoveryFacts> {
  const nginx = await lookAtNginx(host);
  const [containers, certbot, user, homes] = await Promise.all([
    lookAtContainers(host, portsLedTo(nginx)),
    lookAtCertbot(host),
    lookAtUnit(host),
    lookAtHomes(host),
  ]);
  const [one, ...more] = candidates({ unitUser: user, homes });
  const hermesAs =
    one !== undefined && more.length === 0
      ? await lookForHermes(host, one).catch(() => undefined)
      : undefined;
  const [hermes, accounts] = await Promise.all([
    one !== undefined && more.length === 0 ? lookAtHermes(host, one, hermesAs) : undefined,
    containers.openWebui && lookAtAccounts(host, containers.openWebui),
  ]);
  return { ...containers, servers: nginx, ...certbot, unitUser: user, homes, hermesAs, hermes, accounts };
}

/** The ports of this machine to which nginx passes visitors on. */
export const portsLedTo = (servers: readonly Server[]): readonly number[] =>
  servers.flatMap(({ proxy }) => {
    const port = /^(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0):(\d+)$/.exec(proxy?.target ?? '')?.[1];
    return port === undefined ? [] : [Number(port)];
  });

export async function lookAtNginx(host: Host): Promise<readonly Server[]> {
  if ((await host.stat('/etc/nginx/nginx.conf')) === undefined) return [];
  const dump = await host.exec(DUMP_CONFIGURATION);
  const files = dump.exitCode === 0 ? parseDump(dump.stdout) : await readFiles(host);
  return servers(parseConfiguration(files, '/etc/nginx/nginx.conf'));
}

async function lookAtCertbot(host: Host) {
  const folder = `${LETSENCRYPT_FOLDER}/renewal`;
  const files = ((await host.list(folder)) ?? []).filter((name) => name.endsWith('.conf'));
  if (files.length === 0) return { certificates: [], contacts: [], authorities: [] };
  const renewals = await Promise.all(
    files.map(async (name) => parseRenewal((await read(host, `${folder}/${name}`)) ?? '')),
  );
  const [accounts, settings, log] = await Promise.all([
    host.exec(['find', `${LETSENCRYPT_FOLDER}/accounts`, '-name', 'regr.json', '-exec', 'cat', '{}', '+']),
    read(host, `${LETSENCRYPT_FOLDER}/cli.ini`),
    addressInLogs(host),
  ]);
  const contacts = [...accountContacts(accounts.stdout), addressInSettings(settings ?? ''), log];
  const authorities = renewals.flatMap(({ server }) => server ?? []);
  return {
    certificates: files.map((name) => name.replace(/\.conf$/, '')),
    contacts: [...new Set(contacts.filter((address) => address !== undefined))],
    authorities: [...new Set(authorities)],
  };
}

/** How many of certbot's logs are read: one comes with every renewal, twice a day. */
const LOGS = 20;

/** From the newest log that has one; later renewals name no address. */
async function addressInLogs(host: Host): Promise<string | undefined> {
  for (let age = 0; age < LOGS; age += 1) {
    const text = await read(host, age === 0 ? CERTBOT_LOG : `${CERTBOT_LOG}.${age}`);
    if (text === undefined) return undefined;
    const address = addressInLog(text);
    if (address !== undefined) return address;
  }
  return undefined;
}

async function lookAtUnit(host: Host): Promise<string | undefined> {
  const { unit, dropIns } = layout({ user: 'cleo' }).hermes;
  const file = await read(host, unit);
  if (file === undefined) return undefined;
  const names = ((await host.list(dropIns)) ?? []).filter((name) => name.endsWith('.conf'));
  const more = await Promise.all(names.map((name) => read(host, `${dropIns}/${name}`)));
  return unitUser([file, ...more.map((text) => text ?? '')]);
}

async function lookAtHomes(host: Host): Promise<readonly string[]> {
  const names = (await host.list('/home')) ?? [];
  const found = await Promise.all(
    names.map(async (user) => ((await host.stat(layout({ user }).hermes.checkout)) ? [user] : [])),
  );
  return found.flat();
}

async function lookAtHermes(host: Host, user: string, found: FoundHermes | undefined): Promise<HermesFacts> {
  const { hermes, claude, gh } = layout({ user, hermesHome: found?.home, hermesCheckout: found?.checkout });
  const git = `${hermes.checkout}/.git`;
  const [environment, env, config, gitConfig, head, originHead, signIn, hosts] = await Promise.all([
    lookAtHermesEnvironment(host, { user, hermesHome: found?.home }).catch(() => undefined),
    read(host, hermes.envFile),
    read(host, hermes.config),
    read(host, `${git}/config`),
    read(host, `${git}/HEAD`),
    read(host, `${git}/refs/remotes/origin/HEAD`),
    host.stat(claude.credentials),
    host.stat(gh.hosts),
  ]);
  return {
    user,
    env: env && readEnvFile(env, 'dotenv'),
    unitEnv: environment?.unit.env,
    config: config && hideInYaml(config),
    git: gitConfig && hideSecrets(gitConfig),
    head,
    originHead,
    claudeSignIn: signIn !== undefined,
    ghHosts: hosts !== undefined,
  };
}

/** From inside the container while it runs; beside it with the machine's own Python when it does not. */
async function lookAtAccounts(host: Host, container: Container): Promise<Accounts | undefined> {
  const inside = container.status === 'running' && !container.restarting;
  const folder = container.mounts.find(({ target }) => target === DATA_INSIDE)?.source;
  if (!inside && folder === undefined) return undefined;
  const input = readAccounts(inside ? '' : folder);
  const asked = inside
    ? await askDocker(host, pythonInside(container.id.slice(0, 12)), { input, timeoutMs: 10_000 })
    : await readBeside(host, folder, input);
  return parseAccounts(asked.stdout);
}

/** A database is read as the user who can change it: root must not work on what somebody may have made of it. */
async function readBeside(host: Host, folder: string | undefined, input: SecretText) {
  const user = await host.keeperOf(`${folder}/webui.db`);
  return host.exec(['python3', '-I', '-'], { input, timeoutMs: 10_000, user });
}

/** What cannot be read tells nothing. */
const read = (host: Host, path: string) => host.readFile(path).catch(() => undefined);
