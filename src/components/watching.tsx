import { Box } from 'ink';
import { createContext, use, useSyncExternalStore } from 'react';
import type { Detached, Watching } from '../engine/contracts/run.ts';
import { watchingText } from '../run/watching.ts';
import { Text } from './text.tsx';

/** The run with a process of its own that is watched here. */
export const DetachedContext = createContext<Detached | undefined>(undefined);

const ALONE: Watching = { viewers: [] };
const never = () => () => {};
const alone = () => ALONE;

/** Who watches this run. */
export function useWatching(detached: Detached | undefined): Watching {
  const watching = detached?.watching;
  return useSyncExternalStore(watching?.subscribe ?? never, watching?.get ?? alone);
}

/** Who else watches, and who decides; nothing where nobody else does. */
export function WhoWatches() {
  const text = watchingText(useWatching(use(DetachedContext)), 'Ctrl-T: decide here.');
  if (text === undefined) return null;
  return (
    <Box flexShrink={0} paddingX={1}>
      <Text wrap="truncate-end" color="yellow">
        {text}
      </Text>
    </Box>
  );
}
