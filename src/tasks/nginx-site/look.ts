import { createHash } from 'node:crypto';
import type { Answers } from '../../answers.ts';
import { type FileOrigin, fileOrigin } from '../../engine/ledger.ts';
import type { ExecResult, FetchResult, Host } from '../../host/host.ts';
import { complaint, DUMP_CONFIGURATION, type Server, servers } from '../../system/nginx.ts';
import { type ConfigFile, globPattern, parseConfiguration, parseDump } from '../../system/nginx-syntax.ts';
import { LIST_LISTENERS, parseListeners } from '../../system/sockets.ts';
import { journal, NO_UNIT, parseUnits, showUnits, type Unit } from '../../system/systemd.ts';
import { PORTS } from '../layout.ts';
import { PROOF_PATH } from './template.ts';

/** What is known about the site of an Otto in nginx. */
export interface NginxSite {
  readonly unit: Unit;
  /** nginx -t's complaint; undefined when the configuration is good, or nginx not there yet. */
  readonly complaint: string | undefined;
  /** The lines that nginx left when its unit is down. */
  readonly journal: string;
  /** The master of an nginx that runs although its unit does not; certbot starts one so (facts: certbot-nginx 4). */
  readonly strayMaster: number | undefined;
  /** All server blocks of our name, in the order in which nginx reads them. */
  readonly servers: readonly Server[];
  /** Other names that are served from the files of {@link servers}. */
  readonly otherNames: readonly string[];
  /** Where a new site file goes. */
  readonly newPath: string;
  /** Whose the file of the site is. */
  readonly origin: FileOrigin;
  readonly token: string;
  readonly ipv6: boolean;
  readonly hashBucketSet: boolean;
  /** What nginx on this machine answers for the name over http. */
  readonly answer: SiteAnswer;
}

/**
 * ours: the site answers, or sends to https. upstream-down: nginx answers that Open WebUI does not. other: something
 * else answers for the name, as the default site does before a reload.
 */
export type SiteAnswer = 'ours' | 'upstream-down' | 'other' | 'none';

const UNIT = 'nginx.service';
const MAIN = '/etc/nginx/nginx.conf';

/** Looks at nginx and at all that it has for the domain. */
export async function lookAtSite(host: Host, answers: Answers): Promise<NginxSite> {
  const [dump, units, ipv6, machineId] = await Promise.all([
    host.exec(DUMP_CONFIGURATION),
    host.exec(showUnits(UNIT)),
    host.stat('/proc/net/if_inet6'),
    host.readFile('/etc/machine-id'),
  ]);
  const unit = parseUnits(units.stdout, [UNIT])[UNIT] ?? NO_UNIT;
  const files = dump.exitCode === 0 ? parseDump(dump.stdout) : await readFiles(host);
  const configuration = parseConfiguration(files, MAIN);
  const all = servers(configuration);
  const ours = all.filter(({ names }) => names.includes(answers.domain));
  const path = newPath(configuration, files, answers.domain);
  const running = unit.active === 'active';
  const token = proofToken(machineId ?? '', answers.domain);
  const [log, stray, origin, answer] = await Promise.all([
    running || unit.load === 'not-found' ? undefined : host.exec(journal(UNIT, 12)),
    running ? undefined : strayMaster(host),
    fileOrigin(host, ours[0]?.file ?? path),
    running && ours.length > 0 ? askUntilOurs(host, answers.domain, ours, token) : ('none' as const),
  ]);
  return {
    unit,
    complaint: complaintOf(dump),
    journal: log?.stdout ?? '',
    strayMaster: stray,
    servers: ours,
    otherNames: otherNames(all, ours, answers.domain),
    newPath: path,
    origin,
    token,
    ipv6: ipv6 !== undefined,
    hashBucketSet: files.some(({ content }) => /^\s*server_names_hash_bucket_size\s/m.test(content)),
    answer,
  };
}

function complaintOf(dump: ExecResult): string | undefined {
  if (dump.exitCode === 0 || dump.exitCode === 127) return undefined;
  return complaint(dump.stderr) ?? (dump.stderr.trim().split('\n').at(-1) || 'nginx -t failed');
}

/** The usual files, for a configuration that nginx itself refuses to print. */
async function readFiles(host: Host): Promise<readonly ConfigFile[]> {
  const folders = ['/etc/nginx/conf.d', '/etc/nginx/sites-enabled'];
  const listed = await Promise.all(
    folders.map(async (folder) => ((await host.list(folder)) ?? []).map((name) => `${folder}/${name}`)),
  );
  const files = await Promise.all(
    [MAIN, ...listed.flat()].map(async (path) => {
      // What is there and cannot be read (a folder) is none of the site's files.
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
      [...content.matchAll(/^\s*include\s+(\S+);/gm)].map(([, pattern = '']) => pattern),
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

/** Different on every machine, the same on every look; says nothing about the machine. */
function proofToken(machineId: string, domain: string): string {
  return createHash('sha256').update(`otto-install ${machineId.trim()} ${domain}`).digest('hex').slice(0, 32);
}

async function strayMaster(host: Host): Promise<number | undefined> {
  const listeners = parseListeners((await host.exec(LIST_LISTENERS)).stdout);
  const pids = listeners
    .filter(({ port }) => port === PORTS.http || port === PORTS.https)
    .flatMap(({ holders }) => holders.filter(({ name }) => name === 'nginx').map(({ pid }) => pid));
  // The master was there before its workers.
  return pids.length === 0 ? undefined : Math.min(...pids);
}

/** A new configuration is live up to a second after the reload returned (facts: certbot-nginx 11). */
async function askUntilOurs(
  host: Host,
  domain: string,
  ours: readonly Server[],
  token: string,
): Promise<SiteAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(host, domain, ours, token);
    if (answer === 'ours' || answer === 'upstream-down' || tries === 6) return answer;
    await host.sleep(300);
  }
}

async function ask(host: Host, domain: string, ours: readonly Server[], token: string): Promise<SiteAnswer> {
  const proves = ours.some(({ fixedAnswers }) => fixedAnswers[PROOF_PATH] === token);
  // A site that somebody else wrote is known by what Open WebUI answers (facts: certbot-nginx 12).
  const path = proves ? PROOF_PATH : '/health';
  const http = ours.flatMap(({ listens }) => listens).find(({ port, ssl }) => port === 80 && !ssl);
  if (http === undefined) return 'ours';
  const local = /^\d/.test(http.address) && http.address !== '0.0.0.0' ? http.address : '127.0.0.1';
  const result = await host.fetch(`http://${domain}${path}`, { connectTo: local, timeoutMs: 3_000 });
  return judgeAnswer(result, domain, token);
}

/** What an answer for the name, over http, says about who gave it. */
export function judgeAnswer(result: FetchResult, domain: string, token: string): SiteAnswer {
  if (!result.ok) return 'none';
  const { status, headers, body } = result;
  if (status >= 301 && status <= 308)
    return headers.location?.startsWith(`https://${domain}`) ? 'ours' : 'other';
  if (status === 502 || status === 503 || status === 504) return 'upstream-down';
  if (status === 200 && (body.trim() === token || /"status"\s*:\s*true/.test(body))) return 'ours';
  return 'other';
}
