/**
 * A program in a pseudo-terminal, as a person in front of a terminal window sees and drives it: the bytes go through a
 * real terminal emulator, so the screen is what would be on the glass, and the emulator's answers go back.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface TerminalOptions {
  /** 80 when absent. */
  readonly columns?: number;
  /** 24 when absent. */
  readonly rows?: number;
  /** The program's whole environment, but for TERM; the caller's when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where `keep` stores screens. */
  readonly keepIn?: string;
}

/** What the program wrote at one time: milliseconds of Date.now(), and the bytes. */
export interface Output {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What is waited for on the screen: a text, a pattern, or a judgement of the screen's text. */
export type Expectation = string | RegExp | ((screen: string) => boolean);

const keys = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  'shift-tab': '\x1b[Z',
  space: ' ',
  backspace: '\x7f',
  delete: '\x1b[3~',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  'page-up': '\x1b[5~',
  'page-down': '\x1b[6~',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-l': '\x0c',
  'ctrl-u': '\x15',
  'ctrl-z': '\x1a',
  'ctrl-\\': '\x1c',
} as const;

export type Key = keyof typeof keys;

export class Terminal {
  /** How the program ended: its exit code, 128 + n when a signal n ended it. */
  readonly ended: Promise<number>;
  /** Everything that the program wrote, in order. */
  readonly outputs: Output[] = [];

  private readonly pty: ReturnType<typeof spawn>;
  private readonly emulator: InstanceType<typeof xterm.Terminal>;
  private readonly keepIn: string | undefined;
  private readonly listeners = new Set<() => void>();
  private exitCode: number | undefined;
  private kept = 0;

  /** Starts a program. Throws when the command is empty. */
  constructor(argv: readonly string[], options: TerminalOptions = {}) {
    const [file, ...args] = argv;
    if (file === undefined) throw new Error('an empty command cannot be run in a terminal');
    const cols = options.columns ?? 80;
    const rows = options.rows ?? 24;
    this.keepIn = options.keepIn;
    this.emulator = new xterm.Terminal({ cols, rows, scrollback: 5000, allowProposedApi: true });
    this.pty = spawn(file, args, {
      cols,
      rows,
      name: 'xterm-256color',
      env: { ...(options.env ?? process.env) },
      // Bytes: a character that is cut by the end of a chunk is the emulator's business.
      encoding: null,
    });
    this.pty.onData((data: string | Uint8Array) => {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      this.outputs.push({ at: Date.now(), bytes });
      this.emulator.write(bytes, () => this.notify());
    });
    // What a terminal answers when it is asked (where the cursor is, what it can do).
    this.emulator.onData((answer) => this.send(answer));
    this.ended = new Promise((resolve) => {
      this.pty.onExit(({ exitCode, signal }) => {
        this.exitCode = signal ? 128 + signal : exitCode;
        // The last output is parsed before anybody hears of the end.
        this.emulator.write('', () => {
          this.notify();
          resolve(this.exitCode ?? 255);
        });
      });
    });
  }

  /** The process of the program on this side (ssh, when it runs over ssh). */
  get pid(): number {
    return this.pty.pid;
  }

  /** Whether the program has ended. */
  get isOver(): boolean {
    return this.exitCode !== undefined;
  }

  /** The text on the screen: one line per row, without the blanks at their ends. */
  screen(): string {
    const { baseY } = this.emulator.buffer.active;
    return this.lines(baseY, baseY + this.emulator.rows);
  }

  /** Everything that was on the normal screen and can be scrolled to, the screen itself included. */
  history(): string {
    return this.lines(0, this.emulator.buffer.normal.length, this.emulator.buffer.normal);
  }

  /** What the program wrote, escape sequences included, as text: for a scan for secrets. */
  raw(): string {
    return Buffer.concat(this.outputs.map(({ bytes }) => bytes)).toString('utf8');
  }

  /**
   * Waits until the screen shows what is expected and returns the screen. Throws with the screen when it does not
   * within `timeoutMs` (30 s when absent), or when the program ends before.
   */
  async waitFor(expected: Expectation, timeoutMs = 30_000): Promise<string> {
    const shows = (screen: string) =>
      typeof expected === 'string'
        ? screen.includes(expected)
        : expected instanceof RegExp
          ? expected.test(screen)
          : expected(screen);
    const end = Date.now() + timeoutMs;
    for (;;) {
      const screen = this.screen();
      if (shows(screen)) return screen;
      const what = typeof expected === 'function' ? `(${expected})` : `${expected}`;
      if (this.exitCode !== undefined) {
        throw new Error(
          `the program ended with ${this.exitCode} before the screen showed ${what}:\n${frame(screen)}`,
        );
      }
      const left = end - Date.now();
      if (left <= 0) {
        throw new Error(`the screen did not show ${what} within ${timeoutMs / 1000} s:\n${frame(screen)}`);
      }
      await this.change(left);
    }
  }

  /** Waits until the program has written nothing for `quietMs`; at most `timeoutMs`. Returns the screen. */
  async waitForQuiet(quietMs = 300, timeoutMs = 10_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const before = this.outputs.length;
      await this.change(quietMs);
      if (this.outputs.length === before || Date.now() > end) return this.screen();
    }
  }

  /** Types text, all in one go, as somebody who types very fast or a terminal that sends keys in one packet. */
  type(text: string): void {
    this.send(text);
  }

  /** Presses keys, one after the other, a moment apart: an Escape must not become the start of a sequence. */
  async press(...names: Key[]): Promise<void> {
    for (const name of names) {
      this.send(keys[name]);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  /** Pastes text as a terminal does: marked as a paste when the program has asked for that (mode 2004). */
  paste(text: string): void {
    const marked = this.emulator.modes.bracketedPasteMode;
    this.send(marked ? `\x1b[200~${text}\x1b[201~` : text);
  }

  /** Makes the window another size. */
  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** Stores the screen as `NN-name.txt` in the artefacts, numbered in order; returns the file. */
  async keep(name: string): Promise<string> {
    if (this.keepIn === undefined) throw new Error('this terminal has no folder to keep screens in');
    this.kept += 1;
    await mkdir(this.keepIn, { recursive: true });
    const file = join(this.keepIn, `${String(this.kept).padStart(2, '0')}-${name}.txt`);
    await writeFile(file, `${this.screen()}\n`);
    return file;
  }

  /** The most bytes that the program wrote in any `windowMs` milliseconds, as bytes per second. */
  peakBytesPerSecond(windowMs = 1000): number {
    return peakRate(this.outputs, windowMs);
  }

  /** Closes the window, or cuts the connection when the program is ssh: it is told nothing it could answer. */
  async hangup(): Promise<number> {
    return this.finish('SIGKILL');
  }

  /** Ends the program as a person who closes the window does; for the end of a test. */
  async close(): Promise<number> {
    return this.finish('SIGHUP');
  }

  private async finish(signal: 'SIGHUP' | 'SIGKILL'): Promise<number> {
    if (this.exitCode === undefined) this.pty.kill(signal);
    const late = setTimeout(() => this.exitCode === undefined && this.pty.kill('SIGKILL'), 3000);
    const code = await this.ended;
    clearTimeout(late);
    return code;
  }

  private send(data: string): void {
    if (this.exitCode === undefined) this.pty.write(data);
  }

  private lines(from: number, to: number, buffer = this.emulator.buffer.active): string {
    const lines: string[] = [];
    for (let y = from; y < to; y += 1) lines.push(buffer.getLine(y)?.translateToString(true) ?? '');
    return lines.join('\n');
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  /** Resolves at the next change of the screen, or after `ms`. */
  private change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.listeners.add(done);
    });
  }
}

/** The highest rate of output over any window of `windowMs`, in bytes per second. */
export function peakRate(outputs: readonly Output[], windowMs: number): number {
  let peak = 0;
  let inside = 0;
  let first = 0;
  for (const { at, bytes } of outputs) {
    inside += bytes.length;
    for (
      let oldest = outputs[first];
      oldest !== undefined && oldest.at <= at - windowMs;
      oldest = outputs[first]
    ) {
      inside -= oldest.bytes.length;
      first += 1;
    }
    peak = Math.max(peak, inside);
  }
  return (peak * 1000) / windowMs;
}

/** A screen between two rules, for an error text. */
function frame(screen: string): string {
  const rule = '─'.repeat(80);
  return `${rule}\n${screen.trimEnd()}\n${rule}`;
}
