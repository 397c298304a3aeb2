import {
  type Argv,
  type ExecOptions,
  type ExecResult,
  type FetchOptions,
  type FetchResult,
  type Host,
  HostError,
  type WriteOptions,
} from '../../../src/host/host.ts';
import type { Rehearsal } from '../../../src/rehearsal/index.ts';
import type { SecretText } from '../../../src/secret/secret.ts';

/** A droplet in memory whose programs, servers and disk can be in a bad mood. */

const BROKEN = '\ufffd';
/** As a decoder leaves what is not UTF-8, with the escapes and the null that come along. */
const GARBAGE = `${BROKEN}${BROKEN}\u0000\u001b[31m${BROKEN}{"\u0007[[:=,${BROKEN}\n\t-1 :\n`;
/** What a hotel's network answers to everything, with 200. */
const PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>\n<body>Please accept the terms.</body></html>\n';
const LINE = `${'a much too long story '.repeat(20)}\n`;
const TEN_MB = LINE.repeat(Math.ceil((10 * 1024 * 1024) / LINE.length));

/** What a program does instead; `run` is what it would have done. */
type Instead = (run: () => Promise<ExecResult>) => Promise<ExecResult> | ExecResult;

const ended = (exitCode: number, stdout: string, stderr = ''): ExecResult => ({
  exitCode,
  stdout,
  stderr,
  timedOut: false,
  durationMs: 5,
});
const cutOff = { exitCode: 143, timedOut: true };

export const PROGRAM_MOODS = {
  hangs: () => ({ ...ended(143, ''), ...cutOff }),
  'does its work, then hangs': async (run) => ({ ...(await run()), ...cutOff }),
  'says nothing': () => ended(0, ''),
  'prints garbage': () => ended(0, GARBAGE, GARBAGE),
  'prints a page': () => ended(0, PAGE),
  'prints 10 MB': () => ended(0, TEN_MB, GARBAGE),
  'fails with 10 MB': () => ended(1, GARBAGE, TEN_MB),
  'is killed by the kernel': () => ended(137, ''),
} satisfies Readonly<Record<string, Instead>>;
export type ProgramMood = keyof typeof PROGRAM_MOODS;

const answered = (status: number, body: string): FetchResult => ({
  ok: true,
  status,
  headers: { 'content-type': 'text/html' },
  body,
  durationMs: 5,
});
const unanswered = (
  failure: Extract<FetchResult, { ok: false }>['failure'],
  detail: string,
): FetchResult => ({
  ok: false,
  failure,
  detail,
  durationMs: 5,
});

export const SERVER_MOODS = {
  'never answers': unanswered('timeout', 'no complete answer within 10 s'),
  resets: unanswered('reset', 'socket hang up'),
  'is not in DNS': unanswered('dns', 'getaddrinfo EAI_AGAIN'),
  'answers a page with 200': answered(200, PAGE),
  'answers garbage with 200': answered(200, GARBAGE),
  'answers 10 MB': answered(200, TEN_MB.slice(0, 8 * 1024 * 1024)),
  'answers 502': answered(502, PAGE),
} satisfies Readonly<Record<string, FetchResult>>;
export type ServerMood = keyof typeof SERVER_MOODS;

/** Programs whose first word says which of their works is meant. */
const WITH_VERBS = new Set(
  'apt-cache apt-get certbot claude docker gh git iptables nft npm systemctl timedatectl ufw'.split(' '),
);

/** What a command is, whatever its arguments: 'docker inspect', 'systemctl show', 'df'. */
export function kindOf(argv: Argv): string {
  const base = (word: string) => word.slice(word.lastIndexOf('/') + 1, 40);
  const program = base(argv[0]);
  if (/^(ba|da)?sh$|^python/.test(program))
    return [program, ...argv.slice(1, 5).map(base)].join(' ').slice(0, 60);
  const verb = WITH_VERBS.has(program)
    ? argv.slice(1).find((word) => /^[a-z][a-z-]*$/.test(word))
    : undefined;
  return verb === undefined ? program : `${program} ${verb}`;
}

/** 'fetch' and where from, without what differs from one call to the next. */
export const serverOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/[0-9a-f-]{8,}/g, '…')}`;
};

/** What is in a mood, as long as it is not healed. */
export interface Wrong {
  readonly program?: { readonly kind: string; readonly mood: ProgramMood };
  readonly server?: { readonly kind: string; readonly mood: ServerMood };
  /** Nothing can be written there; undefined is anywhere. */
  readonly disk?: { readonly path?: string; readonly why: string };
}

/** Everything that was asked of the host. */
export interface Asked {
  readonly programs: Set<string>;
  readonly servers: Set<string>;
  readonly files: Set<string>;
}

/** The droplet with something wrong in it. */
export interface Moody extends Rehearsal {
  readonly asked: Asked;
  heal(): void;
}

export function moody({ host, machine }: Rehearsal, wrong: Wrong = {}): Moody {
  let now = wrong;
  const asked: Asked = { programs: new Set(), servers: new Set(), files: new Set() };

  async function exec(argv: Argv, options: ExecOptions = {}): Promise<ExecResult> {
    asked.programs.add(kindOf(argv));
    const run = () => host.exec(argv, options);
    if (now.program?.kind !== kindOf(argv)) return run();
    const instead: Instead = PROGRAM_MOODS[now.program.mood];
    const result = await instead(run);
    if (result.timedOut) await machine.wait(options.timeoutMs ?? 30_000);
    // As many as are enough to see what becomes of them.
    for (const line of `${result.stdout}\n${result.stderr}`.split('\n', 300)) options.onLine?.(line);
    return result;
  }

  async function fetch(url: string, options?: FetchOptions): Promise<FetchResult> {
    asked.servers.add(serverOf(url));
    if (now.server?.kind !== serverOf(url)) return host.fetch(url, options);
    const instead: FetchResult = SERVER_MOODS[now.server.mood];
    if (!instead.ok && instead.failure === 'timeout') await machine.wait(options?.timeoutMs ?? 10_000);
    return instead;
  }

  async function writeFile(path: string, content: SecretText | Uint8Array, options: WriteOptions) {
    asked.files.add(path);
    if (now.disk !== undefined && (now.disk.path ?? path) === path)
      throw new HostError(`${path} could not be written: ${now.disk.why}`);
    return host.writeFile(path, content, options);
  }

  const instead: Readonly<Record<string, unknown>> = { exec, fetch, writeFile };
  const moodyHost: Host = new Proxy(host, {
    get(target, name) {
      if (typeof name === 'string' && name in instead) return instead[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    host: moodyHost,
    machine,
    asked,
    heal: () => {
      now = {};
    },
  };
}
