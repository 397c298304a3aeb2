import { PassThrough, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import xterm from '@xterm/headless';
import { render } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { onTestFinished } from 'vitest';
import { FrameSize, Screen, SessionContext } from '../../src/components/terminal.tsx';
import type { Session } from '../../src/run/session.ts';
import { Keyboard } from '../../src/terminal/keyboard.ts';

/** What Ink writes to: a terminal emulator that shows what would be on the glass. */
class Glass extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  raw = '';
  readonly emulator: InstanceType<typeof xterm.Terminal>;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    this.raw += chunk;
    this.emulator.write(chunk, done);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emulator.resize(columns, rows);
    this.emit('resize');
  }
}

/** How long something may take to appear on a machine that is busy with other things. */
const PATIENCE_MS = 15_000;

export interface Shown {
  /** The text on the glass, one line per row, without blanks at their ends. */
  screen(): string;
  /** Everything that was written, escape sequences included. */
  raw(): string;
  /** What it exits with, once it has. */
  readonly left: Promise<unknown>;
  /** How many rows have left the screen at its top: a frame that is too high scrolls. */
  scrolledAway(): number;
  /** Where the cursor is, when it is to be seen. */
  cursor(): { readonly column: number; readonly row: number };
  /** Sends a chunk, as it is, and waits for what it leads to. */
  send(chunk: string): Promise<void>;
  paste(text: string): Promise<void>;
  waitFor(text: string | RegExp): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
  show(node: ReactNode): Promise<void>;
}

export const session: Session = {
  version: '1.0.0',
  machine: 'droplet · 203.0.113.10',
  rehearsal: false,
  now: () => 65_000,
};

/** Shows a screen in a terminal of this size; taken down when the test ends. */
export async function showScreen(
  node: ReactNode,
  options: { readonly columns?: number; readonly rows?: number; readonly session?: Session } = {},
): Promise<Shown> {
  const placed = (screen: ReactNode) => (
    <SessionContext value={options.session ?? session}>
      <FrameSize>
        <Screen covered={false}>{screen}</Screen>
      </FrameSize>
    </SessionContext>
  );
  const shown = await showInTerminal(placed(node), options.columns ?? 80, options.rows ?? 24);
  return { ...shown, show: (next) => shown.show(placed(next)) };
}

/** {@link showScreen} for a component that brings all that surrounds a screen: the app. */
export async function showInTerminal(node: ReactNode, columns: number, rows: number): Promise<Shown> {
  const glass = new Glass(columns, rows);
  const source = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => source,
    ref: () => source,
    unref: () => source,
  });
  const keyboard = new Keyboard(source as never);
  const app = render(node, {
    stdin: keyboard as never,
    stdout: glass as never,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    maxFps: 60,
  });
  onTestFinished(async () => {
    app.unmount();
    glass.emulator.dispose();
  });
  const screen = () => {
    const { active } = glass.emulator.buffer;
    const lines = Array.from({ length: glass.emulator.rows }, (_, y) => {
      return active.getLine(active.baseY + y)?.translateToString(true) ?? '';
    });
    return lines.join('\n');
  };
  // All keys handed over, their frames drawn, and the emulator done with them. A turning mark never comes to rest.
  const settle = async () => {
    let before: string;
    do {
      before = glass.raw;
      await wait(25);
      while (keyboard.isBusy) await wait(5);
      await app.waitUntilRenderFlush();
    } while (glass.raw !== before && !/[◐◓◑◒]/.test(screen()));
    await new Promise<void>((done) => glass.emulator.write('', done));
  };
  await settle();
  return {
    screen,
    raw: () => glass.raw,
    left: app.waitUntilExit(),
    scrolledAway: () => glass.emulator.buffer.active.baseY,
    cursor: () => {
      const { cursorX: column, cursorY: row } = glass.emulator.buffer.active;
      return { column, row };
    },
    async send(chunk) {
      source.write(chunk);
      await settle();
    },
    async paste(text) {
      source.write(glass.emulator.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text);
      await settle();
    },
    async waitFor(text) {
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        const now = screen();
        if (typeof text === 'string' ? now.includes(text) : text.test(now)) return now;
        await wait(10);
      }
      throw new Error(`the screen did not show ${text}:\n${screen()}`);
    },
    async resize(newColumns, newRows) {
      glass.resize(newColumns, newRows);
      await settle();
    },
    async show(next) {
      app.rerender(next);
      await settle();
    },
  };
}

/** The widest line of a screen, in columns. */
export function widest(screen: string): number {
  return Math.max(...screen.split('\n').map((line) => stringWidth(line)));
}

export const UP = '\x1b[A';
export const DOWN = '\x1b[B';
export const ESCAPE = '\x1b';
export const ENTER = '\r';
export const BACKSPACE = '\x7f';
