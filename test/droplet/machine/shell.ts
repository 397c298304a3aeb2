import { execa } from 'execa';

/** How a command ended: `exitCode` is 124 with `timedOut` when its time was up, 128 + n when a signal n ended it. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface RunOptions {
  /** What the command reads on stdin; nothing when absent. */
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a command of this machine and returns how it ended; throws only when it could not be started. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [file, ...args] = argv;
  if (file === undefined) throw new Error('an empty command cannot be run');
  const result = await execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    forceKillAfterDelay: 2000,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (result.exitCode === undefined && result.code === 'ENOENT') {
    throw new Error(
      `'${file}' could not be started: it is not installed. .ci/packages lists what a machine needs.`,
    );
  }
  const exitCode = result.timedOut ? 124 : (result.exitCode ?? 255);
  return { exitCode, stdout: result.stdout, stderr: result.stderr, timedOut: result.timedOut };
}

/** Runs a command that must succeed and returns its stdout; throws with its last lines of output otherwise. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run(argv, options);
  if (outcome.exitCode === 0) return outcome.stdout;
  throw new Error(`'${argv.join(' ')}' ended with ${outcome.exitCode}: ${lastLines(outcome)}`);
}

/** The end of what a command printed, for an error text. */
export function lastLines(outcome: Outcome, count = 8): string {
  const text = `${outcome.stdout}\n${outcome.stderr}`.trim();
  return text.split('\n').slice(-count).join('\n') || '(it printed nothing)';
}

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Asks `probe` until it returns something other than undefined, and returns that.
 * Throws after `timeoutMs` with what was waited for.
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined>,
  everyMs = 100,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`waited ${Math.round(timeoutMs / 1000)} s for ${what}`);
    await pause(everyMs);
  }
}
