import { EventEmitter } from 'node:events';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { Box } from 'ink';
import { render } from 'ink-testing-library';
import type { ReactNode } from 'react';
import { onTestFinished } from 'vitest';
import { Screen, SessionContext, SizeContext, useFrameSize } from '../../src/components/terminal.tsx';
import type { Session } from '../../src/run/session.ts';
import { Keyboard } from '../../src/terminal/keyboard.ts';

/** A component by itself, drawn with ink-testing-library; whole screens are shown in test/screens, on an emulator. */
export interface Drawn {
  /** What stands there now, without colours, and without blanks at the ends of its lines. */
  text(): string;
  /** What stands there now, as it was written: with its colours. */
  coloured(): string;
  /** Everything that was ever drawn. */
  everything(): string;
  /** Types a chunk as a terminal would send it, and waits for what it leads to. */
  send(chunk: string): Promise<void>;
  paste(text: string): Promise<void>;
  /** Draws something else in the same place, or the same in a place of another size. */
  redraw(node: ReactNode, size?: Size): Promise<void>;
}

interface Size {
  readonly columns: number;
  /** How high its place is; else as high as it likes to be. */
  readonly rows?: number;
}

interface DrawOptions extends Partial<Size> {
  readonly rehearsal?: boolean;
  /** Whether something lies over it, so that keys are not meant for it. */
  readonly covered?: boolean;
}

/** Draws a component; taken down when the test ends. */
export async function draw(node: ReactNode, options: DrawOptions = {}): Promise<Drawn> {
  const { columns = 80, rows, rehearsal = false, covered = false } = options;
  const session: Session = { version: '1.0.0', machine: 'droplet', rehearsal, now: () => 65_000 };
  // ink-testing-library knows one width, 100, and no height: the place is what has a size.
  const placed = (content: ReactNode, size: Size) => (
    <SessionContext value={session}>
      <SizeContext value={{ columns: size.columns, rows: size.rows ?? 23 }}>
        <Screen covered={covered}>
          <Place limited={size.rows !== undefined}>{content}</Place>
        </Screen>
      </SizeContext>
    </SessionContext>
  );
  const { stdin, frames, lastFrame, rerender, unmount, cleanup } = render(
    placed(node, rows === undefined ? { columns } : { columns, rows }),
  );
  onTestFinished(() => {
    unmount();
    cleanup();
  });

  // It hands a chunk over as one key, too; in the program a keyboard of ours stands before Ink, so it does here.
  const keyboard = new Keyboard(new EventEmitter() as never);
  keyboard.on('readable', () => {
    for (let key = keyboard.read(); key !== null; key = keyboard.read()) stdin.write(key);
  });
  const settle = async (pauseMs = 5) => {
    while (keyboard.isBusy) await wait(5);
    let before: number;
    do {
      before = frames.length;
      await wait(pauseMs);
      // What React puts off comes in turns of its own.
      for (let turns = 0; turns < 3; turns += 1) await turn();
    } while (frames.length !== before);
  };
  await settle();
  const coloured = () => lastFrame() ?? '';
  return {
    coloured,
    text: () => stripVTControlCharacters(coloured()).replace(/ +$/gm, ''),
    everything: () => frames.join('\n'),
    async send(chunk) {
      keyboard.push(chunk);
      // After an Escape Ink waits 20 ms for the rest of a sequence.
      await settle(chunk.endsWith(ESCAPE) ? 30 : 5);
    },
    async paste(text) {
      keyboard.push(`\x1b[200~${text}\x1b[201~`);
      await settle();
    },
    async redraw(content, size = { columns, ...(rows === undefined ? {} : { rows }) }) {
      rerender(placed(content, size));
      await settle();
    },
  };
}

function Place({ limited, children }: { limited: boolean; children: ReactNode }) {
  const { columns, rows } = useFrameSize();
  return (
    <Box
      flexDirection="column"
      width={columns}
      {...(limited ? { height: rows, overflow: 'hidden' as const } : {})}
    >
      {children}
    </Box>
  );
}

/** Words in a colour, as they are written. */
export function inColour(name: keyof typeof COLOURS, words: string): string {
  return `\x1b[${COLOURS[name]}m${words}\x1b[39m`;
}

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Words that are dimmed, as they are written. */
export function dimmed(words: string): string {
  return `\x1b[2m${words}\x1b[22m`;
}

export const UP = '\x1b[A';
export const DOWN = '\x1b[B';
export const RIGHT = '\x1b[C';
export const LEFT = '\x1b[D';
export const HOME = '\x1b[H';
export const END = '\x1b[F';
export const DELETE = '\x1b[3~';
export const PAGE_UP = '\x1b[5~';
export const PAGE_DOWN = '\x1b[6~';
export const ESCAPE = '\x1b';
export const ENTER = '\r';
export const BACKSPACE = '\x7f';
