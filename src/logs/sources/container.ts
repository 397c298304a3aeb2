import type { Argv, Host } from '../../host/host.ts';
import { dockerComplaint, whyNotDocker } from '../docker-answers.ts';
import { dockerTime } from '../formats.ts';
import type { LogLine } from '../line.ts';
import type { Log } from '../places.ts';
import { forwards } from './assembly.ts';
import { runProgram } from './program.ts';
import type { LogEntries, LogLines, LogRequest } from './request.ts';

type ContainerLog = Extract<Log, { kind: 'container' }>;

/** How far a container that is followed has come, across its restarts. */
interface Progress {
  /** Docker's time of the last line. */
  lastTime: string;
  /** How often it ended without a new line. */
  silent: number;
}

/** How far back a container's log is looked through: this many lines, then more. */
const TAILS = [20_000, 200_000] as const;
/** This many lines are held back until it is certain that none from before them comes. */
const HELD = 1_000;
/** A container that ended this often in silence does not run. */
const SILENT = 3;

/** What a container prints. Its log can only be read forwards. */
export async function* containerEntries(
  host: Host,
  log: ContainerLog,
  request: LogRequest,
  progress: Progress,
): LogEntries {
  const problem = await whyNotDocker(host);
  if (problem === undefined)
    yield* request.follow ? whatComes(host, log, request, progress) : newest(host, log, request);
  else request.onProblem(request.follow ? `${problem} Waiting for it.` : problem);
}

/** The newest lines of a container that are wanted, in one piece. */
async function* newest(host: Host, log: ContainerLog, request: LogRequest): LogEntries {
  const { wanted, most, onProblem } = request;
  const plain = wanted.search === '' && !wanted.errorsOnly;
  const tails = wanted.sinceMs !== undefined ? ['all'] : plain ? [most * 2 + 50] : TAILS;
  for (const tail of tails) {
    const docker = runDocker(host, log, request, `--tail=${tail}`);
    let found: readonly LogLine[] = [];
    for await (const entries of forwards(log, inOrder(docker.lines, HELD), request))
      if (entries.length > 0) found = [...found, ...entries].slice(-most);
    const failed = (await docker.failure) !== undefined;
    const whole = tail === 'all' || docker.count() < Number(tail);
    const enough = plain || whole || found.length >= most;
    if (!failed && !enough && tail !== TAILS[1]) continue;
    yield found;
    if (failed) onProblem(dockerComplaint(docker.said, log.container));
    else if (!enough)
      onProblem(`only its last ${tail} lines were searched; --since goes further back`, 'partly');
    return;
  }
}

/** What a container prints from now on, until it stops. */
async function* whatComes(
  host: Host,
  log: ContainerLog,
  request: LogRequest,
  progress: Progress,
): LogEntries {
  const { signal, onProblem, onWell } = request;
  const before = progress.lastTime;
  const docker = runDocker(host, log, request, '--follow', progress);
  yield* forwards(log, inOrder(docker.lines), request);
  const failed = (await docker.failure) !== undefined;
  if (signal.aborted) return;
  const any = progress.lastTime !== before;
  progress.silent = any ? 0 : progress.silent + 1;
  if (any) onWell();
  if (failed) onProblem(`${dockerComplaint(docker.said, log.container)} Waiting for it.`);
  else if (progress.silent === SILENT) onProblem('The container is not running. Waiting for it.');
}

/** Goes on after `progress`; without any, where the wanted lines begin. */
function runDocker(
  host: Host,
  { container }: ContainerLog,
  request: LogRequest,
  how: string,
  progress: Pick<Progress, 'lastTime'> = { lastTime: '' },
) {
  const said: string[] = [];
  let count = 0;
  const { lastTime } = progress;
  const { sinceMs } = request.wanted;
  const since = lastTime || (sinceMs === undefined ? '' : new Date(sinceMs).toISOString());
  const isOfLog = (line: string) => {
    count += 1;
    const time = dockerTime(line);
    if (time === undefined) said.push(line);
    else if (time > progress.lastTime) progress.lastTime = time;
    // After a restart Docker shows again what was written at the time from which on it is asked.
    return time !== undefined && time > lastTime;
  };
  const argv: Argv = [
    ...(['docker', 'logs', '--timestamps', how] as const),
    ...(since === '' ? [] : [`--since=${since}`]),
    container,
  ];
  return { ...runProgram(host, argv, request, isOfLog), said, count: () => count };
}

/** Both streams of a container come in pieces; Docker's times, which sort as text, say what came first. */
async function* inOrder(batches: LogLines, held = 0): LogLines {
  const waiting: { readonly line: string; readonly time: string }[] = [];
  const release = (count: number) => {
    waiting.sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
    return waiting.splice(0, count).map(({ line }) => line);
  };
  for await (const lines of batches) {
    for (const line of lines) waiting.push({ line, time: dockerTime(line) ?? '' });
    if (waiting.length >= 2 * held) yield release(waiting.length - held);
  }
  if (waiting.length > 0) yield release(waiting.length);
}
