import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { GIT_LOOK_ENV } from '../../system/git/git.ts';
import { branchLeft, commitAt, parseReflog } from '../../system/git/reflog.ts';
import { type Change, changedSince } from './changes.ts';

/** Work of somebody's that the running Hermes has and the checkout no longer does, as after `hermes update` by hand. */
export interface LeftBehind {
  /** The branch that was checked out when Hermes was started; undefined where nothing says so. */
  readonly branch: string | undefined;
  readonly commit: string;
  /** 'abc1234 Our own tools': what Hermes runs with and the checkout lacks. */
  readonly commits: readonly string[];
  /** Whether no branch, tag or remote has the last of them any more. */
  readonly unheld: boolean;
  /** Changes that were not committed and were put aside since. */
  readonly stash: string | undefined;
}

const COMMIT = /^[0-9a-f]{40,64}$/;

/** Asked only where the checkout is at another commit than the Hermes that runs. */
export async function lookLeftBehind(
  host: Host,
  { hermes, user }: Layout,
  changes: readonly Change[],
  startedMs: number | undefined,
): Promise<LeftBehind | undefined> {
  const code = changes.find(({ moves = [] }) => moves.length > 0);
  if (startedMs === undefined || code?.moves === undefined || !changedSince(code, startedMs))
    return undefined;
  const commit = commitAt(code.moves, startedMs);
  if (commit === undefined || !COMMIT.test(commit)) return undefined;
  const git = async (...words: readonly string[]) => {
    const options = { user, cwd: hermes.checkout, env: GIT_LOOK_ENV, timeoutMs: 10_000 };
    const { exitCode, stdout } = await host.exec(['git', '-C', hermes.checkout, ...words], options);
    return exitCode === 0 ? stdout.split('\n').filter(Boolean) : [];
  };
  const [commits, holders, stashLog] = await Promise.all([
    git('log', '--format=%h %s', '-n', '6', commit, '--not', 'HEAD'),
    git(
      'for-each-ref',
      '--contains',
      commit,
      '--count=1',
      '--format=%(refname)',
      'refs/heads',
      'refs/remotes',
      'refs/tags',
    ),
    host.readFile(`${hermes.checkout}/.git/logs/refs/stash`),
  ]);
  const stash = parseReflog(stashLog ?? '').findLast(({ atMs }) => atMs > startedMs)?.how;
  if (commits.length === 0 && stash === undefined) return undefined;
  const branch = branchLeft(code.moves, startedMs);
  return {
    branch,
    commit: commit.slice(0, 9),
    commits,
    unheld: commits.length > 0 && holders.length === 0,
    stash,
  };
}
