import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { LETSENCRYPT_FOLDER } from '../../system/certificates/certbot.ts';
import { holdsRule, USER_RULES_FILE } from '../../system/network/ufw.ts';
import type { DeployUser, Remains } from './facts.ts';
import { present } from './look-data.ts';
import type { Origins } from './origins.ts';

/** The rules for browsers and for Hermes that we added and that UFW still has. Never one for SSH, whoever added it. */
export async function lookAtRules(host: Host, origins: Origins): Promise<readonly string[]> {
  const added = origins.made('rule').filter((rule) => OTTOS_RULE.test(rule));
  if (added.length === 0) return [];
  const rules = (await host.readFile(USER_RULES_FILE).catch(() => undefined)) ?? '';
  return added.filter((rule) => holdsRule(rules, rule));
}

const OTTOS_RULE = /^(80|443)\/tcp$|\bport 8642\b/;

/** The Claude CLI, when we installed it. */
export async function lookAtCli(host: Host, origins: Origins, { claude }: Layout): Promise<Remains['cli']> {
  if (!origins.made('folder').includes(claude.cliFolder)) return { folder: undefined, link: undefined };
  const [folder, link] = await Promise.all([
    host.stat(claude.cliFolder),
    host.exec(['readlink', '--', claude.command]),
  ]);
  const ours = link.exitCode === 0 && link.stdout.startsWith(`${claude.cliFolder}/`);
  return {
    folder: folder === undefined ? undefined : claude.cliFolder,
    link: ours ? claude.command : undefined,
  };
}

/** The sign-ins that we made and that are still there. */
export async function lookAtSignIns(
  host: Host,
  origins: Origins,
  { claude, gh }: Layout,
): Promise<readonly string[]> {
  const made = origins.made('sign-in');
  return present(
    host,
    [gh.hosts, claude.credentials].filter((path) => made.includes(path)),
  );
}

/** What comes with every home, and what Otto's programs keep there. */
const USUAL = [
  ...[
    '.bash_logout',
    '.bashrc',
    '.profile',
    '.bash_history',
    '.cache',
    '.config',
    '.gitconfig',
    '.local',
    '.npm',
  ],
  ...[
    '.hermes',
    '.claude',
    '.claude.json',
    '.claude.json.backup',
    '.python_history',
    '.sudo_as_admin_successful',
  ],
];

/** The deploy user; undefined when there is none. */
export async function lookAtUser(
  host: Host,
  origins: Origins,
  { user, home }: Layout,
): Promise<DeployUser | undefined> {
  const { exitCode } = await host.exec(['getent', 'passwd', user]);
  if (exitCode !== 0) return undefined;
  const names = (await host.list(home).catch(() => undefined)) ?? [];
  const made = origins.made('user').includes(user);
  return { name: user, home, made, besides: names.filter((name) => !USUAL.includes(name)) };
}

/** The certificate of certbot for this name; `all`: what nginx serves. */
export async function lookAtCertificate(
  host: Host,
  origins: Origins,
  domain: string,
  all: Remains['nginx']['servers'],
): Promise<Remains['certificate']> {
  const renewal = await host.stat(`${LETSENCRYPT_FOLDER}/renewal/${domain}.conf`);
  if (renewal === undefined) return undefined;
  const users = all.filter(
    ({ certificate, names }) =>
      certificate?.startsWith(`${LETSENCRYPT_FOLDER}/live/${domain}/`) && !names.includes(domain),
  );
  return {
    name: domain,
    made: origins.made('certificate').includes(domain),
    usedBy: [...new Set(users.map(({ file }) => file))],
  };
}
