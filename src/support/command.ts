import { learnSecrets } from '../logs/known-secrets.ts';
import type { LogPlacing } from '../logs/places.ts';
import { redactedJson, redactLog } from '../logs/redact-log.ts';
import { EXIT } from '../run/exit-code.ts';
import { type CheckOptions, check } from '../status/command.ts';
import { lookAtStatus } from '../status/look.ts';
import { statusText } from '../status/text.ts';
import { visibleLine, visibleText } from '../text/visible.ts';
import { type Bundle, bundleName, leaks, writeBundle } from './bundle.ts';
import { collect, type Item } from './collect.ts';

interface SupportOptions extends CheckOptions {
  readonly placing: LogPlacing;
}

const README = `What is wrong with an Otto, for whoever helps to fix it. Made by otto-install support.

No chats, no accounts, no database, no uploads are in here.
Secrets are masked as ••••. Variables show their names and how long their values are.
Visitors' addresses end in an x; e-mail addresses keep their first letter and their domain.
Pieces of conversations that a log may hold are left out, and so are all DEBUG lines.

status.txt     services, ports, versions, what a check found
check.json     the same findings for programs
settings/      of Hermes, the containers, nginx, the certificate
docker/        containers and images
machine/       system, disk, memory, processes, network, firewall
logs/          the last lines of Hermes, Open WebUI, Paperclip and nginx
runs/          what otto-install did in its last runs
`;

/** Gathers everything for the bundle; nothing is written yet. */
export async function gather(options: SupportOptions): Promise<Bundle> {
  const { host, placing, version } = options;
  const atMs = host.now();
  await learnSecrets(host, placing);
  const [facts, checked, items] = await Promise.all([
    lookAtStatus(host, placing),
    check(options),
    collect(host, placing),
  ]);
  const first: readonly Item[] = [
    { name: 'README.txt', what: 'what is in here', content: README },
    {
      name: 'status.txt',
      what: 'services, versions, findings',
      content: redactLog(statusText(facts, checked, 120)),
    },
    {
      name: 'check.json',
      what: 'the same for programs',
      content: `${redactedJson({ otto: version, ...facts, check: checked })}\n`,
    },
  ];
  return { name: bundleName(atMs), atMs, items: [...first, ...items].map(visibleItem) };
}

/** Whoever opens these files in a terminal is to be as safe as whoever reads ours. Tabs stay: in YAML they are the mistake. */
function visibleItem(item: Item): Item {
  return {
    ...item,
    name: visibleLine(item.name),
    what: visibleLine(item.what),
    content: visibleText(item.content, { tabs: 'kept' }),
  };
}

/** What would be written, as lines: each file, how large it is, and what it is. */
export function contents({ items }: Bundle): readonly string[] {
  const width = Math.max(...items.map(({ name }) => name.length));
  return items.map(
    ({ name, what, content }) =>
      `  ${name.padEnd(width)}  ${size(Buffer.byteLength(content)).padStart(8)}  ${what}`,
  );
}

/** '640 bytes', '12 kB' */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Where the file goes when nobody says so. */
export const supportFile = (bundle: Bundle, to: string | undefined): string => {
  if (to === undefined) return `/root/${bundle.name}.tar.gz`;
  return to.endsWith('/') ? `${to}${bundle.name}.tar.gz` : to;
};

interface CommandOptions extends SupportOptions {
  readonly to: string | undefined;
  readonly yes: boolean;
  /** Asks a person; undefined when there is nobody. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** `otto-install support`. Exit code: 0 written, 1 not written, 2 nobody agreed to it, 130 said no. */
export async function runSupport(options: CommandOptions): Promise<number> {
  const { host, to, yes, ask, print, warn } = options;
  warn('Gathering what is needed. Nothing is changed, and nothing is sent anywhere.');
  const bundle = await gather(options);
  const folder = to !== undefined && (await host.stat(to).catch(() => undefined))?.kind === 'directory';
  const path = supportFile(bundle, folder ? `${to.replace(/\/+$/, '')}/` : to);
  print(`This would be in ${path}:\n${contents(bundle).join('\n')}\n`);
  const found = leaks(bundle.items);
  if (found.length > 0) {
    warn(`A secret of this machine would be in ${found.join(', ')}. Nothing was written.`);
    return EXIT.notDone;
  }
  if ((await host.stat(path).catch(() => undefined)) !== undefined) {
    warn(`${path} already exists. Name another file with --to FILE. Nothing was written.`);
    return EXIT.notDone;
  }
  if (!yes) {
    if (ask === undefined) {
      warn('To agree to that, add --yes. Nothing was written.');
      return EXIT.couldNotRun;
    }
    if (!(await ask('Write it? Type yes or no. '))) return EXIT.stopped;
  }
  const written = await writeBundle(host, bundle, path);
  if (!written.ok) {
    warn(`It was not written: ${written.problem}`);
    if (/disk is full|No space left/.test(written.problem))
      warn(
        `Memory has space for it: otto-install support --to /run/${bundle.name}.tar.gz (gone after a restart)`,
      );
    return EXIT.notDone;
  }
  print(
    `${written.path}, ${size(written.bytes)}. Only root can read it; it was read back and is complete.\n`,
  );
  print(
    'No chats, no accounts and no secrets are in it. Fetch it with scp, and look into it before you send it.\n',
  );
  return EXIT.ok;
}
