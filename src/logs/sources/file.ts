import type { Argv, Host } from '../../host/host.ts';
import type { Log } from '../places.ts';
import { backwards, forwards } from './assembly.ts';
import { runProgram } from './program.ts';
import type { LogEntries, LogLines, LogRequest } from './request.ts';

type FileLog = Extract<Log, { kind: 'file' }>;

/** What stands in a file: from its end and no further back than needed, or as it is written, across its rotation. */
export async function* fileEntries(host: Host, log: FileLog, request: LogRequest): LogEntries {
  if (request.follow) return yield* forwards(log, linesAsTheyCome(host, log, request), request, host.now());
  const stat = await host.stat(log.path);
  if (stat === undefined) return log.optional ? undefined : request.onProblem('does not exist');
  if (stat.kind !== 'file' && stat.kind !== 'symlink') return request.onProblem('is not a file');
  yield* backwards(log, linesFromEnd(host, log, request), request, stat.modifiedMs);
}

async function* linesFromEnd(host: Host, { path, user }: FileLog, request: LogRequest): LogLines {
  let said: string | undefined;
  const isOfLog = (line: string) => {
    if (!/^(tac|setpriv): /.test(line)) return true;
    said ??= line;
    return false;
  };
  const tac = (file: string) =>
    runProgram(
      host,
      // What root reads is opened by the host: a link that somebody put there leads nowhere.
      user === undefined ? ['tac'] : ['tac', '--', file],
      request,
      isOfLog,
      { user, inputFile: user === undefined ? file : undefined },
    );
  const current = tac(path);
  yield* current.lines;
  const failure = await current.failure;
  if (failure !== undefined) {
    const why = (said ?? failure.stderr).replace(/^tac: /, '') || 'it took too long';
    return request.onProblem(`could not be read: ${why}`);
  }
  // What was rotated away last, where it is needed. Older ones are packed.
  if ((await host.stat(`${path}.1`))?.kind === 'file') yield* tac(`${path}.1`).lines;
}

async function* linesAsTheyCome(
  host: Host,
  { path, user, optional }: FileLog,
  request: LogRequest,
): LogLines {
  const { most, onProblem, onWell } = request;
  const place = user === undefined ? await placeFor(host, path) : { user, name: path };
  if (place === undefined) return onProblem('is not followed: users other than root could replace it');
  const { name, ...as } = place;
  const argv: Argv = ['tail', '-q', '-n', String(most), '-F', '--', name];
  const isOfLog = (line: string) => {
    // What tail itself says: a file was rotated, or is not there (yet).
    if (!line.startsWith('tail: ')) return true;
    if (/cannot open .*(Permission denied|No such file)/.test(line) && !optional)
      onProblem('does not exist or cannot be read; waiting for it');
    if (/has appeared/.test(line)) onWell();
    return false;
  };
  const { lines, failure } = runProgram(host, argv, request, isOfLog, as);
  yield* lines;
  if ((await failure)?.exitCode === 127) onProblem('cannot be read: its user does not exist');
}

/**
 * How a file that root may read is followed by its name: as the user who can change what is there, or in its folder, which the
 * host holds, when nobody but root can put something into it. Undefined: not at all.
 */
async function placeFor(
  host: Host,
  path: string,
): Promise<{ readonly name: string; readonly user?: string; readonly cwd?: string } | undefined> {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const keeper = await host.keeperOf(folder).catch(() => undefined);
  if (keeper !== undefined) return { name: path, user: keeper };
  const stat = await host.stat(folder);
  const ours =
    stat === undefined || (stat.kind === 'directory' && stat.uid === 0 && (stat.mode & 0o022) === 0);
  return ours ? { name: `./${path.slice(folder.length).replace(/^\/+/, '')}`, cwd: folder } : undefined;
}
