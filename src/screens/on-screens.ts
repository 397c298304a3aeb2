import { render } from 'ink';
import type { ReactElement } from 'react';
import { rewriting, showsUnicode, toAscii } from '../terminal/capabilities.ts';
import { Keyboard } from '../terminal/keyboard.ts';
import { visibleText } from '../text/visible.ts';

/** After its end the process gets this long to release everything before it is ended. */
const GRACE_MS = 5_000;

/** Pictures per second at most: what a slow ssh connection carries (facts: terminal 7). */
const MAX_FPS = 10;

interface Screens<Left> {
  /** Ends what is running safely; resolves when it has ended. */
  readonly stop: (reason: string) => Promise<void>;
  /** What stays in the terminal, and the exit code; `left` is what the screens were left with. */
  readonly end: (left: Left | undefined) => { readonly text: string; readonly exitCode: number };
  /** What must be said after the screens are gone; may grow while they are there. */
  readonly problems: string[];
}

/** Shows screens on this process's terminal until they are left. Resolves to the exit code; rejects when a screen crashed. */
export async function onScreens<Left>(
  element: ReactElement,
  { stop, end, problems }: Screens<Left>,
): Promise<number> {
  const ascii = !showsUnicode(process.env);
  const screen = render(element, {
    stdin: new Keyboard(process.stdin) as unknown as NodeJS.ReadableStream,
    stdout: ascii ? rewriting(process.stdout, toAscii) : process.stdout,
    // A terminal that also says CI=true is still a terminal, with somebody in front of it.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    maxFps: MAX_FPS,
  });
  // What Node itself must say (a deprecation) would be written across the screen.
  process.removeAllListeners('warning').on('warning', ({ message }) => problems.push(message));
  const signals = endOnSignals(screen.unmount, stop);
  try {
    const left = (await screen.waitUntilExit()) as Left | undefined;
    await signals.ended();
    const { text, exitCode } = end(left);
    const shown = visibleText(text);
    process.stdout.write(ascii ? toAscii(shown) : shown);
    return exitCode;
  } catch (error) {
    // A screen that crashed must not take with it what is running: dpkg half-way needs a person to repair it.
    await stop('a screen of otto-install crashed');
    throw error;
  } finally {
    signals.unsubscribe();
    for (const problem of problems) process.stderr.write(`${visibleText(problem)}\n`);
    // A program that we started may hold a pipe open that would keep this process alive forever.
    setTimeout(() => process.exit(), GRACE_MS).unref();
  }
}

/**
 * A hang-up or a TERM: the terminal is given back, what is running comes to its safe end (apt in the middle of its work
 * is waited for), and the process ends by the signal, so that whoever started it sees what happened. A second TERM or
 * INT ends it at once. A second HUP does not: when a connection is cut the kernel tells everybody in the terminal, and
 * npx and our launcher pass on what they were told.
 */
function endOnSignals(unmount: () => void, stop: (reason: string) => Promise<void>) {
  const names = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
  let ending: Promise<void> | undefined;
  const unsubscribe = () => {
    for (const name of names) process.removeListener(name, onSignal);
  };
  // Nothing else may end the process while the signal is on its way.
  const die = (signal: NodeJS.Signals): Promise<void> => {
    unsubscribe();
    process.kill(process.pid, signal);
    return new Promise((resolve) => setTimeout(resolve, GRACE_MS));
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (ending !== undefined) return void (signal === 'SIGHUP' ? undefined : die(signal));
    // After a hang-up every read and write fails; that must not crash us.
    process.stdin.on('error', () => {});
    const reason =
      signal === 'SIGHUP' ? 'the terminal or the ssh connection was closed' : `stopped by ${signal}`;
    ending = stop(reason).then(() => die(signal));
    unmount();
  };
  for (const name of names) process.on(name, onSignal);
  return { unsubscribe, ended: async () => ending };
}
