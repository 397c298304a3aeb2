import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, notOurs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { installCertificate } from '../../system/certificates/certbot.ts';
import { type Listen, type ProxyPass, type Server, servers, TEST } from '../../system/nginx/nginx.ts';
import { editServers, serverNames, type Wanted } from '../../system/nginx/nginx-edit.ts';
import { type Directive, parseFile } from '../../system/nginx/nginx-syntax.ts';
import { takeOver } from './judge-unit.ts';
import type { NginxSite } from './look.ts';
import { passesToOtto } from './passes-to-otto.ts';
import { isClosed, opened, writeSite } from './template.ts';

/** Bytes; below it a photo or a PDF that somebody puts into a chat is refused. */
export const SMALLEST_BODY_LIMIT = 5 * 1024 ** 2;
/** Seconds; the runbook's. */
export const SHORTEST_PATIENCE = 300;

/** The lines that a proxied site must have, of those that it lacks. */
export function missingLines(proxy: ProxyPass, port: number): readonly Wanted[] {
  const root = { where: 'root', replaces: 'same-name' } as const;
  const header = { where: 'root', name: 'proxy_set_header', replaces: 'same-first' } as const;
  return [
    ...(passesToOtto(proxy, port) ? [] : [{ ...root, name: 'proxy_pass', args: `http://127.0.0.1:${port}` }]),
    ...(proxy.webSockets
      ? []
      : [
          { ...root, name: 'proxy_http_version', args: '1.1' },
          { ...header, args: 'Upgrade $http_upgrade' },
          { ...header, args: 'Connection "upgrade"' },
        ]),
    ...(proxy.readTimeoutS < SHORTEST_PATIENCE
      ? [{ ...root, name: 'proxy_read_timeout', args: '1800' }]
      : []),
    ...(proxy.bodyLimit < SMALLEST_BODY_LIMIT ? bodyLimit : []),
  ];
}

const bodyLimit: readonly Wanted[] = [
  { where: 'server', name: 'client_max_body_size', args: '100m', replaces: 'same-name' },
];

/** Lines for some of the server blocks of our name. */
interface SiteEdit {
  readonly lines: readonly Wanted[];
  /** Which server blocks get them; those that pass visitors on when absent. */
  readonly on?: (server: Directive) => boolean;
}

/** The lines with which our servers listen where others stand in front of them. */
export function listenEdits(inFront: readonly Listen[]): readonly SiteEdit[] {
  return inFront.map(({ address, port, ssl }) => ({
    lines: [
      { where: 'server', name: 'listen', args: `${address}:${port}${ssl ? ' ssl' : ''}`, replaces: 'add' },
    ],
    on: ({ block = [] }) =>
      block.some(({ name, args }) => name === 'listen' && new RegExp(`(^|:)${port}$`).test(args[0] ?? '')),
  }));
}

/**
 * Changes only the lines in question in the site's file and leaves everything else in it as it is, certbot's lines and
 * hand-made ones. Nothing when that does not lead to a site that passes `holds`, as when the lines stand in an included file.
 */
export function editSite(
  site: NginxSite,
  { domain }: Answers,
  path: string,
  edits: readonly SiteEdit[],
  holds: (servers: readonly Server[]) => boolean,
): readonly Fix[] {
  const { content } = site;
  if (content === undefined || path !== site.servers[0]?.file) return [];
  const edited = edits.reduce(
    (text, { lines, on = proxies }) =>
      editServers(text, (server) => serverNames(server).includes(domain) && on(server), lines),
    content,
  );
  if (edited === content || !holds(serversOf(path, edited, domain))) return [];
  const one = edits.flatMap(({ lines }) => lines).length === 1;
  return [
    replaceText(site, path, edited, {
      id: 'change-lines',
      title: `Change ${one ? 'the line' : 'the lines'} in ${path}`,
      purpose: 'Change these lines of the site; the others stay as they are',
    }),
  ];
}

/** The lines go that keep visitors out until there is an administrator; everything else stays. */
export function openSite(site: NginxSite, { domain }: Answers): readonly Fix[] {
  const { content } = site;
  const path = site.servers[0]?.file;
  if (content === undefined || path === undefined) return [];
  const edited = opened(content);
  if (edited === content || isClosed(serversOf(path, edited, domain))) return [];
  const purpose = `Pass visitors of ${domain} on to Open WebUI`;
  return [replaceText(site, path, edited, { id: 'open-site', title: 'Let visitors in', purpose })];
}

/** Another text for the site's file, tested before nginx takes it over. */
function replaceText(
  { content = '', origin, siteMode, unit }: NginxSite,
  path: string,
  edited: string,
  { id, title, purpose }: { readonly id: string; readonly title: string; readonly purpose: string },
): Fix {
  // certbot's lines make it 'edited by hand', too: our own remark in the first line tells that it is ours.
  const ours = origin === 'ours' || /^# Otto: .*Written by otto-install/m.test(content);
  const action: Action = writeFile(path, edited, siteMode.mode, purpose, {
    owner: siteMode.owner,
    proof: TEST,
    effects: replaces(path, ours ? foundAs('our site') : notOurs),
  });
  const actions = [action, ...takeOver(unit)];
  if (ours) return { id, title, actions };
  return {
    id,
    title,
    consequence: `Only these lines change, and the old file is kept. Somebody else wrote ${path}.`,
    actions,
  };
}

function proxies({ block = [] }: Directive): boolean {
  return block.some(
    ({ name, block: inner = [] }) => name === 'location' && inner.some((one) => one.name === 'proxy_pass'),
  );
}

function serversOf(path: string, content: string, domain: string): readonly Server[] {
  const block = parseFile({ path, content });
  const http: Directive = {
    name: 'http',
    args: [],
    block,
    file: path,
    from: 0,
    to: content.length,
    inside: 0,
  };
  return servers([http]).filter(({ names }) => names.includes(domain));
}

/** The whole file, rewritten. A file of ours that nobody touched is replaced unasked; any other only with its owner's consent. */
export function rewriteSite(site: NginxSite, answers: Answers, file: string): readonly Fix[] {
  // Other names in the same file would go down with it.
  if (site.otherNames.length > 0) return [];
  const secured = site.servers.find(({ certificate }) => certificate !== undefined);
  const name = secured === undefined ? site.lineage : (lineageOf(secured) ?? answers.domain);
  const actions: Action[] = [
    {
      ...writeSite(file, { domain: answers.domain, ...site, port: layout(answers).openWebui.port }),
      proof: TEST,
    },
    ...takeOver(site.unit),
    ...(name === undefined ? [] : [installCertificate(name)]),
  ];
  const title = `Rewrite ${file}`;
  if (site.origin === 'ours' && name === undefined) return [{ id: 'rewrite-site', title, actions }];
  const gap =
    name === undefined ? '' : ' https is unavailable for a few seconds, until certbot has restored it.';
  return [
    {
      id: 'rewrite-site',
      title,
      consequence: `The current content of that file no longer applies; it is kept under /var/lib/otto-install/replaced.${gap}`,
      actions,
    },
  ];
}

/** The certbot certificate that a site uses: 'otto.example.com' of /etc/letsencrypt/live/otto.example.com/fullchain.pem. */
function lineageOf({ certificate }: Server): string | undefined {
  return /^\/etc\/letsencrypt\/live\/([^/]+)\//.exec(certificate ?? '')?.[1];
}
