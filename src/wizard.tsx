import { render } from 'ink';
import { App, type Left } from './app.tsx';
import { exitCodeOf } from './batch.ts';
import type { Session } from './components/terminal.tsx';
import { endingText } from './ending.ts';
import type { Host } from './host/host.ts';
import type { AnswerInputs } from './resolve-answers.ts';
import { rewriting, showsUnicode, toAscii } from './terminal/capabilities.ts';
import { Keyboard } from './terminal/keyboard.ts';
import { wrapText } from './terminal/wrap.ts';
import { MARKS } from './wording.ts';
import { ottoWorld } from './world.ts';

interface WizardOptions {
  readonly host: Host;
  readonly session: Session;
  readonly inputs: AnswerInputs;
}

/** A run that was told to stop gets this long to come to a safe end before the process ends all the same. */
const GRACE_MS = 5_000;

/** Pictures per second at most: what a slow ssh connection carries (facts: terminal 7). */
const MAX_FPS = 10;

const CANCELLED = 130;

/** The wizard on this process's terminal. Resolves to the exit code; rejects when a screen crashed. */
export async function runWizard({ host, session, inputs }: WizardOptions): Promise<number> {
  const ascii = !showsUnicode(process.env);
  const problems: string[] = [];
  const world = ottoWorld({ host, session, inputs, onProblem: (text) => problems.push(text) });
  const screen = render(<App world={world} />, {
    stdin: new Keyboard(process.stdin) as unknown as NodeJS.ReadableStream,
    stdout: ascii ? rewriting(process.stdout, toAscii) : process.stdout,
    // A terminal that also says CI=true is still a terminal, with somebody in front of it.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    maxFps: MAX_FPS,
  });
  // What Node itself has to say (a deprecation) would be written across the screen.
  process.removeAllListeners('warning').on('warning', ({ message }) => problems.push(message));
  const letGo = endOnSignals(screen.unmount, world.stop);
  try {
    const left = ((await screen.waitUntilExit()) ?? {}) as Left;
    if (left.ended === undefined) return CANCELLED;
    const text = endingText(left.ended.run, left.ended.lines, (mark) => MARKS[mark]);
    const wrapped = wrapText(text, process.stdout.columns || 80);
    process.stdout.write(ascii ? toAscii(wrapped) : wrapped);
    return exitCodeOf(left.ended.run);
  } finally {
    letGo();
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    // A program that we started may hold a pipe open that would keep this process alive for ever.
    setTimeout(() => process.exit(), GRACE_MS).unref();
  }
}

/**
 * A hang-up or a TERM: the terminal is given back, what is at work gets a moment to end safely, and the process ends by
 * the signal, so that whoever started it sees what happened.
 */
function endOnSignals(unmount: () => void, stop: () => Promise<void>): () => void {
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
  // After a hang-up every write fails; that must not be what we die of.
  const ignore = () => {};
  const streams = [process.stdin, process.stdout, process.stderr];
  const end = async (signal: NodeJS.Signals) => {
    for (const stream of streams) stream.on('error', ignore);
    unmount();
    await Promise.race([stop(), new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
    letGo();
    process.kill(process.pid, signal);
  };
  const letGo = () => {
    for (const signal of signals) process.removeListener(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return letGo;
}
