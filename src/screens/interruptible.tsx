import { Box, useApp, useInput } from 'ink';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Screen } from '../components/terminal.tsx';
import { StopScreen, type Work } from './stop.tsx';

interface InterruptibleProps {
  /** What is being done to the machine; undefined when nothing is. */
  readonly atWork: Work | undefined;
  /** It has ended: Ctrl-C leaves without a question. */
  readonly over?: boolean;
  /** The end shows what is shown nowhere else: a Ctrl-C that was meant for the work must not remove it. */
  readonly shownOnce?: boolean;
  /** Whether something was changed before. */
  readonly changed?: boolean;
  /** Names the screen: a new key is a new screen, with its own state. */
  readonly screenKey: string;
  /** Keys are not meant for the screen yet. */
  readonly unsettled?: boolean;
  /** Ends what is running safely. */
  readonly onStop: () => void;
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

/** A key that was on its way when the end came must not remove what is shown only once. */
export const UNREAD_MS = 1_000;

/** What all screens have in common: Ctrl-C asks once and then stops safely or leaves, Ctrl-Z stops like every program does. */
export function Interruptible(props: InterruptibleProps) {
  const {
    atWork,
    over = false,
    shownOnce = false,
    changed = false,
    screenKey,
    unsettled = false,
    onStop,
    onLeave,
    children,
  } = props;
  const { suspendTerminal } = useApp();
  const [asked, setAsked] = useState(false);
  const [stopping, setStopping] = useState(false);
  const isAtWork = atWork !== undefined;
  // What is running has ended, by itself or because it was stopped; there is nothing left to ask.
  useEffect(() => {
    if (isAtWork) return;
    setAsked(false);
    setStopping(false);
  }, [isAtWork]);
  const endedAt = useRef(0);
  useEffect(() => {
    if (over) endedAt.current = Date.now();
  }, [over]);
  const stop = () => {
    // The second time it does not wait for what is running.
    if (!isAtWork || stopping) return onLeave();
    setStopping(true);
    // What is undone is worth seeing.
    if (atWork === 'operating') setAsked(false);
    onStop();
  };
  useInput((input, key) => {
    if (key.ctrl && input === 'z') void suspendTerminal(untilContinued);
    if (!(key.ctrl && input === 'c')) return;
    if (over && shownOnce && Date.now() - endedAt.current < UNREAD_MS) return;
    if (over || asked) stop();
    else setAsked(true);
  });
  const covered = asked && !over;
  return (
    <>
      {covered ? (
        <Screen covered={false}>
          <StopScreen
            atWork={atWork}
            changed={changed}
            stopping={stopping}
            onStop={stop}
            onContinue={() => setAsked(false)}
          />
        </Screen>
      ) : null}
      <Box display={covered ? 'none' : 'flex'}>
        <Screen key={screenKey} covered={covered || unsettled}>
          {children}
        </Screen>
      </Box>
    </>
  );
}

/**
 * Stops like every program in a terminal does on Ctrl-Z, with all of its group; `fg` continues. Without a shell that
 * could continue us the system ignores the signal. Either way the clock continues once we do.
 */
function untilContinued(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 200);
    process.kill(0, 'SIGTSTP');
  });
}
