import type { Presence } from '../engine/contracts/thing.ts';
import type { Host } from '../host/host.ts';
import { LETSENCRYPT_FOLDER } from '../system/certificates/certbot.ts';
import { inspectImage } from '../system/docker/docker.ts';
import { holdsRule, USER_RULES_FILE } from '../system/network/ufw.ts';
import { isInstalled, LIST_PACKAGES, parsePackages } from '../system/packages/dpkg.ts';
import { askDocker } from '../tasks/containers.ts';

type Look = NonNullable<Presence[keyof Presence]>;

const QUICK = { timeoutMs: 30_000 };

/** Asks for each by itself. */
const each =
  (isThere: (host: Host, name: string) => Promise<boolean>): Look =>
  async (host, names) => {
    const there = await Promise.all(names.map((name) => isThere(host, name)));
    return new Set(names.filter((_, index) => there[index]));
  };

const path = each(async (host, name) => (await host.stat(name)) !== undefined);

/**
 * What may be there before an action makes it, and is then not ours. The other kinds cannot: a user or a container is made once, and
 * whoever signs in has made the sign-in.
 */
export const presence: Presence = {
  package: async (host, names) => {
    const { exitCode, stdout } = await host.exec(LIST_PACKAGES, QUICK);
    if (exitCode !== 0) return undefined;
    const packages = parsePackages(stdout);
    return new Set(names.filter((name) => isInstalled(packages, name)));
  },
  image: each(async (host, name) => {
    const { exitCode, stderr } = await askDocker(host, inspectImage(name), QUICK);
    if (exitCode !== 0 && !/no such image/i.test(stderr)) throw new Error('Docker does not say.');
    return exitCode === 0;
  }),
  folder: path,
  file: path,
  link: path,
  certificate: each(
    async (host, name) => (await host.stat(`${LETSENCRYPT_FOLDER}/renewal/${name}.conf`)) !== undefined,
  ),
  rule: async (host, names) => {
    const rules = (await host.readFile(USER_RULES_FILE)) ?? '';
    return new Set(names.filter((name) => holdsRule(rules, name)));
  },
};
