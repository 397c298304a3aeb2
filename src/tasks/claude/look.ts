import { type Layout, layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { parsePasswd } from '../../host/accounts.ts';
import type { Host } from '../../host/host.ts';
import type { Secret } from '../../secret/secret.ts';
import { CLAUDE_ENV, cliBinary, platformPackage } from '../../system/claude/claude-cli.ts';
import { type ClaudeSignIn, readCredentials, sameSignIn } from '../../system/claude/claude-credentials.ts';
import { secretIn, settingIn } from '../../system/formats/env-file.ts';
import { ownProgram } from '../../system/own-program.ts';
import { lookAtHermesEnvironment, placeOf } from '../hermes-environment.ts';
import { API_HOST, SIGN_IN_HOST, type Unreached, unreachedHosts } from './reach.ts';

/** What the deploy user can do with a file or folder, by the kernel's own answer. */
interface Access {
  readonly readable: boolean;
  readonly writable: boolean;
  /** For a folder: whether it can be entered. */
  readonly enterable: boolean;
}

export interface ClaudeFacts {
  readonly now: number;
  /** A CLI that starts, as the deploy user. */
  readonly cli: { readonly path: string; readonly version: string } | undefined;
  /** Our folder for it exists, but the CLI in it does not start: an interrupted installation. */
  readonly cliHalfInstalled: boolean;
  /** npm's package for this machine; undefined when there is none. */
  readonly platform: string | undefined;
  /** Looked for only when the CLI is missing. */
  readonly npm: boolean;
  /** npm as we carry it, and the Node that runs it; looked for only when the machine has none. */
  readonly ownNpm?: OwnNpm | undefined;
  /** ~/.claude; undefined when there is none. */
  readonly folder: (Access & { readonly owner: string }) | undefined;
  /** The credentials file; undefined when there is none. */
  readonly file:
    | (Access & { readonly owner: string; readonly mode: number; readonly signIn: ClaudeSignIn })
    | undefined;
  /** Other users of this machine whose credentials file holds the very same sign-in, with that file. */
  readonly copies: readonly { readonly user: string; readonly path: string }[];
  /** Hermes's .env is there: a key can be put into it. */
  readonly envThere: boolean;
  /** Which of the variables that also carry a Claude credential are set for Hermes, the one that it sends first. */
  readonly keysInEnv: readonly string[];
  /** Where each of them is set: Hermes's .env, or a file of its unit. */
  readonly keyPlaces?: Readonly<Record<string, string>>;
  /** The status with which Claude answers to a token that Hermes sends before the key; undefined without one, or without an answer. */
  readonly tokenStatus?: number | undefined;
  /** The API key in Hermes's .env is the one that the answers name; undefined when they name none. */
  readonly keyOfAnswers: boolean | undefined;
  /** The status with which Claude answers to that key; undefined without a key, or without an answer. */
  readonly keyStatus: number | undefined;
  /** What the token endpoint answers; looked at only when the sign-in must be renewed at its next use. */
  readonly renewal: number | 'silent' | undefined;
  /** Hosts of Claude that this machine does not reach. */
  readonly unreached: readonly Unreached[];
}

/** Sent before everything else (facts: hermes, which credential is sent). */
export const TOKENS = ['ANTHROPIC_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'] as const;
const CLAUDE_VARIABLES = [...TOKENS, 'ANTHROPIC_API_KEY'];

export async function lookAtClaude(host: Host, answers: Answers): Promise<ClaudeFacts> {
  const place = layout(answers);
  const machine = await host.exec(['uname', '-m'], { timeoutMs: 5_000 });
  const platform = platformPackage(machine.stdout.trim());
  const environment = await lookAtHermesEnvironment(host, answers);
  const { file, effective: env } = environment;
  const keysInEnv = CLAUDE_VARIABLES.filter((name) => settingIn(env, name) !== '');
  const token = TOKENS.map((name) => secretIn(env, name)).find((one) => one !== undefined);
  const key = secretIn(env, 'ANTHROPIC_API_KEY');
  const hosts = answers.claude === 'login' ? [API_HOST, SIGN_IN_HOST] : [API_HOST];
  const credentials = await lookAtCredentials(host, place);
  const [cli, half, renewal, unreached, keyStatus, tokenStatus] = await Promise.all([
    findCli(host, place, platform),
    host.stat(place.claude.cliFolder),
    isOver(credentials.file?.signIn, host.now()) ? askTokenEndpoint(host) : undefined,
    unreachedHosts(host, hosts),
    key === undefined ? undefined : askWithKey(host, key),
    token === undefined ? undefined : askWithToken(host, token),
  ]);
  const npm =
    cli === undefined && (await Promise.all(NPM_PATHS.map((path) => host.stat(path)))).some(Boolean);
  return {
    now: host.now(),
    ownNpm: cli !== undefined || npm || host.kind === 'rehearsal' ? undefined : await findOwnNpm(),
    cli,
    cliHalfInstalled: cli === undefined && half !== undefined,
    platform,
    npm,
    ...credentials,
    envThere: file !== undefined,
    keysInEnv,
    keyPlaces: Object.fromEntries(
      keysInEnv.map((name) => [name, placeOf(name, environment, place.hermes.envFile)]),
    ),
    tokenStatus,
    keyOfAnswers:
      answers.anthropicApiKey === undefined ? undefined : key?.equals(answers.anthropicApiKey) === true,
    keyStatus,
    renewal,
    unreached,
  };
}

/** npm's tarball, and a Node that runs it. */
export interface OwnNpm {
  readonly tarball: string;
  readonly node: string;
}

async function findOwnNpm(): Promise<OwnNpm | undefined> {
  const { npm, node } = (await ownProgram()) ?? {};
  return npm === undefined || node === undefined ? undefined : { tarball: npm, node };
}

/** Asking npm itself would take half a second of each look. */
const NPM_PATHS = ['/usr/bin/npm', '/usr/local/bin/npm'];

/** Whether the next use of this sign-in begins with a renewal. */
const isOver = (signIn: ClaudeSignIn | undefined, now: number) =>
  signIn?.kind === 'usable' && signIn.accessUntil !== undefined && signIn.accessUntil <= now;

/** Asks for nothing at all, so that no token is used up: any answer shows that renewals are answered. */
async function askTokenEndpoint(host: Host): Promise<number | 'silent'> {
  const answer = await host.fetch(`https://${SIGN_IN_HOST}/v1/oauth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    timeoutMs: 4_000,
  });
  return answer.ok ? answer.status : 'silent';
}

/** Lists the models, which costs nothing and is what Hermes does too (facts: claude-cli). Returns the status. */
async function askWithKey(host: Host, key: Secret): Promise<number | undefined> {
  const answer = await host.fetch(`https://${API_HOST}/v1/models?limit=1`, {
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    timeoutMs: 4_000,
  });
  return answer.ok ? answer.status : undefined;
}

/** The same with a token, as Hermes sends it: one of a sign-in as a bearer, a key that somebody put there as a key. */
async function askWithToken(host: Host, token: Secret): Promise<number | undefined> {
  if (!token.reveal().startsWith('sk-ant-oat')) return askWithKey(host, token);
  const answer = await host.fetch(`https://${API_HOST}/v1/models?limit=1`, {
    headers: {
      Authorization: ['Bearer ', token],
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'oauth-2025-04-20',
    },
    timeoutMs: 4_000,
  });
  return answer.ok ? answer.status : undefined;
}

/** The first of the usual places where a CLI starts. Starting it takes 15 ms and proves more than that a file is there. */
async function findCli(host: Host, place: Layout, platform: string | undefined): Promise<ClaudeFacts['cli']> {
  if ((await host.stat(place.home)) === undefined) return undefined;
  const usual = [place.claude.command, `${place.home}/.local/bin/claude`, '/usr/bin/claude'];
  const ours = platform === undefined ? [] : [cliBinary(place.claude.cliFolder, platform)];
  const found = await Promise.all(
    [...usual, ...ours].map(async (path) => {
      if ((await host.stat(path)) === undefined) return undefined;
      const version = await host.exec([path, '--version'], {
        user: place.user,
        cwd: place.home,
        env: CLAUDE_ENV,
        timeoutMs: 15_000,
      });
      return version.exitCode === 0 ? { path, version: version.stdout.trim() } : undefined;
    }),
  );
  return found.find((cli) => cli !== undefined);
}

async function lookAtCredentials(
  host: Host,
  place: Layout,
): Promise<Pick<ClaudeFacts, 'folder' | 'file' | 'copies'>> {
  const { folder, credentials } = place.claude;
  const [folderStat, fileStat] = await Promise.all([host.stat(folder), host.stat(credentials)]);
  if (folderStat === undefined) return { folder: undefined, file: undefined, copies: [] };
  // find asks the kernel (access(2)) as the user it runs as: modes, owners and the folders above count together.
  const asUser = await host.exec(
    [
      ...([
        'find',
        '-H',
        folder,
        '-maxdepth',
        '1',
        '(',
        '-path',
        folder,
        '-o',
        '-path',
        credentials,
        ')',
      ] as const),
      ...['-printf', '\\n%d', '(', '-readable', '-printf', 'r', '-o', '-true', ')'],
      ...['(', '-writable', '-printf', 'w', '-o', '-true', ')'],
      ...['(', '-executable', '-printf', 'x', '-o', '-true', ')'],
    ],
    { user: place.user, cwd: '/', timeoutMs: 10_000 },
  );
  const access = parseAccess(asUser.stdout);
  const text = fileStat === undefined ? undefined : await host.readFile(credentials);
  return {
    folder: { ...access.folder, owner: folderStat.owner },
    copies: text === undefined ? [] : await findCopies(host, place, text),
    file:
      fileStat === undefined || text === undefined
        ? undefined
        : {
            ...access.file,
            owner: fileStat.owner,
            mode: fileStat.mode,
            signIn: readCredentials(text, host.now()),
          },
  };
}

/**
 * People sign in once and copy the file to root or to a second user; the first renewal then invalidates all copies but
 * one.
 */
async function findCopies(host: Host, place: Layout, text: string): Promise<ClaudeFacts['copies']> {
  const users = parsePasswd((await host.readFile('/etc/passwd')) ?? '');
  const others = users.filter(({ name, uid }) => name !== place.user && (uid === 0 || uid >= 1000));
  const found = await Promise.all(
    others.map(async ({ name, home }) => {
      const path = `${home}/.claude/.credentials.json`;
      // One that cannot be read (a link to elsewhere) is no copy that can be compared.
      const other = await host.readFile(path).catch(() => undefined);
      return other !== undefined && sameSignIn(text, other) ? [{ user: name, path }] : [];
    }),
  );
  return found.flat();
}

/** Lines '0rwx' for the folder and '1rw' for the file; a line that is not there means: cannot even be seen. */
export function parseAccess(output: string): { folder: Access; file: Access } {
  const at = (depth: '0' | '1'): Access => {
    const line = output.split('\n').find((text) => text.startsWith(depth)) ?? '';
    return { readable: line.includes('r'), writable: line.includes('w'), enterable: line.includes('x') };
  };
  return { folder: at('0'), file: at('1') };
}
