import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { isMainThread } from 'node:worker_threads';
import { execa } from 'execa';
import { reveal, type SecretText } from '../secret/secret.ts';
import { closeInherited } from './descriptors.ts';
import type { Argv, ExecResult } from './host.ts';

/** How long a pipe is still read when the command has exited but something it started holds the pipe. */
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

/** Ends the commands that may be ended early, so that they do not outlive us. */
const endable = new Set<() => void>();
process.on('exit', () => {
  for (const end of endable) end();
});

/**
 * Starts a command in a session of its own, so that a limit ends what it started, too, and so that a Ctrl-C or a hang-up of
 * the terminal reaches us alone: we decide what is ended and what is waited for.
 *
 * execa starts it, ends it and all that it started, first with SIGTERM and then with SIGKILL, and says how it ended. Three
 * things are done here, for reasons that test/host/execa.test.ts shows:
 * - Output is kept here (buffer): execa ends a command that prints more than may be kept.
 * - The pipes are closed here: execa waits for whatever a command left behind with them, as long as that lives.
 * - What ends with us is ended here (cleanup): execa takes away what Ink has set up to give the terminal back.
 */
export function startCommand(argv: Argv, options: CommandOptions): Command {
  const started = performance.now();
  const [file, ...args] = argv;
  const ending = new AbortController();
  const end = () => ending.abort();
  closeInherited();
  const child = withUsualUmask(() =>
    execa(file, args, {
      cwd: options.cwd,
      env: options.env,
      extendEnv: false,
      // Also setsid(2): a session without a terminal, so that nobody can type into ours (TIOCSTI) or ask on it (/dev/tty).
      killDescendants: true,
      cancelSignal: ending.signal,
      forceKillAfterDelay: options.killAfterMs,
      cleanup: false,
      reject: false,
      buffer: false,
      ...inputOf(options.stdin),
      stdout: 'pipe',
      stderr: 'pipe',
    }),
  );

  const kept = { stdout: new Kept(), stderr: new Kept() };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      if (options.keep !== false) kept[name].push(chunk);
      options.onChunk?.(chunk, name);
    });
  }
  // A broken pipe tells nothing that the exit code does not tell.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => undefined);
  child.nodeChildProcess.once('exit', async () => {
    // Ended by us: what it left behind gets its time to end as well, and is then killed.
    await pass((ending.signal.aborted ? options.killAfterMs : 0) + PIPE_GRACE_MS);
    child.stdout.destroy();
    child.stderr.destroy();
  });

  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs);
  const endNow = () => void child.kill();
  if (options.signal !== undefined) endable.add(endNow);
  if (options.signal?.aborted === true) end();
  else options.signal?.addEventListener('abort', end, { once: true });

  const result = child.then(({ exitCode, signal, code }): ExecResult => {
    endable.delete(endNow);
    clearTimeout(limit);
    options.signal?.removeEventListener('abort', end);
    const hasRun = exitCode !== undefined || signal !== undefined;
    return {
      exitCode: hasRun ? exitCodeOf(exitCode, signal) : 127,
      stdout: kept.stdout.text(),
      stderr: kept.stderr.text() + (hasRun ? '' : startProblem(file, code)),
      timedOut,
      durationMs: Math.round(performance.now() - started),
    };
  });

  return {
    write: (text) => void child.stdin?.write(text),
    endInput: () => void child.stdin?.end(),
    kill: end,
    result,
  };
}

/** Where a command's input comes from, as execa wants it. */
function inputOf(stdin: CommandOptions['stdin']) {
  if (stdin === undefined) return { stdin: 'ignore' } as const;
  if (stdin === OPEN) return { stdin: 'pipe' } as const;
  // What is open under any number; execa's types name the three standard ones.
  if (typeof stdin === 'number') return { stdin: stdin as 0 };
  return { input: stdin instanceof Uint8Array ? stdin : reveal(stdin) };
}

/**
 * The files that a command creates must have the usual permissions, whatever umask the shell that started us has. The
 * process is forked before this returns.
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
function exitCodeOf(code: number | undefined, signal: NodeJS.Signals | undefined): number {
  return code ?? 128 + (signal === undefined ? 0 : (constants.signals[signal] ?? 0));
}

/** Why a command could not be started, as a shell would say it. */
function startProblem(file: string, code = 'unknown error'): string {
  if (code === 'ENOENT') return `${file}: command not found`;
  return code === 'EACCES' ? `${file}: permission denied` : `${file}: could not be started (${code})`;
}

/**
 * Passes a time in small steps: when this process itself was held up for longer (a busy machine), one timer would ring
 * before what lies in the pipe was read, and an empty answer would be taken for the answer.
 */
async function pass(ms: number): Promise<void> {
  const steps = 10;
  for (let step = 0; step < steps; step += 1)
    await new Promise((resolve) => setTimeout(resolve, ms / steps).unref());
}
