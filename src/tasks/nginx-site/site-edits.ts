import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { foundAs, notOurs, replaces } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import { installCertificate } from '../../system/certificates/certbot.ts';
import { type Listen, type ProxyPass, type Server, servers, TEST } from '../../system/nginx/nginx.ts';
import {
  editConfiguration,
  filesOf,
  serverNames,
  serversBeside,
  type Wanted,
} from '../../system/nginx/nginx-edit.ts';
import { type ConfigFile, type Directive, parseConfiguration } from '../../system/nginx/nginx-syntax.ts';
import { takeOver } from './judge-unit.ts';
import { MAIN, type NginxSite } from './look.ts';
import { passesToOtto } from './passes-to-otto.ts';
import { writeSite } from './template.ts';

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

/** A configuration in which the site's file is all there is, where nginx does not say what it reads. */
const alone = (path: string, content: string): readonly ConfigFile[] => [
  { path: MAIN, content: `http { include ${path}; }` },
  { path, content },
];

/**
 * Changes only the lines in question, each in the file in which it stands, and leaves everything else as it is, certbot's lines and
 * hand-made ones. Nothing when that does not lead to a site that passes `holds`, or when a file would change that other sites
 * include as well: then {@link byHand} says what to do.
 */
export function editSite(
  site: NginxSite,
  { domain }: Answers,
  path: string,
  edits: readonly SiteEdit[],
  holds: (servers: readonly Server[]) => boolean,
): readonly Fix[] {
  const { content, siteMode, configuration } = site;
  if (content === undefined || path !== site.servers[0]?.file) return [];
  const all = configuration?.files.some((file) => file.path === path)
    ? configuration.files
    : alone(path, content);
  const edited = edits.reduce((files, { lines, on = proxies }) => {
    const changed = editConfiguration(
      files,
      MAIN,
      (server) => serverNames(server).includes(domain) && on(server),
      lines,
    );
    return files.map((file) => changed.find((one) => one.path === file.path) ?? file);
  }, all);
  const changed = edited.filter((file, index) => file.content !== all[index]?.content);
  const after = parseConfiguration(edited, MAIN);
  if (changed.length === 0 || !holds(servers(after).filter(({ names }) => names.includes(domain)))) return [];
  const elsewhere = filesOf(serversBeside(after, domain).flatMap(({ block = [] }) => block));
  if (changed.some((file) => file.path !== path && elsewhere.has(file.path))) return [];
  // certbot's lines make it 'edited by hand', too: our own remark in the first line tells that it is ours.
  const ours = site.origin === 'ours' || /^# Otto: .*Written by otto-install/m.test(content);
  const own = ours && changed.every((file) => file.path === path);
  const actions: readonly Action[] = changed.map((file) => {
    const { mode, owner } = file.path === path ? siteMode : (configuration?.modes[file.path] ?? siteMode);
    return writeFile(
      file.path,
      file.content,
      mode,
      'Change these lines of the site; the others stay as they are',
      {
        owner,
        proof: TEST,
        effects: replaces(file.path, own ? foundAs('our site') : notOurs),
      },
    );
  });
  const paths = changed.map((file) => file.path).join(' and ');
  const one = edits.flatMap(({ lines }) => lines).length === 1;
  const fix = {
    id: 'change-lines',
    title: `Change ${one ? 'the line' : 'the lines'} in ${paths}`,
    actions: [...actions, ...takeOver(site.unit)],
  };
  return own
    ? [fix]
    : [
        {
          ...fix,
          consequence: `Only these lines change, and the old ${changed.length === 1 ? 'file is' : 'files are'} kept. Somebody else wrote ${paths}.`,
        },
      ];
}

/** The very lines for whoever changes the site by hand. */
export function byHand(lines: readonly Wanted[], file: string, domain: string): string {
  const under = (where: Wanted['where']) => lines.filter((line) => line.where === where);
  const said = (some: readonly Wanted[]) => some.map(({ name, args }) => `\`${name} ${args};\``).join(' ');
  const parts = [
    ...(under('server').length === 0 ? [] : [`in the server block: ${said(under('server'))}`]),
    ...(under('root').length === 0 ? [] : [`in its \`location /\`: ${said(under('root'))}`]),
  ];
  return `By hand, for ${domain} (${file}, or the file that it includes for this): ${parts.join('; ')} in place of the lines of the same name. Then \`nginx -t && systemctl reload nginx\`.`;
}

function proxies({ block = [] }: Directive): boolean {
  return block.some(
    ({ name, block: inner = [] }) => name === 'location' && inner.some((one) => one.name === 'proxy_pass'),
  );
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
