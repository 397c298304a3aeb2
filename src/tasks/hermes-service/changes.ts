import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { commitAt, type HeadMove, parseReflog } from '../../system/git/reflog.ts';
import { healthyWithThis } from '../last-healthy.ts';

/** Something that a gateway reads once, when it starts. */
export interface Change {
  /** 'the code', '/home/cleo/.hermes/.env' */
  readonly what: string;
  readonly atMs: number;
  /** Of the code: how HEAD came to where it is. The commit is what counts, and not when git last wrote that down. */
  readonly moves?: readonly HeadMove[];
  /** When all was healthy with the very content that the file has now: who started before that has read it. */
  readonly sameSinceMs?: number | undefined;
}

/** systemd and the file system tell times to the second. */
const SAME_MOMENT_MS = 1_500;

/** Pure. Whether it is another one than at that moment. */
export function changedSince({ atMs, moves = [], sameSinceMs }: Change, ms: number): boolean {
  if (atMs <= ms + SAME_MOMENT_MS) return false;
  // Written again since, or only touched.
  if (sameSinceMs !== undefined && ms <= sameSinceMs) return false;
  const now = moves.at(-1)?.to;
  return now === undefined || commitAt(moves, ms + SAME_MOMENT_MS) !== now;
}

/** When settings and code were changed last. What is not there is left out. */
export async function lookForChanges(host: Host, place: Layout): Promise<readonly Change[]> {
  const { envFile, config, checkout, venv } = place.hermes;
  const changed = async (what: string, path: string | undefined): Promise<readonly Change[]> => {
    const stat = path === undefined ? undefined : await host.stat(path);
    return stat === undefined ? [] : [{ what, atMs: stat.modifiedMs }];
  };
  const found = await Promise.all([
    lookAtSettings(host, envFile, changed),
    lookAtSettings(host, config, changed),
    lookAtCode(host, `${checkout}/.git/logs/HEAD`, changed),
    // Not awaited here: a failure of one of the others meanwhile would be caught by nobody, and end the program.
    installRecord(host, venv).then((record) => changed('the installed packages', record)),
  ]);
  return found.flat();
}

/** The same of the files from which the unit reads variables: systemd, too, reads them only at a start. */
export async function lookForUnitChanges(host: Host, paths: readonly string[]): Promise<readonly Change[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const stat = await host.stat(path).catch(() => undefined);
      return stat === undefined ? [] : [{ what: path, atMs: stat.modifiedMs }];
    }),
  );
  return found.flat();
}

/** Times tell that a file was written, and only its content whether it changed. */
async function lookAtSettings(
  host: Host,
  path: string,
  changed: (what: string, path: string) => Promise<readonly Change[]>,
): Promise<readonly Change[]> {
  const [found, sameSinceMs] = await Promise.all([changed(path, path), healthyWithThis(host, path)]);
  return found.map((change) => ({ ...change, sameSinceMs }));
}

/** The log is written with every move of HEAD, and by nothing else; a checkout of the same commit is one, too. */
async function lookAtCode(
  host: Host,
  path: string,
  changed: (what: string, path: string) => Promise<readonly Change[]>,
): Promise<readonly Change[]> {
  const found = await changed('the code', path);
  if (found.length === 0) return found;
  const moves = parseReflog((await host.readFile(path)) ?? '');
  return found.map((change) => ({ ...change, moves }));
}

/** What pip rewrites with every `pip install -e`. Other packages come and go while Hermes runs: it fetches some itself. */
async function installRecord(host: Host, venv: string): Promise<string | undefined> {
  const python = (await host.list(`${venv}/lib`))?.find((name) => /^python3\.\d+$/.test(name));
  const packages = `${venv}/lib/${python ?? 'python3'}/site-packages`;
  const record = (await host.list(packages))?.find((name) => /^hermes_agent-.*\.dist-info$/.test(name));
  return record === undefined ? undefined : `${packages}/${record}/RECORD`;
}
