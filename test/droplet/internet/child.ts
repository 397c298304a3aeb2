/** Programs that run for as long as the small internet does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts a program that dies with this process, however this process ends (the kernel sends SIGTERM). Its output
 * goes to `logFile`; `onExit` is called when it ends by itself.
 */
export function startChild(
  argv: readonly string[],
  options: { logFile: string; env?: Readonly<Record<string, string>>; onExit: (text: string) => void },
): ChildProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...argv], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log, log],
  });
  child.once('error', (error) => options.onExit(`${argv[0]}: ${error.message}`));
  child.once('exit', (code, signal) => options.onExit(`${argv[0]} ended with ${code ?? signal}`));
  return child;
}

/** Tries `attempt` every 50 ms until it returns; throws what it last threw when `timeoutMs` is over. */
export async function until<T>(what: string, timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`${what} does not answer after ${timeoutMs} ms`, { cause: error });
      await sleep(50);
    }
  }
}
