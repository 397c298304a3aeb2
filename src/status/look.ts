import { type Layout, layout, PORTS } from '../answers/layout.ts';
import { STAND_IN_DOMAIN } from '../answers/schema.ts';
import { LOG_DIR } from '../engine/records/state-dir.ts';
import type { Argv, ExecOptions, Host } from '../host/host.ts';
import { type Containers, lookAtContainers, NO_CONTAINERS } from '../logs/docker-answers.ts';
import type { LogPlacing } from '../logs/places.ts';
import { LAST_BACKUP } from '../operations/backup/program.ts';
import { LETSENCRYPT_FOLDER } from '../system/certificates/certbot.ts';
import { parseCertificate } from '../system/certificates/x509.ts';
import { CLAUDE_ENV } from '../system/claude/claude-cli.ts';
import { type Container, inspectImage, pythonInside } from '../system/docker/docker.ts';
import { object, parseJson, text } from '../system/formats/json.ts';
import { GIT_LOOK_ENV } from '../system/git/git.ts';
import { LIST_LISTENERS, parseListeners } from '../system/network/sockets.ts';
import { parseUfwStatus, ufwStatus } from '../system/network/ufw.ts';
import { type FileSystem, parseFileSystems, showFileSystems } from '../system/os.ts';
import { parseProject } from '../system/python/python.ts';
import { LIST_MEMORY, memoryOf, parseUnitStates, showUnitStates } from '../system/services/unit-states.ts';
import { parseAccounts } from '../system/web-apps/open-webui-accounts.ts';
import { parsePublicConfig } from '../system/web-apps/open-webui-api.ts';
import { readAccounts } from '../system/web-apps/open-webui-programs.ts';
import { PRINT_PACKAGE } from '../system/web-apps/paperclip-api.ts';
import { lookForOpenApi, type OpenApi } from '../tasks/docker/open-api.ts';
import { lookForCutOff } from '../tasks/machine/cut-off.ts';
import { messageOf } from '../text/error-message.ts';
import { visibleDeep } from '../text/visible.ts';
import type { AdministratorFact, PortFact, RunFact, ServiceFact, StatusFacts, VersionFact } from './facts.ts';
import {
  backupFact,
  containerFact,
  memoryFact,
  neverBegan,
  runFact,
  unitFact,
  unitsThere,
  withRules,
} from './read.ts';

/** The units of the runbook's 'Check all services', and what the rest of it depends on. */
const UNITS = ['hermes-gateway.service', 'docker.service', 'nginx.service', 'certbot.timer', 'ufw.service'];
/** What a unit is called where its program is a snap. */
const AS_SNAP: Readonly<Record<string, string>> = { 'certbot.timer': 'snap.certbot.renew.timer' };
/** Of as many runs that another one kept from starting the last one that started is looked for. */
const MOST_RUNS = 10;
const QUICK = { timeoutMs: 8_000 } as const satisfies ExecOptions;

/** Looks at everything that `status` shows. It judges nothing. Never throws: it reports what it could not look at. */
export async function lookAtStatus(
  host: Host,
  answers: LogPlacing & { readonly claude?: string },
): Promise<StatusFacts> {
  const place = layout(answers);
  const problems: string[] = [];
  const safely = async <Fact>(what: string, look: Promise<Fact>, otherwise: Fact): Promise<Fact> => {
    try {
      return await look;
    } catch (error) {
      problems.push(`${what} could not be checked: ${messageOf(error)}`);
      return otherwise;
    }
  };
  const containers = await safely('Docker', lookAtContainers(host, place), NO_CONTAINERS);
  if (containers.problem !== undefined) problems.push(containers.problem);
  const versionFacts: Promise<readonly VersionFact[]> = Promise.all([
    hermesVersion(host, place),
    openWebuiVersion(host, place, containers.openWebui),
    paperclipVersion(host, place, containers.paperclip),
    claudeVersion(host, place),
  ]);
  const [
    services,
    versions,
    ports,
    administrators,
    certificate,
    disks,
    meminfo,
    backup,
    lastRun,
    cutOff,
    open,
  ] = await Promise.all([
    safely('The services', lookAtServices(host, containers), []),
    safely('The versions', versionFacts, []),
    safely('The ports', lookAtPorts(host), []),
    safely('The administrators', lookAtAdministrators(host, containers), undefined),
    safely('The certificate', lookAtCertificate(host, answers.domain), undefined),
    safely<readonly FileSystem[]>('The disk', lookAtDisks(host, place), []),
    safely('The memory', host.readFile('/proc/meminfo'), undefined),
    safely('The last backup', host.readFile(LAST_BACKUP).then(backupFact), undefined),
    safely<RunFact | undefined>('The last run', lookAtRuns(host), undefined),
    safely('An operation', lookAtCutOff(host), undefined),
    safely<OpenApi | undefined>('Docker’s port', lookForOpenApi(host, ''), undefined),
  ]);
  if (open !== undefined)
    problems.push(`Docker takes commands on ${open.at} from anyone who connects, and so anyone is root.`);
  // Only to be shown: what is laid out has the width that it is shown with.
  return visibleDeep({
    atMs: host.now(),
    domain: answers.domain === STAND_IN_DOMAIN ? '' : answers.domain,
    services,
    versions,
    ports,
    administrators,
    certificate,
    disks,
    memory: memoryFact(meminfo ?? ''),
    backup,
    lastRun,
    cutOff,
    problems,
  });
}

/** Only while Open WebUI runs: what is shown at once starts no container of its own. */
async function lookAtAdministrators(
  host: Host,
  { openWebui }: Containers,
): Promise<readonly AdministratorFact[] | undefined> {
  if (openWebui?.status !== 'running' || openWebui.restarting) return undefined;
  const asked = await host.exec(pythonInside(openWebui.id.slice(0, 12)), { ...QUICK, input: readAccounts() });
  const accounts = parseAccounts(asked.stdout);
  if (accounts?.problem !== '') return undefined;
  return accounts.admins.map(({ email, createdMs, active }) => ({ email, createdMs, active }));
}

async function lookAtServices(
  host: Host,
  { openWebui, paperclip, problem }: Containers,
): Promise<readonly ServiceFact[]> {
  const [shown, memory, ufw] = await Promise.all([
    host.exec(showUnitStates(...UNITS, ...Object.values(AS_SNAP)), QUICK),
    // If the use of memory is unknown, the rest is shown anyway.
    quietly(host, LIST_MEMORY, QUICK),
    host.exec(ufwStatus, QUICK),
  ]);
  const units = unitsThere(UNITS, AS_SNAP, parseUnitStates(shown.stdout)).map(({ unit, state }) =>
    withRules(unitFact(unit, state, memoryOf(memory, unit)), parseUfwStatus(ufw)),
  );
  const made = (name: string, container: Container | undefined) =>
    containerFact(name, container, problem, container && memoryOf(memory, container.id));
  return [...units, made('open-webui', openWebui), made('paperclip', paperclip)];
}

async function hermesVersion(host: Host, { hermes, user }: Layout): Promise<VersionFact> {
  const git = (...words: readonly string[]) =>
    quietly(host, ['git', '-C', hermes.checkout, ...words], { user, env: GIT_LOOK_ENV, ...QUICK });
  const [project, commit, behind] = await Promise.all([
    host.readFile(`${hermes.checkout}/pyproject.toml`).catch(() => undefined),
    git('log', '-1', '--format=%h, %cs'),
    git('rev-list', '--count', 'HEAD..origin/HEAD'),
  ]);
  const count = Number(behind);
  return {
    name: 'Hermes',
    version: parseProject(project ?? '').version ?? 'unknown',
    detail: commit === '' ? undefined : commit,
    newer:
      behind !== '' && count > 0
        ? `${count === 1 ? '1 commit is' : `${count} commits are`} fetched and not installed: otto-install update hermes`
        : undefined,
  };
}

async function openWebuiVersion(
  host: Host,
  { openWebui }: Layout,
  container: Container | undefined,
): Promise<VersionFact> {
  const [config, newer] = await Promise.all([
    host.fetch(`http://127.0.0.1:${openWebui.port}/api/config`, { timeoutMs: 3_000 }),
    newerImage(host, container, 'open-webui'),
  ]);
  const version = config.ok ? parsePublicConfig(config.body)?.version : undefined;
  return { name: 'Open WebUI', version: version ?? 'unknown', detail: container?.image, newer };
}

async function paperclipVersion(
  host: Host,
  { paperclip }: Layout,
  container: Container | undefined,
): Promise<VersionFact> {
  const running = container?.status === 'running';
  const [said, newer] = await Promise.all([
    running ? quietly(host, ['docker', 'exec', paperclip.container, 'sh', '-c', PRINT_PACKAGE], QUICK) : '',
    newerImage(host, container, 'paperclip'),
  ]);
  const version = text(object(parseJson(said)).version);
  return { name: 'Paperclip', version: version || 'unknown', detail: container?.image, newer };
}

/**
 * Whether the name that a container was created from now means another image: one that was fetched but is not in use.
 */
async function newerImage(
  host: Host,
  container: Container | undefined,
  command: string,
): Promise<string | undefined> {
  if (container === undefined || container.image.startsWith('sha256:')) return undefined;
  const id = await quietly(host, inspectImage(container.image), QUICK);
  if (id === '' || id === container.imageId) return undefined;
  return `another image of that name is fetched but not in use: otto-install update ${command}`;
}

async function claudeVersion(host: Host, { claude, user, home }: Layout): Promise<VersionFact> {
  const path = claude.command;
  const there = await host.stat(path).catch(() => undefined);
  if (there === undefined)
    return { name: 'Claude CLI', version: 'none', detail: 'not needed with an API key' };
  const version = await quietly(host, [path, '--version'], { user, cwd: home, env: CLAUDE_ENV, ...QUICK });
  return { name: 'Claude CLI', version: version === '' ? 'does not start' : version, detail: path };
}

/** What a command prints, in one line; '' when it fails. */
async function quietly(host: Host, argv: Argv, options: ExecOptions): Promise<string> {
  const { exitCode, stdout } = await host.exec(argv, options).catch(() => ({ exitCode: 1, stdout: '' }));
  return exitCode === 0 ? stdout.trim() : '';
}

async function lookAtPorts(host: Host): Promise<readonly PortFact[]> {
  const { stdout } = await host.exec(LIST_LISTENERS, QUICK);
  const all = parseListeners(stdout);
  return [PORTS.paperclip, PORTS.openWebui, PORTS.hermes, PORTS.http, PORTS.https].map((port) => ({
    port,
    listeners: all
      .filter((listener) => listener.port === port)
      .map(({ address, holders }) => ({
        address,
        by: [...new Set(holders.map(({ name }) => name))].join(', '),
      })),
  }));
}

async function lookAtCertificate(host: Host, domain: string): Promise<StatusFacts['certificate']> {
  const pem = await host.readFile(`${LETSENCRYPT_FOLDER}/live/${domain}/fullchain.pem`);
  const found = parseCertificate(pem ?? '');
  return found && { untilMs: found.notAfter, issuer: found.issuer };
}

async function lookAtDisks(host: Host, place: Layout): Promise<readonly FileSystem[]> {
  const { stdout } = await host.exec(showFileSystems(['/', place.opt, '/var/lib/docker']), QUICK);
  return parseFileSystems(stdout);
}

async function lookAtRuns(host: Host): Promise<RunFact | undefined> {
  const names = ((await host.list(LOG_DIR)) ?? []).filter((name) => /^\d{8}T\d{6}Z-.*\.log$/.test(name));
  const runs = names.filter((name) => !/-(check|plan)(-\d+)?\.log$/.test(name)).toReversed();
  for (const name of runs.slice(0, MOST_RUNS)) {
    const end = await host.exec(['tail', '-n', '1'], { ...QUICK, inputFile: `${LOG_DIR}/${name}` });
    const fact = runFact(name, end.stdout);
    if (fact !== undefined && !neverBegan(fact)) return fact;
  }
  return undefined;
}

async function lookAtCutOff(host: Host): Promise<string | undefined> {
  const cutOff = await lookForCutOff(host);
  return cutOff === 'unreadable' ? 'an operation, whose record cannot be read' : cutOff?.title;
}
