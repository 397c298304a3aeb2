import { type Key, useInput, useWindowSize } from 'ink';
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import type { Session } from '../run/session.ts';

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

/** One screen: it gets the keys unless help lies over it or it is `covered` by something else. */
export function Screen({ covered, children }: { covered: boolean; children: ReactNode }) {
  const [helping, setHelping] = useState(false);
  return (
    <HelpContext value={{ helping: helping && !covered, setHelping }}>
      <ActiveContext value={!covered && !helping}>{children}</ActiveContext>
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
  useInput(
    (input, key) => {
      if (key.ctrl && (input === 'c' || input === 'z')) return;
      handler(input, key);
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

/** The size that a frame has. */
export function useFrameSize(): { readonly columns: number; readonly rows: number } {
  return use(SizeContext);
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
