import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { isMainThread } from 'node:worker_threads';
import { execa } from 'execa';
import { reveal, type SecretText } from '../secret/secret.ts';
import { closeInherited } from './descriptors.ts';
import type { Argv, ExecResult } from './host.ts';

/** How long a pipe is still read when the command is gone but something it started holds the pipe. */
const PIPE_GRACE_MS = 500;

/** More than this of a command's output is not kept for the result (lines still go to whoever listens). */
const MOST_KEPT = 32 * 1024 * 1024;

/** The caller writes to stdin, and ends it. */
export const OPEN = Symbol('open');

export interface CommandOptions {
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** {@link OPEN}: the caller writes to stdin; otherwise the text, what is open under this number, or /dev/null. */
  readonly stdin: SecretText | Uint8Array | number | typeof OPEN | undefined;
  readonly timeoutMs: number;
  /** How long it may take to end after SIGTERM. */
  readonly killAfterMs: number;
  readonly signal?: AbortSignal | undefined;
  /** False: nothing of its output is kept for the result. */
  readonly keep?: boolean | undefined;
  readonly onChunk?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}

export interface Command {
  write(text: string): void;
  endInput(): void;
  /** SIGTERM to the command and everything it started, later SIGKILL. */
  kill(): void;
  readonly result: Promise<ExecResult>;
}

/** The groups of the commands that may be ended early: they do not outlive us when we end in the middle. */
const endable = new Set<number>();
process.on('exit', () => {
  for (const pid of endable) signalGroup(pid, 'SIGTERM');
});

/**
 * Starts a command in a process group of its own, so that a limit ends its children too, and so that a Ctrl-C or a
 * hang-up of the terminal reaches us alone: we decide what is ended and what is waited for.
 */
export function startCommand(argv: Argv, options: CommandOptions): Command {
  const started = performance.now();
  const [file, ...args] = argv;
  const { stdin } = options;
  closeInherited();
  const child = withUsualUmask(() =>
    execa(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env,
      extendEnv: false,
      // setsid(2): a session without a terminal, so that nobody can type into ours (TIOCSTI) or ask on it (/dev/tty).
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      stripFinalNewline: false,
      stdin: stdin === undefined ? 'ignore' : typeof stdin === 'number' ? (stdin as 0) : 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    }),
  );

  const kept = { stdout: new Kept(), stderr: new Kept() };
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const stream = child[name];
    stream.on('data', (chunk: Buffer) => {
      if (options.keep !== false) kept[name].push(chunk);
      options.onChunk?.(chunk, name);
    });
    // A pipe that breaks says nothing that the exit code does not say.
    stream.on('error', () => undefined);
    return { stream, closed: new Promise<void>((resolve) => stream.once('close', resolve)) };
  });
  child.stdin?.on('error', () => undefined);
  if (stdin instanceof Uint8Array) child.stdin?.end(stdin);
  else if (stdin !== undefined && stdin !== OPEN && typeof stdin !== 'number')
    child.stdin?.end(reveal(stdin));

  const exited = new Promise<number>((resolve) => {
    child.nodeChildProcess.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
  // Only of interest when it could not be started: then there is no exit.
  const notStarted = child.then((result) => {
    if (result.exitCode !== undefined || result.signal !== undefined)
      return new Promise<never>(() => undefined);
    kept.stderr.push(Buffer.from(startProblem(file, result.code)));
    return 127;
  });

  let timedOut = false;
  let ended: Promise<void> | undefined;
  let done = false;
  const end = () => {
    if (done) return;
    ended ??= terminateGroup(child.pid, options.killAfterMs, () => done);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs);
  if (options.signal !== undefined && child.pid !== undefined) endable.add(child.pid);
  if (options.signal?.aborted === true) end();
  else options.signal?.addEventListener('abort', end, { once: true });

  const result = (async (): Promise<ExecResult> => {
    const exitCode = await Promise.race([exited, notStarted]);
    const allClosed = Promise.all(streams.map(({ closed }) => closed));
    // Ended by us: what it left behind gets its time to end as well, and is then killed.
    await Promise.race([allClosed, ended ?? grace()]);
    done = true;
    if (child.pid !== undefined) endable.delete(child.pid);
    clearTimeout(limit);
    options.signal?.removeEventListener('abort', end);
    for (const { stream } of streams) stream.destroy();
    return {
      exitCode,
      stdout: kept.stdout.text(),
      stderr: kept.stderr.text(),
      timedOut,
      durationMs: Math.round(performance.now() - started),
    };
  })();

  return {
    write: (text) => void child.stdin?.write(text),
    endInput: () => void child.stdin?.end(),
    kill: end,
    result,
  };
}

/**
 * What a command makes must be readable or not as it would be for anybody, whatever the shell that we were started from says.
 * The process is forked before this returns.
 */
function withUsualUmask<Result>(start: () => Result): Result {
  // A worker has no umask of its own to set.
  if (!isMainThread) return start();
  const before = process.umask(0o022);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

/** The output of one stream, up to a limit. */
class Kept {
  readonly #decoder = new StringDecoder('utf8');
  readonly #parts: string[] = [];
  #length = 0;

  push(chunk: Buffer): void {
    if (this.#length > MOST_KEPT) return;
    const part = this.#decoder.write(chunk);
    this.#length += part.length;
    this.#parts.push(part);
  }

  text(): string {
    return this.#parts.join('') + this.#decoder.end();
  }
}

/** As shells say it: the code, or 128 + n for the signal that ended it. */
function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0));
}

/** Why a command could not be started, as a shell would say it. */
function startProblem(file: string, code = 'unknown error'): string {
  if (code === 'ENOENT') return `${file}: command not found`;
  return code === 'EACCES' ? `${file}: permission denied` : `${file}: could not be started (${code})`;
}

/** Ends a process group; comes back when nothing of it is left or after the last signal. */
async function terminateGroup(
  pid: number | undefined,
  killAfterMs: number,
  over: () => boolean,
): Promise<void> {
  if (pid === undefined || !signalGroup(pid, 'SIGTERM')) return;
  const deadline = performance.now() + killAfterMs;
  for (let pause = 20; performance.now() < deadline; pause = Math.min(pause * 2, 250)) {
    await delay(pause);
    if (over() || !signalGroup(pid, 0)) return;
  }
  signalGroup(pid, 'SIGKILL');
  await delay(PIPE_GRACE_MS);
}

/** Whether there was anything in the group to get the signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Passes {@link PIPE_GRACE_MS} in small steps: when this process itself was held up for longer (a busy machine), one timer
 * would ring before what lies in the pipe was read, and an empty answer would be taken for the answer.
 */
async function grace(): Promise<void> {
  const steps = 10;
  for (let step = 0; step < steps; step += 1) await delay(PIPE_GRACE_MS / steps);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
