import { type Layout, layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { ExecOptions, Host } from '../../host/host.ts';
import { hideSecrets, type SecretText } from '../../secret/secret.ts';
import { GIT_LOOK_ENV, type GitStatus, parseStatus, statusArgv } from '../../system/git/git.ts';
import { parseCandidates, showCandidates } from '../../system/packages/apt.ts';
import {
  choosePython,
  fittingReleases,
  type Interpreter,
  type PythonProject,
  parseProject,
  parsePythonVersion,
  venvPackage,
} from '../../system/python/python.ts';
import { PROBE, parseProbe, probeArgv, type VenvProbe } from '../../system/python/venv.ts';
import { parseService, showServiceArgv } from '../../system/services/systemd-show.ts';
import { changedSince, lookForChanges } from '../hermes-service/changes.ts';
import { findForeignArgv, firstForeign } from '../still-foreign.ts';
import { type Added, addedArgv, parseAdded } from './added.ts';
import { lastGoodCommit } from './last-good.ts';
import { lookElsewhere, type RunningElsewhere } from './running-elsewhere.ts';

/** What must be importable for the API server and for Claude; Hermes 0.14 and later have the first two in extras. */
const NEEDED_MODULES = ['aiohttp', 'anthropic', 'yaml'] as const;

/** What is at the place of the checkout. */
export type Checkout =
  | { readonly kind: 'absent' }
  /** A clone that was killed: a .git, but no commit in it. */
  | { readonly kind: 'unfinished' }
  /** Something else. */
  | { readonly kind: 'in-the-way'; readonly names: readonly string[] }
  /** Hermes's code, but not as a git checkout. */
  | { readonly kind: 'plain-folder' }
  /** git itself could not say. */
  | { readonly kind: 'unreadable'; readonly said: string }
  | { readonly kind: 'git'; readonly status: GitStatus; readonly remote: SecretText };

type Venv =
  | { readonly kind: 'absent' }
  /** Its interpreter does not start. */
  | {
      readonly kind: 'dead';
      readonly said: string;
      readonly madeFor: readonly string[];
      readonly added: Added;
    }
  | {
      readonly kind: 'alive';
      readonly probe: VenvProbe;
      /** The Pythons that it has packages for: '3.11'. */
      readonly madeFor: readonly string[];
      /** Of `python -m hermes_cli.main --help`; 'ok' or its last words. */
      readonly help: string;
      /** What somebody put into it; only looked for where something is wrong with it. */
      readonly added: Added;
      /** The uv that made it, as its own pyvenv.cfg says; such an environment has no pip. */
      readonly uv: string | undefined;
    };

export interface HermesCodeFacts {
  /** A git or pip of an earlier run that is still running, as its command line. */
  readonly atWork: string | undefined;
  /** A clone under its temporary name that was never finished. */
  readonly leftOver: boolean;
  /** A file in the checkout that does not belong to the deploy user. */
  readonly foreignFile: string | undefined;
  /** The commit that was last known to be good; only looked for where there is no code. */
  readonly lastGood?: string | undefined;
  readonly checkout: Checkout;
  readonly project: PythonProject | undefined;
  /** All Pythons of the machine, the distribution's own first. */
  readonly interpreters: readonly Interpreter[];
  /** When none of them fits: the newest that does among those that the package sources offer ('3.13'). */
  readonly offeredPython: string | undefined;
  readonly venv: Venv;
  /** Hermes answers on its port at this moment, from what it has loaded. */
  readonly answers?: boolean;
  /** Hermes runs as another user; only looked for where this Otto has no code. */
  readonly elsewhere?: RunningElsewhere | undefined;
}

export async function lookAtHermesCode(host: Host, answers: Answers): Promise<HermesCodeFacts> {
  const place = layout(answers);
  const { checkout, cloning } = place.hermes;
  const [interpreters, there, leftOver] = await Promise.all([
    findInterpreters(host),
    host.stat(checkout),
    host.stat(cloning),
  ]);
  const nothing: HermesCodeFacts = {
    atWork: undefined,
    leftOver: leftOver !== undefined,
    foreignFile: undefined,
    checkout: { kind: 'absent' },
    project: undefined,
    interpreters,
    offeredPython: undefined,
    venv: { kind: 'absent' },
  };
  const atWork = there === undefined && leftOver === undefined ? undefined : await findAtWork(host, place);
  if (there === undefined) {
    const [elsewhere, lastGood] = await Promise.all([lookElsewhere(host, answers), lastGoodCommit(host)]);
    return { ...nothing, atWork, elsewhere, lastGood };
  }

  const [state, toml, foreignFile, venv, health] = await Promise.all([
    lookAtCheckout(host, place),
    host.readFile(`${checkout}/pyproject.toml`),
    findForeignFile(host, place),
    lookAtVenv(host, place),
    host.fetch(`http://127.0.0.1:${place.hermes.port}/health`, { timeoutMs: 3_000 }),
  ]);
  const project = toml === undefined ? undefined : parseProject(toml);
  return {
    ...nothing,
    atWork,
    foreignFile,
    checkout: state,
    lastGood: ['git', 'plain-folder'].includes(state.kind) ? undefined : await lastGoodCommit(host),
    project,
    offeredPython: await findOfferedPython(host, interpreters, project?.requiresPython),
    venv,
    answers: health.ok && health.status === 200,
  };
}

/** Asked only when no Python of this machine fits, as on a release whose own is newer than Hermes's releases. */
async function findOfferedPython(
  host: Host,
  interpreters: readonly Interpreter[],
  requirement: string | undefined,
): Promise<string | undefined> {
  if (choosePython(interpreters, requirement) !== undefined) return undefined;
  const fitting = fittingReleases(requirement);
  const offered = parseCandidates((await host.exec(showCandidates(fitting.map(venvPackage)))).stdout);
  return fitting.find((release) => offered.has(venvPackage(release)));
}

const asUser = (place: Layout, cwd: string): ExecOptions => ({ user: place.user, cwd, timeoutMs: 20_000 });

async function findInterpreters(host: Host): Promise<readonly Interpreter[]> {
  const found = await Promise.all(
    ['/usr/bin', '/usr/local/bin'].map(async (folder) =>
      ((await host.list(folder)) ?? [])
        .filter((name) => /^python3(\.\d+)?$/.test(name))
        .sort((a, b) => rank(a) - rank(b))
        .map((name) => `${folder}/${name}`),
    ),
  );
  const versions = await Promise.all(
    found.flat().map(async (path) => {
      const result = await host.exec([path, '--version'], { timeoutMs: 10_000 });
      return { path, version: parsePythonVersion(`${result.stdout}${result.stderr}`) };
    }),
  );
  return versions.flatMap(({ path, version }) => (version === undefined ? [] : [{ path, version }]));
}

/** python3 first, then the newest first. */
const rank = (name: string) => -Number(/\.(\d+)$/.exec(name)?.[1] ?? 1000);

/** By what it works on, so that another git or pip of the same user is not taken for ours. */
async function findAtWork(host: Host, place: Layout): Promise<string | undefined> {
  const { cloning, venv } = place.hermes;
  const pattern = [
    `^git clone .*${literally(cloning)}`,
    ` -m venv (--clear )?${literally(venv)}$`,
    `^${literally(venv)}/bin/python[0-9.]* .*-m (pip|ensurepip) `,
  ].join('|');
  const found = await host.exec(['pgrep', '-u', place.user, '-a', '-f', pattern], { timeoutMs: 5_000 });
  return found.exitCode === 0 ? found.stdout.split('\n')[0] : undefined;
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function lookAtCheckout(host: Host, place: Layout): Promise<Checkout> {
  const { checkout } = place.hermes;
  const names = (await host.list(checkout)) ?? [];
  if (names.length === 0) return { kind: 'absent' };
  if (!names.includes('.git')) {
    return names.includes('pyproject.toml')
      ? { kind: 'plain-folder' }
      : { kind: 'in-the-way', names: names.slice(0, 5) };
  }
  const options = { ...asUser(place, checkout), env: GIT_LOOK_ENV };
  const [status, remote] = await Promise.all([
    host.exec(statusArgv(checkout), options),
    host.exec(['git', '-C', checkout, 'config', '--get', 'remote.origin.url'], options),
  ]);
  // A killed clone can leave a .git that git does not even take for a repository.
  const onlyGit = names.every((name) => name === '.git');
  if (status.exitCode !== 0) {
    return onlyGit ? { kind: 'unfinished' } : { kind: 'unreadable', said: status.stderr.trim() };
  }
  const parsed = parseStatus(status.stdout);
  if (parsed.commit === undefined || onlyGit) return { kind: 'unfinished' };
  return { kind: 'git', status: parsed, remote: hideSecrets(remote.stdout.trim()) };
}

async function findForeignFile(host: Host, { user, hermes }: Layout): Promise<string | undefined> {
  const found = await host.exec(findForeignArgv(hermes.checkout, user), {
    user,
    cwd: '/',
    timeoutMs: 15_000,
  });
  return firstForeign(host, found, user);
}

async function lookAtVenv(host: Host, place: Layout): Promise<Venv> {
  const { checkout, venv, python } = place.hermes;
  if ((await host.stat(venv)) === undefined) return { kind: 'absent' };
  const options = asUser(place, checkout);
  const proved = await provedByService(host, place);
  const [libraries, probed, help] = await Promise.all([
    host.list(`${venv}/lib`),
    host.exec(probeArgv(python, 'hermes-agent', NEEDED_MODULES, proved ? 'find' : 'import'), {
      ...options,
      input: PROBE,
    }),
    proved ? undefined : host.exec([python, '-B', '-m', 'hermes_cli.main', '--help'], options),
  ]);
  const probe = parseProbe(probed.stdout);
  const madeFor = (libraries ?? []).flatMap((name) => /^python(3\.\d+)$/.exec(name)?.[1] ?? []);
  const starts = help === undefined || help.exitCode === 0;
  const works = probe?.pip === true && starts && probe.missing.length + probe.unimportable.length === 0;
  const isOfItsPython = madeFor.some((minor) => probe?.python.startsWith(`${minor}.`));
  const added = works && isOfItsPython ? [] : parseAdded((await host.exec(addedArgv(venv), options)).stdout);
  if (probe === undefined) return { kind: 'dead', said: lastWords(probed.stderr), madeFor, added };
  const made = probe.pip ? undefined : await host.readFile(`${venv}/pyvenv.cfg`);
  return {
    kind: 'alive',
    probe,
    madeFor,
    help: starts ? 'ok' : lastWords(help.stderr || help.stdout),
    added,
    uv: /^uv *= *(\S+)/m.exec(made ?? '')?.[1],
  };
}

/**
 * Whether the service runs from this environment, started after the last change of code and packages: then it has
 * proved that Hermes starts, and starting it here again would only cost time.
 */
async function provedByService(host: Host, place: Layout): Promise<boolean> {
  const [shown, changes] = await Promise.all([
    host.exec(showServiceArgv(place.hermes.unitName), { timeoutMs: 10_000 }),
    lookForChanges(host, place),
  ]);
  const { active, startedMs, command } = parseService(shown.stdout);
  if (active !== 'active' || startedMs === undefined || command[0] !== place.hermes.python) return false;
  return changes.every((change) => change.what.startsWith('/') || !changedSince(change, startedMs));
}

const lastWords = (text: string) => text.trim().split('\n').at(-1)?.slice(0, 300) || 'without a word';
