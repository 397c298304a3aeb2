import { Box } from 'ink';
import { createContext, use, useSyncExternalStore } from 'react';
import type { Detached, Viewer, Watching } from '../engine/contracts/run.ts';
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

/** Whether somebody else decides. */
export function watchesOnly({ you, decides }: Watching): boolean {
  return you !== undefined && decides !== undefined && decides !== you;
}

/** Who else watches, and who decides; nothing where nobody else does. */
export function WhoWatches() {
  const { you, decides, viewers } = useWatching(use(DetachedContext));
  const others = viewers.filter(({ id }) => id !== you);
  if (you === undefined || others.length === 0) return null;
  const decider = others.find(({ id }) => id === decides);
  return (
    <Box flexShrink={0} paddingX={1}>
      <Text wrap="truncate-end" color="yellow">
        {decider === undefined
          ? `${others.map(seat).join(' and ')} ${others.length === 1 ? 'watches' : 'watch'}; you decide here.`
          : `${seat(decider)} decides, you watch. Ctrl-T: decide here.`}
      </Text>
    </Box>
  );
}

/** 'pts/1 from 203.0.113.5' */
function seat({ terminal, from, pid }: Viewer): string {
  const where = terminal?.replace('/dev/', '') ?? `process ${pid}`;
  return from === undefined ? where : `${where} from ${from}`;
}
