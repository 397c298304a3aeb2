import type { Answers } from '../../answers.ts';
import { type NotedFile, notedFiles } from '../../engine/ledger.ts';
import type { Host } from '../../host/host.ts';
import { LETSENCRYPT_FOLDER } from '../../system/certbot.ts';
import { parseContainer } from '../../system/docker.ts';
import { list, object, parseJson, text } from '../../system/json.ts';
import { DUMP_CONFIGURATION, servers } from '../../system/nginx.ts';
import { parseConfiguration, parseDump } from '../../system/nginx-syntax.ts';
import { NO_UNIT, parseUnits, showUnits } from '../../system/systemd.ts';
import { USER_RULES_FILE } from '../../system/ufw.ts';
import { askDocker, isOurs } from '../../tasks/containers.ts';
import { type Layout, layout, STATE_FOLDER } from '../../tasks/layout.ts';
import { readFiles } from '../../tasks/nginx-site/look.ts';
import type {
  DataFolder,
  DeployUser,
  FetchedImage,
  PlacedContainer,
  PlacedFile,
  PlacedUnit,
  Remains,
  Whose,
} from './facts.ts';
import { did, type History, imagesFetched, readHistory, rulesAdded } from './history.ts';
import { withoutCertbot } from './site.ts';

const UNITS = '/etc/systemd/system';
/** Programs that our units run. */
const PROGRAMS = '/usr/local/lib/otto-install';
const BACKUPS = ['/var/backups/otto-install', '/etc/otto-install/backup-passphrase'];
const NGINX_MAIN = '/etc/nginx/nginx.conf';

/** Looks at all that an Otto may have left on this machine, and at what says whose it is. */
export async function lookAtRemains(host: Host, answers: Answers): Promise<Remains> {
  const place = layout(answers);
  const [history, noted] = await Promise.all([lookAtHistory(host), notedFiles(host)]);
  const files = await Promise.all(noted.map((file) => lookAtFile(host, file, history)));
  const placed = files.flatMap((file) => file ?? []);
  const [nginx, known] = await Promise.all([
    lookAtNginx(host, placed, answers.domain),
    lookAtContainers(host),
  ]);
  const containers = known ?? [];
  const [units, images, rules, cli, user, certificate, state, signIns, backups] = await Promise.all([
    lookAtUnits(host, placed, place),
    known === undefined ? [] : lookAtImages(host, imagesFetched(history), containers),
    lookAtRules(host, history),
    lookAtCli(host, history, place),
    lookAtUser(host, history, place),
    lookAtCertificate(host, history, answers.domain, nginx.servers),
    host.stat(`${STATE_FOLDER}/ledger.json`),
    lookAtSignIns(host, history, place),
    present(host, BACKUPS),
  ]);
  const helpers = placed.filter(({ path }) =>
    [place.hermes.dropIns, PROGRAMS].some((folder) => path.startsWith(`${folder}/`)),
  );
  const accounted = new Set([...nginx.sites, ...units, ...helpers].map(({ path }) => path));
  const data = await lookAtData(host, { history, placed, containers, units, place });
  return {
    domain: answers.domain,
    nginx,
    dockerStopped: known === undefined,
    containers,
    images,
    units,
    helpers,
    rules,
    cli,
    data,
    signIns,
    user,
    backups,
    certificate,
    elsewhere: placed
      .map(({ path }) => path)
      .filter((path) => !accounted.has(path) && !belongs(path, place))
      .sort(),
    state: state !== undefined,
    nowMs: host.now(),
  };
}

/** Whether a file goes with the data, or with what the wizard remembers. */
function belongs(path: string, { hermes, opt, openWebui, paperclip, home }: Layout): boolean {
  return (
    BACKUPS.includes(path) ||
    [STATE_FOLDER, hermes.home, opt, openWebui.data, paperclip.data, home].some((folder) =>
      path.startsWith(`${folder}/`),
    )
  );
}

/** What the journals of all runs say. */
export async function lookAtHistory(host: Host): Promise<History> {
  const folder = `${STATE_FOLDER}/journal`;
  const names = ((await host.list(folder)) ?? []).filter((name) => name.endsWith('.jsonl'));
  const journals = await Promise.all(names.map((name) => host.readFile(`${folder}/${name}`)));
  return readHistory(journals.map((journal) => journal ?? ''));
}

async function lookAtFile(
  host: Host,
  { path, isOurs: asWritten }: NotedFile,
  { made }: History,
): Promise<PlacedFile | undefined> {
  // What is there and cannot be read is nobody's whom we know.
  const content = await host.readFile(path).catch(() => false as const);
  if (content === undefined) return undefined;
  const whose: Whose =
    content === false || made[path] === false
      ? 'not-ours'
      : asWritten(content) || asWritten(withoutCertbot(content))
        ? 'ours'
        : 'edited';
  return { path, whose };
}

async function lookAtNginx(
  host: Host,
  placed: readonly PlacedFile[],
  domain: string,
): Promise<Remains['nginx']> {
  const [dump, units] = await Promise.all([
    host.exec(DUMP_CONFIGURATION),
    host.exec(showUnits('nginx.service')),
  ]);
  const files = dump.exitCode === 0 ? parseDump(dump.stdout) : await readFiles(host);
  const all = servers(parseConfiguration(files, NGINX_MAIN));
  const ours = [...new Set(all.filter(({ names }) => names.includes(domain)).map(({ file }) => file))];
  // A site of ours that nginx does not read, for whatever reason, is one all the same.
  const written = placed.filter(({ path }) => path.startsWith('/etc/nginx/') && SITES.test(path));
  const paths = [...new Set([...ours, ...written.map(({ path }) => path)])];
  const beside = (path: string) =>
    all.some(({ file, names }) => file === path && names.some((name) => name !== domain && isName(name)));
  return {
    active: parseUnits(units.stdout, ['nginx.service'])['nginx.service']?.active === 'active',
    complaint: dump.exitCode === 0 || dump.exitCode === 127 ? undefined : complaintFile(dump.stderr),
    sites: paths.map((path) => {
      const whose = written.find((file) => file.path === path)?.whose ?? 'not-ours';
      // A file that serves somebody else's name too was edited, even if by us.
      return { path, whose: whose === 'ours' && beside(path) ? 'edited' : whose };
    }),
    others: [
      ...new Set(
        all
          .filter(({ file }) => !paths.includes(file))
          .flatMap(({ names }) => names)
          .filter(isName),
      ),
    ],
    servers: all,
  };
}

const SITES = /^\/etc\/nginx\/(sites-enabled|conf\.d)\//;
const isName = (name: string): boolean => name !== '_' && name !== '' && name !== 'localhost';

function complaintFile(stderr: string): string {
  return / in (\/\S+?):\d+/.exec(stderr)?.[1] ?? '';
}

/** All of this machine's; undefined when Docker is stopped and cannot say. */
async function lookAtContainers(host: Host): Promise<readonly PlacedContainer[] | undefined> {
  const asked = await askDocker(host, ['docker', 'ps', '--all', '--quiet', '--no-trunc']).catch(
    () => undefined,
  );
  if (asked === undefined) return undefined;
  const ids = asked.stdout.split('\n').filter((line) => /^[\da-f]{64}$/.test(line));
  const [first] = ids;
  if (first === undefined) return [];
  const inspected = await askDocker(host, ['docker', 'inspect', '--type', 'container', ...ids]);
  return list(parseJson(inspected.stdout)).flatMap((one) => {
    const container = parseContainer(JSON.stringify([one]));
    if (container === undefined) return [];
    return [{ name: text(object(one).Name).replace(/^\//, ''), container, ours: isOurs(container) }];
  });
}

async function lookAtImages(
  host: Host,
  names: readonly string[],
  containers: readonly PlacedContainer[],
): Promise<readonly FetchedImage[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const { stdout, exitCode } = await askDocker(host, [
        'docker',
        'image',
        'inspect',
        '--format',
        '{{.Id}}',
        name,
      ]);
      if (exitCode !== 0) return [];
      const others = containers.filter(({ container, ours }) => !ours && container.imageId === stdout.trim());
      return [{ name, usedBy: others.map((other) => other.name) }];
    }),
  );
  return found.flat();
}

/** Hermes's unit, and whatever else we described to systemd: timers. */
async function lookAtUnits(
  host: Host,
  placed: readonly PlacedFile[],
  { hermes }: Layout,
): Promise<readonly PlacedUnit[]> {
  const ours = placed.filter(
    ({ path }) => path.startsWith(`${UNITS}/`) && !path.slice(UNITS.length + 1).includes('/'),
  );
  const byHand: readonly PlacedFile[] =
    ours.some(({ path }) => path === hermes.unit) || (await host.stat(hermes.unit)) === undefined
      ? []
      : [{ path: hermes.unit, whose: 'not-ours' }];
  const files = [...byHand, ...ours];
  if (files.length === 0) return [];
  const names = files.map(({ path }) => path.slice(UNITS.length + 1));
  const units = parseUnits((await host.exec(showUnits(...names))).stdout, names);
  return files
    .map((file, index) => {
      const name = names[index] ?? '';
      return { ...file, name, unit: units[name] ?? NO_UNIT };
    })
    .sort((one, other) => rank(one, hermes.unit) - rank(other, hermes.unit));
}

/** Hermes's first; a timer before what it would start again. */
const rank = ({ path }: PlacedFile, hermes: string): number =>
  path === hermes ? 0 : path.endsWith('.timer') ? 1 : 2;

async function lookAtRules(host: Host, history: History): Promise<readonly string[]> {
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

async function lookAtCli(host: Host, history: History, { claude }: Layout): Promise<Remains['cli']> {
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

async function lookAtSignIns(
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

async function lookAtUser(
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

async function lookAtCertificate(
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

interface DataLook {
  readonly history: History;
  readonly placed: readonly PlacedFile[];
  readonly containers: readonly PlacedContainer[];
  readonly units: readonly PlacedUnit[];
  readonly place: Layout;
}

async function lookAtData(
  host: Host,
  { history, placed, containers, units, place }: DataLook,
): Promise<readonly DataFolder[]> {
  const { openWebui, paperclip, hermes } = place;
  const whose = (path: string) => placed.find((file) => file.path === path)?.whose;
  // Where nothing says who made a folder, the file with its keys does.
  const made = (path: string, keys: string) =>
    history.known
      ? did(history, 'install', '-d', path) || did(history, 'mkdir', path)
      : whose(keys) === 'ours' || whose(keys) === 'edited';
  const mountedBy = (path: string) =>
    containers.find(({ container, ours }) => !ours && container.mounts.some(({ source }) => source === path))
      ?.name;
  const stays = (path: string, keys: string): string | undefined => {
    const user = mountedBy(path);
    if (user !== undefined) return `the container ${user}, which stays, works with it`;
    return made(path, keys) ? undefined : 'it was there before otto-install';
  };
  const unit = units.find(({ path }) => path === hermes.unit);
  const all: readonly DataFolder[] = [
    {
      path: openWebui.data,
      what: 'chats, accounts and files of Open WebUI',
      files: [openWebui.envFile],
      stays: stays(openWebui.data, openWebui.envFile),
    },
    {
      path: paperclip.data,
      what: 'Paperclip’s data',
      files: [paperclip.envFile],
      stays: stays(paperclip.data, paperclip.envFile),
    },
    {
      path: hermes.home,
      what: 'Hermes with its memory, skills, settings and keys',
      files: [],
      stays:
        unit?.whose === 'not-ours'
          ? 'Hermes was set up before otto-install, and stays'
          : stays(hermes.home, hermes.envFile),
    },
  ];
  const there = await Promise.all(all.map(({ path }) => host.stat(path)));
  const files = await Promise.all(all.map((one) => present(host, one.files)));
  return all.flatMap((one, index) =>
    there[index] === undefined ? [] : [{ ...one, files: files[index] ?? [] }],
  );
}

async function present(host: Host, paths: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return paths.filter((_, index) => stats[index] !== undefined);
}
