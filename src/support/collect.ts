import { layout } from '../answers/layout.ts';
import { LOG_DIR, STATE_DIR } from '../engine/records/state-dir.ts';
import type { Argv, Host } from '../host/host.ts';
import { visible } from '../host/lines.ts';
import { whyNotDocker } from '../logs/docker-answers.ts';
import { SOURCES, type SourceId } from '../logs/line.ts';
import { findLogs, type LogPlacing } from '../logs/places.ts';
import { readLogs } from '../logs/read.ts';
import { redactedJson, redactLog, redactShapes } from '../logs/redact-log.ts';
import { list, object, parseJson } from '../system/formats/json.ts';
import { LIST_ADDRESSES, parseAddresses } from '../system/network/addresses.ts';
import { readFiles } from '../tasks/nginx-site/look.ts';
import { anonymous, withoutChats } from './anonymous.ts';
import { maskedEnv, maskedVariables } from './settings.ts';

/** A file of the bundle, as it would be written. */
export interface Item {
  /** 'logs/hermes.log' */
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  readonly content: string;
  /** What stands under a secret's name is masked in it already; that way it stays what it is, JSON or an env file. */
  readonly masked?: true;
}

/** What of a log or a file goes into the bundle: its end. */
const MOST_BYTES = 2_000_000;
const MOST_OF_A_RUN = 300_000;
const MOST_LINES = 10_000;
const RUNS = 5;

/**
 * Gathers what somebody needs who is to help, with secrets masked, addresses and e-mail addresses shortened and without
 * pieces of conversations. What cannot be had is said in the file's place. Never throws.
 */
export async function collect(host: Host, answers: LogPlacing): Promise<readonly Item[]> {
  const own = await ownAddresses(host);
  const parts = await Promise.all([
    settings(host, answers),
    containers(host, answers),
    machine(host),
    logs(host, answers),
    runs(host),
  ]);
  return parts.flat().map((item) => {
    const clean = item.masked === true ? redactShapes(item.content) : redactLog(item.content);
    return { ...item, content: anonymous(clean, own) };
  });
}

async function ownAddresses(host: Host): Promise<ReadonlySet<string>> {
  const { stdout } = await host.exec(LIST_ADDRESSES, { timeoutMs: 5_000 }).catch(() => ({ stdout: '' }));
  return new Set(parseAddresses(stdout).map(({ address }) => address));
}

async function settings(host: Host, answers: LogPlacing): Promise<readonly Item[]> {
  const { hermes, openWebui, paperclip } = layout(answers);
  const env = 'names and lengths';
  const [nginx, dropIns = []] = await Promise.all([
    readFiles(host).catch(() => []),
    host.list(hermes.dropIns).catch(() => undefined),
  ]);
  const site = nginx.filter(
    ({ path, content }) => path.endsWith('nginx.conf') || content.includes(answers.domain),
  );
  const dropIn = (name: string): SettingsFile => [
    `hermes-gateway.d-${plainName(name)}`,
    `${hermes.dropIns}/${name}`,
    "a drop-in of Hermes's unit",
  ];
  const renewal = `/etc/letsencrypt/renewal/${answers.domain}.conf`;
  const files: readonly SettingsFile[] = [
    ['hermes.env', hermes.envFile, `Hermes's .env, ${env}`, maskedEnv],
    ['hermes-config.yaml', hermes.config, "Hermes's settings"],
    ['open-webui.env', openWebui.envFile, `its variables, ${env}`, maskedEnv],
    ['paperclip.env', paperclip.envFile, `its variables, ${env}`, maskedEnv],
    ['hermes-gateway.service', hermes.unit, "Hermes's unit"],
    ...dropIns.map(dropIn),
    ['answers.json', `${STATE_DIR}/answers.json`, 'answers, without secrets'],
    ['certificate-renewal.conf', renewal, "certbot's settings"],
    ['operation.json', `${STATE_DIR}/operation.json`, 'what was cut off'],
  ];
  const texts = await Promise.all(files.map((file) => text(host, file)));
  return [
    ...texts.flat(),
    ...site.map(({ path, content }) => ({
      name: `settings/nginx-${plainName(path.slice(path.lastIndexOf('/') + 1))}`,
      what: path,
      content,
    })),
  ];
}

const plainName = (name: string) => name.replace(/[^\w.-]/g, '_').slice(0, 60);

/** A file's name in the bundle, its path, what it is, and what is changed in it. */
type SettingsFile = readonly [name: string, path: string, what: string, change?: (content: string) => string];

/** A file as it is, or changed; none where there is none. */
async function text(host: Host, [file, path, what, change]: SettingsFile): Promise<readonly Item[]> {
  const item = { name: `settings/${file}`, what };
  try {
    const content = await host.readFile(path);
    if (content === undefined) return [];
    if (change === undefined) return [{ ...item, content: content.slice(-MOST_BYTES) }];
    return [{ ...item, content: change(content).slice(-MOST_BYTES), masked: true }];
  } catch (error) {
    return [{ ...item, content: `It could not be read: ${String(error)}\n` }];
  }
}

async function containers(host: Host, answers: LogPlacing): Promise<readonly Item[]> {
  const problem = await whyNotDocker(host).catch((error: unknown) => String(error));
  if (problem !== undefined)
    return [{ name: 'docker/docker.txt', what: 'why Docker was not asked', content: `${problem}\n` }];
  const { openWebui, paperclip } = layout(answers);
  const described = await Promise.all(
    [openWebui.container, paperclip.container].map(async (name) => {
      const { stdout, stderr } = await run(host, ['docker', 'inspect', '--type', 'container', name]);
      return {
        name: `docker/inspect-${name}.json`,
        what: `variables as lengths`,
        content: inspected(stdout) ?? `${stderr}\n`,
        masked: true as const,
      };
    }),
  );
  const general = await printed(host, 'docker/docker.txt', 'containers, images, networks', [
    ['docker', 'ps', '--all', '--no-trunc'],
    ['docker', 'images', '--digests'],
    ['docker', 'network', 'ls'],
    ['docker', 'version'],
    ['docker', 'system', 'df'],
  ]);
  return [...described, general];
}

/** What `docker inspect` prints, without the values of variables. */
function inspected(stdout: string): string | undefined {
  const [first] = list(parseJson(stdout));
  if (first === undefined) return undefined;
  const found = object(first);
  const config = object(found.Config);
  const env = Object.fromEntries(
    list(config.Env).flatMap((line) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(String(line)) ?? [];
      return name === undefined ? [] : [[name, value ?? '']];
    }),
  );
  return `${redactedJson({ ...found, Config: { ...config, Env: maskedVariables(env) } })}\n`;
}

function machine(host: Host): Promise<readonly Item[]> {
  return Promise.all([
    printed(host, 'machine/system.txt', 'release, kernel, clock', [
      ['uname', '-a'],
      ['cat', '/etc/os-release'],
      ['uptime'],
      ['timedatectl'],
      ['systemctl', '--failed', '--no-pager'],
      ['systemctl', 'list-timers', '--no-pager'],
      ['systemctl', 'status', '--no-pager', '--lines=0', 'hermes-gateway', 'docker', 'nginx', 'ufw'],
    ]),
    printed(host, 'machine/resources.txt', 'disk, memory, processes', [
      ['df', '-h'],
      ['df', '-i'],
      ['free', '-m'],
      ['ps', '-eo', 'user:16,pid,ppid,rss,stat,etime,args', '--sort=-rss', '--width=300'],
    ]),
    printed(host, 'machine/network.txt', 'addresses, routes, who listens', [
      ['ss', '-ltnp'],
      ['ip', 'address'],
      ['ip', 'route'],
      ['cat', '/etc/resolv.conf'],
    ]),
    printed(host, 'machine/firewall.txt', 'UFW and the packet filter', [
      ['ufw', 'status', 'verbose'],
      ['iptables-save'],
      ['ip6tables-save'],
    ]),
    printed(host, 'machine/journal-errors.txt', "the system's last errors", [
      ['journalctl', '--no-pager', '--priority=err', '--lines=300', '--since=-7d'],
    ]),
  ]);
}

async function printed(host: Host, name: string, what: string, commands: readonly Argv[]): Promise<Item> {
  const outputs = await Promise.all(
    commands.map(async (argv) => {
      const { stdout, stderr, exitCode } = await run(host, argv);
      return `$ ${argv.join(' ')}\n${stdout}${stderr}${exitCode === 0 ? '' : `(exit code ${exitCode})\n`}\n`;
    }),
  );
  return { name, what, content: tailOf(outputs.join(''), MOST_BYTES) };
}

const run = (host: Host, argv: Argv) =>
  host
    .exec(argv, { timeoutMs: 15_000 })
    .catch((error: unknown) => ({ exitCode: 1, stdout: '', stderr: `${String(error)}\n` }));

async function logs(host: Host, answers: LogPlacing): Promise<readonly Item[]> {
  const sources = SOURCES.filter((source) => source !== 'runs');
  return Promise.all(sources.map((source) => logOf(host, answers, source)));
}

async function logOf(host: Host, answers: LogPlacing, source: SourceId): Promise<Item> {
  const wanted = { sources: [source], search: '', errorsOnly: false };
  const found = await findLogs(host, answers, [source]).then(
    (places) => readLogs(host, places, wanted, MOST_LINES),
    (error: unknown) => ({ lines: [], problems: [String(error)] }),
  );
  const lines = found.lines
    // What is only written when somebody looks for a mistake may hold what people say.
    .filter(({ text }) => !/^(DEBUG|TRACE)\b/.test(text))
    .map(({ atMs, text }) => `${new Date(atMs).toISOString()} ${text.replaceAll('\n', '\n    ')}`);
  const content = `${[...found.problems, ...lines].join('\n')}\n`;
  return {
    name: `logs/${source}.log`,
    what: 'its last lines',
    content: withoutChats(tailOf(content, MOST_BYTES)),
  };
}

/** The last runs: their logs, and what they noted before and after each action. */
async function runs(host: Host): Promise<readonly Item[]> {
  const folders = [
    [LOG_DIR, '.log', 'what one of our runs did'],
    [`${STATE_DIR}/journal`, '.jsonl', 'its actions'],
  ] as const;
  const all = await Promise.all(
    folders.map(async ([folder, ending, what]) => {
      const names = (await host.list(folder).catch(() => undefined)) ?? [];
      const last = names.filter((name) => name.endsWith(ending)).slice(-RUNS);
      return Promise.all(
        last.map(async (name) => {
          const content = await host.readFile(`${folder}/${name}`).catch((error: unknown) => String(error));
          const lines = (content ?? '').split('\n').map(visible).join('\n');
          return {
            name: `runs/${plainName(name)}`,
            what,
            content: `${tailOf(lines, MOST_OF_A_RUN).trimEnd()}\n`,
          };
        }),
      );
    }),
  );
  return all.flat();
}

/** The end of a text, from the beginning of a line. */
function tailOf(content: string, most: number): string {
  if (content.length <= most) return content;
  const end = content.slice(-most);
  return `(only the end)\n${end.slice(end.indexOf('\n') + 1)}`;
}
