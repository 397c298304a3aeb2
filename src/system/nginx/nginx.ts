import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Argv } from '../../host/host.ts';
import type { Directive } from './nginx-syntax.ts';

/** Tests the configuration and prints all of it: exit code, the complaint on stderr, the files on stdout. */
export const DUMP_CONFIGURATION: Argv = ['nginx', '-T'];

/** A server block of nginx, as far as a proxied site goes. */
export interface Server {
  readonly file: string;
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
  /** Path of the certificate. */
  readonly certificate: string | undefined;
  /** What `location /` passes on to; undefined when it passes nothing on. */
  readonly proxy: ProxyPass | undefined;
  /** Whether it answers http requests by sending them to https. */
  readonly redirectsToHttps: boolean;
  /** What it returns for an exact location: path → text. */
  readonly fixedAnswers: Readonly<Record<string, string>>;
}

export interface Listen {
  /** '' stands for every IPv4 address. */
  readonly address: string;
  readonly port: number;
  readonly ssl: boolean;
}

export interface ProxyPass {
  /** host:port of the server that it passes on to, an upstream's name resolved to its first server. */
  readonly target: string;
  /** Whether a WebSocket gets through: the Upgrade and Connection headers are passed on. */
  readonly webSockets: boolean;
  /** Seconds of silence after which an answer is cut off. */
  readonly readTimeoutS: number;
  /** Bytes that a visitor may send at once; Infinity where there is no limit. */
  readonly bodyLimit: number;
  /** Visitors are asked for a name and a password by nginx itself (auth_basic). */
  readonly basicAuth?: boolean;
  /** Who is let in and who is not: 'allow 203.0.113.0/24', 'deny all'; empty where everyone is. */
  readonly access?: readonly string[];
}

/** All server blocks of a configuration. */
export function servers(configuration: readonly Directive[]): readonly Server[] {
  const http = configuration.filter(({ name }) => name === 'http').flatMap(({ block }) => block ?? []);
  const upstreams = new Map(
    http
      .filter(({ name }) => name === 'upstream')
      .map(({ args, block }) => [args[0] ?? '', values(block ?? [], 'server')[0]?.[0] ?? '']),
  );
  return http.filter(({ name }) => name === 'server').map((server) => readServer(server, http, upstreams));
}

function readServer(
  { file, block = [] }: Directive,
  http: readonly Directive[],
  upstreams: ReadonlyMap<string, string>,
): Server {
  const listens = values(block, 'listen').map(readListen);
  const locations = block.filter(({ name }) => name === 'location');
  const root = locations.find(({ args }) => args.at(-1) === '/')?.block;
  const returns = [
    ...block,
    ...block.filter(({ name }) => name === 'if').flatMap((inner) => inner.block ?? []),
  ]
    .filter(({ name }) => name === 'return' || name === 'rewrite')
    .map(({ args }) => args.join(' '));
  return {
    file,
    names: values(block, 'server_name').flat(),
    // nginx's own default.
    listens: listens.length > 0 ? listens : [{ address: '', port: 80, ssl: false }],
    certificate: values(block, 'ssl_certificate')[0]?.[0],
    proxy: root === undefined ? undefined : readProxy(root, block, http, upstreams),
    redirectsToHttps: returns.some((text) => /\bhttps:\/\//.test(text)),
    fixedAnswers: Object.fromEntries(
      locations
        .filter(({ args }) => args[0] === '=')
        .flatMap(({ args, block: inner = [] }) =>
          values(inner, 'return').map(([, text = '']) => [args[1] ?? '', text]),
        ),
    ),
  };
}

function readListen(args: readonly string[]): Listen {
  const [where = '', ...flags] = args;
  const [, address, port] =
    /^(.*?):?(\d+)$/.exec(where.includes('.') && !/:\d+$/.test(where) ? `${where}:80` : where) ?? [];
  return {
    address: address === '*' ? '' : (address ?? where),
    port: Number(port ?? 80),
    ssl: flags.includes('ssl'),
  };
}

/** Directives are inherited from the outer block only when the inner one has none of that name; ngx_http_proxy_module. */
function readProxy(
  root: readonly Directive[],
  server: readonly Directive[],
  http: readonly Directive[],
  upstreams: ReadonlyMap<string, string>,
): ProxyPass | undefined {
  const pass = values(root, 'proxy_pass')[0]?.[0];
  if (pass === undefined) return undefined;
  const effective = (name: string) =>
    [root, server, http].map((block) => values(block, name)).find((found) => found.length > 0) ?? [];
  const headers = new Map(
    effective('proxy_set_header').map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const [, scheme, named = ''] = /^(https?):\/\/([^/]+)/.exec(resolved(pass, root, server, http)) ?? [];
  const host = resolved(named, root, server, http);
  const target = upstreams.get(host) ?? host;
  return {
    target: /:\d+$/.test(target) ? target : `${target}:${scheme === 'https' ? 443 : 80}`,
    // Connection may be a variable that a map sets.
    webSockets:
      (headers.get('upgrade') ?? '').includes('$http_upgrade') &&
      /upgrade|^\$/i.test(headers.get('connection') ?? ''),
    readTimeoutS: seconds(effective('proxy_read_timeout')[0]?.[0] ?? '60'),
    bodyLimit: bytes(effective('client_max_body_size')[0]?.[0] ?? '1m'),
    ...accessOf(root, server, http),
  };
}

/** Both are inherited as a whole; of rules the first that fits decides, so one that only allows lets everyone in. */
function accessOf(
  root: readonly Directive[],
  server: readonly Directive[],
  http: readonly Directive[],
): Pick<ProxyPass, 'basicAuth' | 'access'> {
  const isRule = ({ name }: Directive) => name === 'allow' || name === 'deny';
  const rules =
    [root, server, http].map((block) => block.filter(isRule)).find(({ length }) => length > 0) ?? [];
  const basic = [root, server, http]
    .map((block) => values(block, 'auth_basic'))
    .find(({ length }) => length > 0);
  return {
    ...(basic !== undefined && basic[0]?.[0] !== 'off' ? { basicAuth: true } : {}),
    ...(rules.some(({ name }) => name === 'deny')
      ? { access: rules.map(({ name, args }) => `${name} ${args.join(' ')}`) }
      : {}),
  };
}

/** What a variable is, by `set` or the default of its `map`; any other text is itself. */
function resolved(text: string, ...blocks: readonly (readonly Directive[])[]): string {
  const [, before = '', name = '', after = ''] = /^([^$]*)\$\{?(\w+)\}?(.*)$/.exec(text) ?? [];
  if (name === '') return text;
  const all = blocks.flat();
  const set = all.find((one) => one.name === 'set' && one.args[0] === `$${name}`)?.args[1];
  const map = all.find((one) => one.name === 'map' && one.args[1] === `$${name}`)?.block;
  const value = set ?? map?.find((one) => one.name === 'default')?.args[0];
  return value === undefined ? text : `${before}${value}${after}`;
}

/** nginx's times: '300', '300s', '5m', '1h 30m'. */
export function seconds(time: string): number {
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  return [...time.matchAll(/(\d+)(ms|[smhdw])?/g)].reduce(
    (sum, [, number, unit = 's']) => sum + Number(number) * (units[unit] ?? 1),
    0,
  );
}

/** nginx's sizes: '25m', '1024k', '8000'; 0 stands for no limit. */
function bytes(size: string): number {
  const [, number = '', unit = ''] = /^(\d+)([kmg]?)$/i.exec(size) ?? [];
  const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  const found = Number(number) * factor;
  return found === 0 ? Number.POSITIVE_INFINITY : found;
}

function values(block: readonly Directive[], name: string): readonly (readonly string[])[] {
  return block.filter((directive) => directive.name === name).map(({ args }) => args);
}

/** What `nginx -t` complains about: the line with [emerg], without nginx's prefix; undefined when there is none. */
export function complaint(stderr: string): string | undefined {
  const line = stderr.split('\n').find((text) => /\[(emerg|crit)\]/.test(text));
  return line
    ?.replace(/^.*?\[(?:emerg|crit)\]\s*(?:\d+#\d+:\s*)?/, '')
    .replace(/ BIO_new_file\(\) failed \(SSL: .*$/, ' that file cannot be read')
    .trim();
}

/** Ways in which a test of the configuration is known to fail (facts: certbot-nginx, nginx's words). */
const FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'could not build server_names_hash',
    reason: "The host name is too long for nginx's table of names.",
    next: 'Add "server_names_hash_bucket_size 128;" to the http block of /etc/nginx/nginx.conf.',
  },
  {
    pattern: 'Address family not supported by protocol',
    reason: 'IPv6 is off on this machine, and a site listens on it.',
    next: 'Remove the lines "listen [::]:…" from the file named above.',
  },
  {
    pattern: 'cannot load certificate',
    reason: 'The configuration names a certificate that does not exist.',
    next: 'The file is named above. If the site is no longer used, remove it from /etc/nginx/sites-enabled.',
  },
  {
    pattern: '\\[emerg\\]',
    reason: 'The nginx configuration has a mistake. nginx keeps running with the old one.',
    next: 'The file and line are named above. Fix it, then look again.',
  },
];

/** Tests the configuration. */
export const TEST: Command = command(['nginx', '-t'], 'Test the configuration of nginx', {
  knownFailures: FAILURES,
});

/** Tests the configuration, and only when it is good lets nginx take it over; nobody is cut off. */
export const TEST_AND_RELOAD: readonly Command[] = [
  TEST,
  command(['systemctl', 'reload', 'nginx.service'], 'Reload the nginx configuration', {
    timeoutMs: 60_000,
    knownFailures: FAILURES,
  }),
];
