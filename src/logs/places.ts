import { type Layout, layout, type Placing } from '../answers/layout.ts';
import { LOG_DIR } from '../engine/records/state-dir.ts';
import type { Host } from '../host/host.ts';
import { type Directive, parseConfiguration } from '../system/nginx/nginx-syntax.ts';
import { readFiles } from '../tasks/nginx-site/look.ts';
import {
  hermesFile,
  journalRecord,
  nginxAccess,
  nginxError,
  openWebuiLine,
  paperclipLine,
  runLine,
} from './formats.ts';
import type { LineFormat, SourceId } from './line.ts';
import { type Zone, zoneOfMachine } from './zone.ts';

/** One place where lines of a source stand. */
export type Log = {
  readonly source: SourceId;
  readonly format: LineFormat;
  /** Names it to an operator: a path, 'the journal of hermes-gateway'. */
  readonly name: string;
} & (
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Who reads it: whoever may write it, since it may be a link to anywhere. */
      readonly user?: string;
      /** Not worth a word when it is not there. */
      readonly optional: boolean;
    }
  | { readonly kind: 'journal'; readonly unit: string }
  | { readonly kind: 'container'; readonly container: string }
  | { readonly kind: 'runs'; readonly folder: string }
);

/** What must be known to find the logs. */
export type LogPlacing = Placing & { readonly domain: string };

/** All places of the sources' lines on this machine. */
export async function findLogs(
  host: Host,
  answers: LogPlacing,
  sources: readonly SourceId[],
): Promise<readonly Log[]> {
  const place = layout(answers);
  const [zone, nginx] = await Promise.all([
    zoneOfMachine(host),
    sources.includes('nginx') ? nginxFiles(host, answers.domain) : { access: [], error: [] },
  ]);
  const all: readonly Log[] = [
    ...hermesLogs(place, zone),
    containerLog('open-webui', openWebuiLine, place.openWebui.container),
    containerLog('paperclip', paperclipLine, place.paperclip.container),
    ...nginx.access.map((path) => file('nginx', nginxAccess, path)),
    ...nginx.error.map((path) => file('nginx', nginxError(zone), path)),
    { source: 'runs', format: runLine, name: LOG_DIR, kind: 'runs', folder: LOG_DIR },
  ];
  return all.filter(({ source }) => sources.includes(source));
}

/** agent.log is left out: it says the same, and what tools did with which files. */
function hermesLogs({ hermes, user }: Layout, zone: Zone): readonly Log[] {
  const format = hermesFile(zone);
  const journal = `the journal of ${hermes.unitName.replace('.service', '')}`;
  return [
    // In the order in which the same line is taken from: the files have whole lines.
    { ...file('hermes', format, `${hermes.logs}/gateway.log`), user },
    { ...file('hermes', format, `${hermes.logs}/errors.log`), user, optional: true },
    { source: 'hermes', format: journalRecord, name: journal, kind: 'journal', unit: hermes.unitName },
  ];
}

const file = (source: SourceId, format: LineFormat, path: string) =>
  ({ source, format, name: path, kind: 'file', path, optional: false }) as const;

const containerLog = (source: SourceId, format: LineFormat, container: string): Log => ({
  source,
  format,
  name: `the container ${container}`,
  kind: 'container',
  container,
});

const MAIN = '/etc/nginx/nginx.conf';
/** What Debian and Ubuntu build into nginx. */
const USUAL = { access: '/var/log/nginx/access.log', error: '/var/log/nginx/error.log' };

interface NginxFiles {
  readonly access: readonly string[];
  readonly error: readonly string[];
}

async function nginxFiles(host: Host, domain: string): Promise<NginxFiles> {
  const files = await readFiles(host).catch(() => []);
  return nginxLogFiles(parseConfiguration(files, MAIN), domain);
}

/**
 * Where nginx writes about the site of this name: what its server blocks say, else what holds for all sites
 * (ngx_http_log_module: an inner directive replaces the outer ones), and nginx's own error log beside it. Pure.
 */
export function nginxLogFiles(configuration: readonly Directive[], domain: string): NginxFiles {
  const http = configuration.filter(({ name }) => name === 'http').flatMap(({ block }) => block ?? []);
  const ours = http
    .filter(({ name }) => name === 'server')
    .map(({ block = [] }) => block)
    .filter((block) => block.some(({ name, args }) => name === 'server_name' && args.includes(domain)));
  const paths = (block: readonly Directive[], directive: string) =>
    block.filter(({ name }) => name === directive).map(({ args }) => args[0] ?? '');
  const said = (directive: string) => {
    const inner = ours.length === 0 ? [[]] : ours.map((block) => paths(block, directive));
    const outer = paths(http, directive);
    return inner.flatMap((own) => (own.length > 0 ? own : outer));
  };
  const access = said('access_log');
  return {
    access: filesAmong(access.length === 0 ? [USUAL.access] : access),
    error: filesAmong([
      ...said('error_log'),
      ...(paths(configuration, 'error_log').length === 0 ? [USUAL.error] : paths(configuration, 'error_log')),
    ]),
  };
}

/** 'off', syslog and names with variables are no files that could be read. */
function filesAmong(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter(
    (path) => path.startsWith('/') && !path.includes('$') && path !== '/dev/null',
  );
}
