import { type Key, useInput, useWindowSize } from 'ink';
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import type { Session } from '../run/session.ts';
import { KeySheetContext, newKeySheet } from './key-sheet.ts';

export const SessionContext = createContext<Session>({
  version: '',
  machine: '',
  rehearsal: false,
  now: Date.now,
});

/** Whether keys are meant for what stands here; false below an overlay (help, the question whether to stop). */
export const ActiveContext = createContext(true);

/** Whether the help lies over this screen, and what opens and closes it. */
export const HelpContext = createContext<{ helping: boolean; setHelping: (helping: boolean) => void }>({
  helping: false,
  setHelping: () => {},
});

/** Where a screen's mistake goes; what surrounds it shows words instead of the screen. */
export const CrashContext = createContext<((error: unknown) => void) | undefined>(undefined);

/** One screen: it gets the keys unless help lies over it or it is `covered` by something else. */
export function Screen({ covered, children }: { covered: boolean; children: ReactNode }) {
  const [helping, setHelping] = useState(false);
  const [sheet] = useState(newKeySheet);
  return (
    <HelpContext value={{ helping: helping && !covered, setHelping }}>
      <ActiveContext value={!covered && !helping}>
        <KeySheetContext value={sheet}>{children}</KeySheetContext>
      </ActiveContext>
    </HelpContext>
  );
}

/** Whether keys are meant for this component. */
export function useActive(): boolean {
  return use(ActiveContext);
}

/** Calls the handler with every key that is meant for this screen. Ctrl-C and Ctrl-Z belong to the app. */
export function useKeys(handler: (input: string, key: Key) => void, isActive = true): void {
  const active = use(ActiveContext);
  const crashed = use(CrashContext);
  useInput(
    (input, key) => {
      if (key.ctrl && (input === 'c' || input === 'z')) return;
      try {
        handler(input, key);
      } catch (error) {
        // React sees what goes wrong while it draws, and not what a key leads to.
        if (crashed === undefined) throw error;
        crashed(error);
      }
    },
    { isActive: active && isActive },
  );
}

/** The size that {@link FrameSize} found; whoever draws a part of a screen by itself gives it one. */
export const SizeContext = createContext({ columns: 80, rows: 23 });

/**
 * Follows the size of the terminal, once for all screens. A frame is one row lower than the terminal, which would
 * scroll otherwise (facts: terminal 7).
 */
export function FrameSize({ children }: { children: ReactNode }) {
  const { columns, rows } = useWindowSize();
  const size = useMemo(
    () => ({ columns: Math.max(20, columns), rows: Math.max(8, rows - 1) }),
    [columns, rows],
  );
  return <SizeContext value={size}>{children}</SizeContext>;
}

/**
 * Whole seconds until a moment, 0 when it is over. What the server's clock says is taken once; from then on they are our own
 * seconds, for the one in a rehearsal may run faster than the person who is given the time.
 */
export function useSecondsUntil(endsAt: number): number {
  const { now: clock } = use(SessionContext);
  const [over] = useState(() => Date.now() + endsAt - clock());
  const [left, setLeft] = useState(() => over - Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLeft(over - Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [over]);
  return Math.max(0, Math.ceil(left / 1_000));
}

/** The size that a frame has. */
export function useFrameSize(): { readonly columns: number; readonly rows: number } {
  return use(SizeContext);
}

/** Below so many rows there are no empty ones between the parts of a screen. */
const ROOMY = 16;

/** An empty row between the parts of a screen, where there is room for one. */
export function useGap(): 0 | 1 {
  return useFrameSize().rows >= ROOMY ? 1 : 0;
}

/** How many rows there are between the title and the keys of a screen, at least. */
export function useBodyRows(): number {
  const { columns, rows } = useFrameSize();
  // Where a line is this long no screen has hints for more than two.
  return rows - 2 - (columns >= 70 ? 2 : hintRows(rows));
}

/** How many rows the keys of a screen take at most. */
export function hintRows(rows: number): number {
  if (rows >= 20) return 4;
  return rows >= 12 ? 3 : 2;
}

/** The server's time, ms since 1970, renewed every second while `running`. */
export function useNow(running = true): number {
  const { now: clock } = use(SessionContext);
  const [now, setNow] = useState(clock);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(clock()), 1_000);
    return () => clearInterval(timer);
  }, [running, clock]);
  return now;
}
