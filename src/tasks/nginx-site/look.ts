import { layout, PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { type FileOrigin, fileOrigin } from '../../engine/records/ledger.ts';
import type { ExecResult, Host } from '../../host/host.ts';
import { covers, parseCertificate } from '../../system/certificates/x509.ts';
import { LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import {
  complaint,
  DUMP_CONFIGURATION,
  type Listen,
  type Server,
  servers,
} from '../../system/nginx/nginx.ts';
import { filesOf, serversNamed } from '../../system/nginx/nginx-edit.ts';
import { findMistake, type Mistake } from '../../system/nginx/nginx-repair.ts';
import {
  type ConfigFile,
  type Directive,
  globPattern,
  parseConfiguration,
  parseDump,
  parseFile,
} from '../../system/nginx/nginx-syntax.ts';
import { journal, parseUnits, showUnits, type Unit } from '../../system/services/systemd.ts';
import { parsePublicConfig } from '../../system/web-apps/open-webui-api.ts';
import { askUntilOurs, proofToken, type SiteAnswer } from './answer.ts';
import { passesToOtto } from './passes-to-otto.ts';
import type { IncludedFile } from './taking-out.ts';
import { isClosed } from './template.ts';

/** What is known about the site of an Otto in nginx. */
export interface NginxSite {
  readonly unit: Unit;
  /** nginx -t's complaint; undefined when the configuration is good, or nginx not there yet. */
  readonly complaint: string | undefined;
  /** The lines that nginx left when its unit is down. */
  readonly journal: string;
  /** The master of an nginx that runs although its unit does not; certbot starts one so (facts: certbot-nginx 4). */
  readonly strayMaster: number | undefined;
  /** Where nginx notes its number, and which it is; undefined where its configuration does not say. */
  readonly pidFile?: { readonly path: string; readonly pid: number | undefined } | undefined;
  /** All server blocks of our name, in the order in which nginx reads them. */
  readonly servers: readonly Server[];
  /** It lets nobody in until Otto has its administrator. */
  readonly closed?: boolean;
  /** Other names that are served from the files of {@link servers}. */
  readonly otherNames: readonly string[];
  /** The other names of each file that has a server block of our name. */
  readonly namesBeside: Readonly<Record<string, readonly string[]>>;
  /** The files that have a server block of our name, and the one that nginx stumbles over. */
  readonly files: readonly IncludedFile[];
  /** The content of the file of the first of {@link servers}; undefined without one. */
  readonly content: string | undefined;
  /** Mode and owner of that file. */
  readonly siteMode: { readonly mode: number; readonly owner: string };
  /** All files that nginx reads, and the mode and owner of those that our servers' lines stand in. */
  readonly configuration?: {
    readonly files: readonly ConfigFile[];
    readonly modes: Readonly<Record<string, NginxSite['siteMode']>>;
  };
  /** Where the mistake is that {@link complaint} is about. */
  readonly culprit: Culprit | undefined;
  /** A site of our name in sites-available that is not enabled; only looked for while there is none. */
  readonly available: string | undefined;
  /** A certificate of certbot that is there for our name. */
  readonly lineage: string | undefined;
  /**
   * Addresses of this machine on which other sites listen and ours does not: nginx chooses by address first and by name
   * only then, so our name is answered by those.
   */
  readonly inFront: readonly (Listen & { readonly file: string })[];
  /** Where a new site file goes. */
  readonly newPath: string;
  /** Whose the file of the site is. */
  readonly origin: FileOrigin;
  readonly token: string;
  readonly ipv6: boolean;
  readonly hashBucketSet: boolean;
  /** What answers where the site passes visitors on to, when that is not this Otto's Open WebUI. */
  readonly behind: 'open-webui' | 'something' | 'nothing';
  /** What nginx on this machine answers for the name over http. */
  readonly answer: SiteAnswer;
}

/** The place of a mistake. */
export interface Culprit {
  readonly file: IncludedFile;
  readonly line: number | undefined;
  /** Whether it is the site of this Otto. */
  readonly ours: boolean;
}

const UNIT = 'nginx.service';
const AVAILABLE = '/etc/nginx/sites-available';
export const MAIN = '/etc/nginx/nginx.conf';

/** Looks at nginx and at all that it has for the domain. */
export async function lookAtSite(host: Host, answers: Answers): Promise<NginxSite> {
  const [dump, units, ipv6, machineId] = await Promise.all([
    host.exec(DUMP_CONFIGURATION),
    host.exec(showUnits(UNIT)),
    host.stat('/proc/net/if_inet6'),
    host.readFile('/etc/machine-id'),
  ]);
  const unit = parseUnits(units.stdout, [UNIT])[UNIT];
  const files = dump.exitCode === 0 ? parseDump(dump.stdout) : await readFiles(host);
  const configuration = parseConfiguration(files, MAIN);
  const all = servers(configuration);
  const ours = all.filter(({ names }) => names.includes(answers.domain));
  const path = newPath(configuration, files, answers.domain);
  const running = unit.active === 'active';
  const token = proofToken(machineId ?? '', answers.domain);
  const said = complaintOf(dump);
  const file = ours[0]?.file;
  const mistake = said === undefined ? undefined : findMistake(said, files);
  const paths = [...new Set([...ours.map((server) => server.file), ...(mistake ? [mistake.file] : [])])];
  const [content, stat, included, available, pem] = await Promise.all([
    file === undefined ? undefined : host.readFile(file),
    file === undefined ? undefined : host.stat(file),
    Promise.all(paths.map((one) => lookAtIncluded(host, one))),
    ours.length > 0 ? undefined : findAvailable(host, answers.domain),
    host.readFile(`/etc/letsencrypt/live/${answers.domain}/fullchain.pem`),
  ]);
  const certificate = parseCertificate(pem ?? '');
  const [log, stray, origin, answer] = await Promise.all([
    running || unit.load === 'not-found' ? undefined : host.exec(journal(UNIT, 12)),
    running ? undefined : strayMaster(host),
    fileOrigin(host, ours[0]?.file ?? path),
    running && ours.length > 0 ? askUntilOurs(host, answers.domain, ours, token) : ('none' as const),
  ]);
  return {
    unit,
    complaint: said,
    journal: log?.stdout ?? '',
    strayMaster: stray,
    pidFile: running ? await lookAtPidFile(host, configuration) : undefined,
    servers: ours,
    closed: isClosed(ours),
    otherNames: otherNames(all, ours, answers.domain),
    namesBeside: Object.fromEntries(
      paths.map((one) => [
        one,
        otherNames(
          all,
          ours.filter((server) => server.file === one),
          answers.domain,
        ),
      ]),
    ),
    files: included,
    content,
    siteMode: modeOf(stat),
    configuration: { files, modes: await lookAtModes(host, configuration, answers.domain) },
    culprit: mistake && culpritOf(mistake, included, files, answers.domain),
    available,
    lineage: certificate !== undefined && covers(certificate, answers.domain) ? answers.domain : undefined,
    inFront: inFront(all, ours),
    newPath: path,
    origin,
    token,
    ipv6: ipv6 !== undefined,
    hashBucketSet: files.some(({ content }) => /^[^\S\n]*server_names_hash_bucket_size\s/m.test(content)),
    answer,
    behind: await lookBehind(host, ours, layout(answers).openWebui.port),
  };
}

async function lookAtPidFile(host: Host, configuration: readonly Directive[]): Promise<NginxSite['pidFile']> {
  const path = configuration.find(({ name }) => name === 'pid')?.args[0];
  if (path?.startsWith('/') !== true) return undefined;
  const text = await host.readFile(path);
  return { path, pid: text === undefined ? undefined : Number.parseInt(text, 10) || undefined };
}

const modeOf = (stat: Awaited<ReturnType<Host['stat']>>): NginxSite['siteMode'] =>
  stat?.kind === 'file'
    ? { mode: stat.mode, owner: `${stat.owner}:${stat.group}` }
    : { mode: 0o644, owner: 'root:root' };

/** Of the files that lines of our servers stand in. */
async function lookAtModes(
  host: Host,
  configuration: readonly Directive[],
  domain: string,
): Promise<Readonly<Record<string, NginxSite['siteMode']>>> {
  const paths = [...filesOf(serversNamed(configuration, domain))];
  const modes = await Promise.all(paths.map(async (path) => [path, modeOf(await host.stat(path))] as const));
  return Object.fromEntries(modes);
}

/** Asked only where the site leads elsewhere, on this machine. */
async function lookBehind(host: Host, ours: readonly Server[], port: number): Promise<NginxSite['behind']> {
  const proxy = ours.find((server) => server.proxy !== undefined)?.proxy;
  if (proxy === undefined || passesToOtto(proxy, port) || !/^[\w.[\]:-]+:\d+$/.test(proxy.target))
    return 'nothing';
  const answer = await host.fetch(`http://${proxy.target}/api/config`, { timeoutMs: 5_000 });
  if (!answer.ok) return 'nothing';
  return parsePublicConfig(answer.body) === undefined ? 'something' : 'open-webui';
}

function culpritOf(
  { file, line }: Mistake,
  included: readonly IncludedFile[],
  files: readonly ConfigFile[],
  domain: string,
): Culprit | undefined {
  const found = included.find(({ path }) => path === file);
  const content = files.find(({ path }) => path === file)?.content ?? '';
  return found && { file: found, line, ours: content.includes(domain) };
}

async function lookAtIncluded(host: Host, path: string): Promise<IncludedFile> {
  const [stat, taken] = await Promise.all([
    host.stat(path),
    host.stat(`${AVAILABLE}/${path.slice(path.lastIndexOf('/') + 1)}`),
  ]);
  return { path, link: stat?.kind === 'symlink', nameTaken: taken !== undefined };
}

/** A file of sites-available with a server block of our name: its link in sites-enabled is gone. */
async function findAvailable(host: Host, domain: string): Promise<string | undefined> {
  for (const name of (await host.list(AVAILABLE)) ?? []) {
    const path = `${AVAILABLE}/${name}`;
    const content = await host.readFile(path).catch(() => undefined);
    if (content === undefined || /\.(taken-out|bak|old|save|dpkg-\w+)$|~$/.test(name)) continue;
    const block = parseFile({ path, content });
    const http = { name: 'http', args: [], block, file: path, from: 0, to: 0, inside: 0 };
    if (servers([http]).some(({ names, proxy }) => names.includes(domain) && proxy !== undefined))
      return path;
  }
  return undefined;
}

function inFront(all: readonly Server[], ours: readonly Server[]): NginxSite['inFront'] {
  const mine = ours.flatMap(({ listens }) => listens);
  return all
    .filter((server) => !ours.includes(server))
    .flatMap(({ file, listens }) => listens.map((listen) => ({ ...listen, file })))
    .filter(
      ({ address, port }) =>
        /^\d|^\[[\da-f:]*[\da-f]/i.test(address) &&
        !/^(127\.|0\.0\.0\.0|\[::1\])/.test(address) &&
        mine.some((own) => own.port === port) &&
        !mine.some((own) => own.port === port && own.address === address),
    );
}

function complaintOf(dump: ExecResult): string | undefined {
  if (dump.exitCode === 0 || dump.exitCode === 127) return undefined;
  return complaint(dump.stderr) ?? (dump.stderr.trim().split('\n').at(-1) || 'nginx -t failed');
}

/** The usual files, for a configuration that nginx itself refuses to print. */
export async function readFiles(host: Host): Promise<readonly ConfigFile[]> {
  const folders = ['/etc/nginx/conf.d', '/etc/nginx/sites-enabled'];
  const listed = await Promise.all(
    folders.map(async (folder) => ((await host.list(folder)) ?? []).map((name) => `${folder}/${name}`)),
  );
  const files = await Promise.all(
    [MAIN, ...listed.flat()].map(async (path) => {
      // What is there but cannot be read (a folder) is not one of the site's files.
      const content = await host.readFile(path).catch(() => undefined);
      return content === undefined ? [] : [{ path, content }];
    }),
  );
  return files.flat();
}

/** The runbook's sites-enabled/otto; beside it when another name lives there; conf.d where nginx does not read it. */
function newPath(
  configuration: ReturnType<typeof parseConfiguration>,
  files: readonly ConfigFile[],
  domain: string,
): string {
  const includes = files
    .filter(({ path }) => path === MAIN)
    .flatMap(({ content }) =>
      [...content.matchAll(/^[^\S\n]*include\s+(\S+);/gm)].map(([, pattern = '']) => pattern),
    );
  const usual = '/etc/nginx/sites-enabled/otto';
  const read =
    includes.length === 0 ||
    includes.some((pattern) =>
      globPattern(pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`).test(usual),
    );
  if (!read) return `/etc/nginx/conf.d/otto-${domain}.conf`;
  const taken = servers(configuration).some(({ file, names }) => file === usual && !names.includes(domain));
  return taken ? `${usual}-${domain}` : usual;
}

function otherNames(all: readonly Server[], ours: readonly Server[], domain: string): readonly string[] {
  const files = new Set(ours.map(({ file }) => file));
  return [...new Set(all.filter(({ file }) => files.has(file)).flatMap(({ names }) => names))].filter(
    (name) => name !== domain && name !== '_' && name !== '',
  );
}

async function strayMaster(host: Host): Promise<number | undefined> {
  const listeners = parseListeners((await host.exec(LIST_LISTENERS)).stdout);
  const pids = listeners
    .filter(({ port }) => port === PORTS.http || port === PORTS.https)
    .flatMap(({ holders }) => holders.filter(({ name }) => name === 'nginx').map(({ pid }) => pid));
  // The master was there before its workers.
  return pids.length === 0 ? undefined : Math.min(...pids);
}
