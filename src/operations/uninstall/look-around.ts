import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { LETSENCRYPT_FOLDER } from '../../system/certificates/certbot.ts';
import { USER_RULES_FILE } from '../../system/network/ufw.ts';
import type { DeployUser, Remains } from './facts.ts';
import { did, type History, rulesAdded } from './history.ts';

/** The rules that we added and that UFW still has. */
export async function lookAtRules(host: Host, history: History): Promise<readonly string[]> {
  const added = rulesAdded(history);
  if (added.length === 0) return [];
  const rules = (await host.readFile(USER_RULES_FILE).catch(() => undefined)) ?? '';
  return added.filter((rule) => {
    const port = /^(\d+)\/tcp$/.exec(rule)?.[1] ?? /\bport (\d+)/.exec(rule)?.[1] ?? '';
    const device = /\bin on (\S+)/.exec(rule)?.[1];
    const ending = device === undefined ? 'in' : `in_${device}`;
    const lines = rules.split('\n').filter((line) => line.startsWith('### tuple ### allow '));
    return lines.some((line) => line.split(' ').includes(port) && line.trimEnd().endsWith(` ${ending}`));
  });
}

/** The Claude CLI, when we installed it. */
export async function lookAtCli(host: Host, history: History, { claude }: Layout): Promise<Remains['cli']> {
  if (!did(history, 'npm', 'install', '--prefix', claude.cliFolder))
    return { folder: undefined, link: undefined };
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
  history: History,
  { claude, gh }: Layout,
): Promise<readonly string[]> {
  const signIns = [
    { path: gh.hosts, made: did(history, 'gh', 'auth', 'login') },
    {
      path: claude.credentials,
      made: history.commands.some((line) => /\bauth login$/.test(line) && !/\bgh\b/.test(line)),
    },
  ].filter(({ made }) => made);
  const there = await Promise.all(signIns.map(({ path }) => host.stat(path)));
  return signIns.flatMap(({ path }, index) => (there[index] === undefined ? [] : [path]));
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
  history: History,
  { user, home }: Layout,
): Promise<DeployUser | undefined> {
  const { exitCode } = await host.exec(['getent', 'passwd', user]);
  if (exitCode !== 0) return undefined;
  const names = (await host.list(home).catch(() => undefined)) ?? [];
  const made = history.commands.some(
    (line) => /^(\S*\/)?useradd /.test(line) && line.split(' ').at(-1) === user,
  );
  return { name: user, home, made, besides: names.filter((name) => !USUAL.includes(name)) };
}

/** The certificate of certbot for this name; `all`: what nginx serves. */
export async function lookAtCertificate(
  host: Host,
  history: History,
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
    made: history.commands.some(
      (line) =>
        /\bcertbot (run|certonly)\b/.test(line) &&
        !/--dry-run/.test(line) &&
        line.split(' ').includes(domain),
    ),
    usedBy: [...new Set(users.map(({ file }) => file))],
  };
}
