import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { command } from '../../engine/contracts/command.ts';
import type { ExecOptions, Host } from '../../host/host.ts';
import { fetchArgv, GIT_ENV, GIT_FAILURES, GIT_LOOK_ENV, remoteHeadArgv } from '../../system/git/git.ts';
import { parseDf } from '../../system/os.ts';
import { parseProject } from '../../system/python/python.ts';
import { lookAtHermesCode } from '../../tasks/hermes-code/look.ts';
import { INTERRUPTION } from '../../tasks/hermes-service/actions.ts';
import { lookAtHermesService } from '../../tasks/hermes-service/look.ts';
import type { Given, OttoOperation } from '../otto-operation.ts';
import type { Target, UpdateFacts } from './facts.ts';
import { refusesUpdate } from './judge.ts';
import { planUpdate } from './plan.ts';

interface UpdateChoice {
  /** A tag, a branch, a commit. */
  readonly ref: string;
}

/** The runbook's 'Update Hermes', with a way back. */
export const updateHermes: OttoOperation<UpdateFacts, UpdateChoice> = {
  id: 'update-hermes',
  command: 'update hermes',
  title: 'Update Hermes',
  help: 'fetch newer code, install it, restart once, roll back if it fails',
  flags: {
    version: { value: 'TAG|BRANCH|COMMIT', what: 'which Hermes; without it the newest' },
  },
  why:
    'The new code is fetched and installed while the old Hermes keeps running; one restart switches over. The old code and a copy of ' +
    'its environment come back if the new one does not answer a chat.',
  prepare: ({ code }, _, answers) => {
    const { hermes, user } = layout(answers);
    // Where there is nothing to fetch into, the reason why is said instead.
    if (code.checkout.kind !== 'git') return [];
    const options = {
      user,
      cwd: hermes.home,
      env: GIT_ENV,
      timeoutMs: 15 * 60_000,
      knownFailures: GIT_FAILURES,
    };
    return [
      command(fetchArgv(hermes.checkout), 'Fetch the new code', options),
      // Otherwise what runs would pass for the newest.
      command(remoteHeadArgv(hermes.checkout), 'Make sure that the repository itself answered', options),
    ];
  },
  look,
  refuses: refusesUpdate,
  next: ({ target }, given) => ({ choice: { ref: asked(given) ?? target.ref } }),
  consequence: describe,
  estimate: ({ service: { connections } }) =>
    connections > 0 ? `Somebody is connected at this moment (${connections}).` : undefined,
  plan: (facts, _, answers) => planUpdate(facts, answers),
  verifies: ['hermes-code', 'hermes-config', 'hermes-service', 'bridge', 'first-login'],
  summary: ({ target, code }) => [
    code.checkout.kind === 'git' && code.checkout.status.commit === target.commit
      ? `Hermes is at ${target.commit?.slice(0, 9)}, the newest of ${target.ref}. Nothing was done.`
      : `Hermes is now ${target.project?.version ?? ''} (${target.commit?.slice(0, 9)}).`,
  ],
};

const asked = ({ version }: Given) => (typeof version === 'string' ? version : undefined);

async function look(host: Host, answers: Answers, choice?: UpdateChoice): Promise<UpdateFacts> {
  const { hermes, user } = layout(answers);
  const [code, service, size, df] = await Promise.all([
    lookAtHermesCode(host, answers),
    lookAtHermesService(host, answers),
    host.exec(['du', '-s', '-B1', '--', hermes.venv], { user, cwd: '/', timeoutMs: 60_000 }),
    host.exec(['df', '-B1', '--output=size,avail', '--', hermes.home], { user, cwd: '/' }),
  ]);
  const status = code.checkout.kind === 'git' ? code.checkout.status : undefined;
  const ref = choice?.ref ?? status?.upstream ?? `origin/${status?.branch ?? 'main'}`;
  return {
    code,
    service,
    target: await lookAtTarget(host, answers, ref),
    venvBytes: Number.parseInt(size.stdout, 10) || 0,
    freeBytes: parseDf(df.stdout)?.free,
  };
}

/** What the checkout knows about it from the last fetch. */
async function lookAtTarget(host: Host, answers: Answers, ref: string): Promise<Target> {
  const { hermes, user } = layout(answers);
  const options: ExecOptions = { user, cwd: hermes.home, env: GIT_LOOK_ENV, timeoutMs: 20_000 };
  const git = async (...words: readonly string[]) => {
    const { exitCode, stdout } = await host.exec(['git', '-C', hermes.checkout, ...words], options);
    return exitCode === 0 ? stdout.trim() : undefined;
  };
  const candidates = [ref, `origin/${ref}`].map((name) => `${name}^{commit}`);
  const [direct, remote] = await Promise.all(
    candidates.map((name) => git('rev-parse', '--verify', '--quiet', '--end-of-options', name)),
  );
  // A branch that exists here too: what was fetched counts.
  const commit = ref.startsWith('origin/') ? direct : (remote ?? direct);
  if (commit === undefined) return { ref, commit, ownCommits: 0, news: [], project: undefined };
  const [own, news, toml] = await Promise.all([
    // Somebody's own is what neither GitHub nor a release has, and not what is merely newer than the wanted one.
    git('rev-list', '--count', 'HEAD', '--not', commit, '--remotes', '--tags'),
    git('log', '--format=%h %s', '-n', '20', `HEAD..${commit}`),
    git('show', `${commit}:pyproject.toml`),
  ]);
  return {
    ref,
    commit,
    ownCommits: Number(own ?? 0),
    news: (news ?? '').split('\n').filter((line) => line !== ''),
    project: toml === undefined ? undefined : parseProject(toml),
  };
}

/** Pure. What is new, and what changing to it interrupts. */
function describe({ code, target }: UpdateFacts): string | undefined {
  if (code.checkout.kind !== 'git' || code.checkout.status.commit === target.commit) return undefined;
  const from = `${code.project?.version ?? ''} (${code.checkout.status.commit?.slice(0, 9)})`;
  const to = `${target.project?.version ?? ''} (${target.commit?.slice(0, 9)})`;
  const news = target.news.slice(0, 5).join('; ');
  return `${INTERRUPTION} Hermes is updated from ${from} to ${to}. New: ${news || 'nothing that was fetched with its history'}.`;
}
