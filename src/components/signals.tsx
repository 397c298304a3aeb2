import { useStdout } from 'ink';
import { use, useEffect, useRef, useState } from 'react';
import { BELL, copySequence, KEEP_TITLE, TITLE_BACK, titleSequence } from '../terminal/signals.ts';
import { SessionContext } from './terminal.tsx';

/** Writes past the frame; nothing where the terminal must not be told anything. */
function useSignal(): ((sequence: string) => void) | undefined {
  const { signals = false } = use(SessionContext);
  const { stdout } = useStdout();
  return signals ? (sequence) => void stdout.write(sequence) : undefined;
}

interface WindowProps {
  /** What the window or its tab is called. */
  readonly title: string;
  /** Names what waits for somebody; a new one rings. Empty: nothing does. */
  readonly waiting: string;
}

/** Calls whoever has gone to another window: the title says what is going on, and a bell when somebody is needed. */
export function WindowSignals({ title, waiting }: WindowProps) {
  const signal = useSignal();
  const last = useRef(signal);
  last.current = signal;
  useEffect(() => {
    last.current?.(KEEP_TITLE);
    return () => last.current?.(TITLE_BACK);
  }, []);
  useEffect(() => last.current?.(titleSequence(title)), [title]);
  useEffect(() => {
    if (waiting !== '') last.current?.(BELL);
  }, [waiting]);
  return null;
}

/** Puts a text into the clipboard of whoever sits at the terminal; undefined where that is switched off. */
export function useCopy(): { readonly copy: ((text: string) => void) | undefined; readonly copied: boolean } {
  const signal = useSignal();
  const [copied, setCopied] = useState(false);
  if (signal === undefined) return { copy: undefined, copied };
  const copy = (text: string) => {
    const sequence = copySequence(text);
    if (sequence !== undefined) signal(sequence);
    setCopied(sequence !== undefined);
  };
  return { copy, copied };
}
