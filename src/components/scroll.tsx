import { Box, type DOMElement } from 'ink';
import { type ReactNode, useRef, useState } from 'react';
import { useMeasured } from './measure.ts';
import { useKeys } from './terminal.tsx';
import { Text } from './text.tsx';

interface ScrollProps {
  readonly children: ReactNode;
  /** Whether the arrow keys scroll too, and not only the page keys. Default true. */
  readonly arrows?: boolean;
  /** A row that must be seen, counted from the top of the content: the chosen line of a list, which then has the keys. */
  readonly follow?: number;
  /** Whether it takes all the place there is, or only what its content needs. Default true. */
  readonly grow?: boolean;
  /** Rows that it keeps when others press. Default 1. */
  readonly least?: number;
  /** Whether it begins at its end, and stays there while it grows until it is scrolled. Default false. */
  readonly tail?: boolean;
}

/** A column that may be higher than its place: it scrolls, and says at its edge how much there is above and below. */
export function Scroll({
  children,
  arrows = true,
  follow,
  grow = true,
  least = 1,
  tail = false,
}: ScrollProps) {
  const outer = useRef<DOMElement>(null);
  const inner = useRef<DOMElement>(null);
  const height = useMeasured(outer)?.height ?? 0;
  const content = useMeasured(inner)?.height ?? 0;
  const [wanted, setWanted] = useState(tail ? Number.POSITIVE_INFINITY : 0);
  const most = height === 0 ? 0 : Math.max(0, content - height);
  const offset = Math.min(most, follow === undefined ? wanted : following(wanted, follow, height));
  useKeys((_, key) => {
    const page = Math.max(1, height - 1);
    const step =
      (key.pageDown ? page : 0) -
      (key.pageUp ? page : 0) +
      (arrows && key.downArrow ? 1 : 0) -
      (arrows && key.upArrow ? 1 : 0);
    const end = tail ? Number.POSITIVE_INFINITY : most;
    if (step !== 0) setWanted(offset + step >= most ? end : Math.max(0, offset + step));
    else if (key.home) setWanted(0);
    else if (key.end) setWanted(end);
  }, follow === undefined);
  const above = offset === 0 ? '' : ` ↑ ${offset}`;
  const below = offset === most ? '' : belowText(most - offset, arrows || follow !== undefined);
  return (
    <Box flexDirection="column" flexGrow={grow ? 1 : 0} flexShrink={1} minHeight={least} overflow="hidden">
      <Box
        ref={outer}
        flexDirection="column"
        flexGrow={1}
        flexShrink={1}
        overflow="hidden"
        contentOffsetY={offset}
      >
        <Box ref={inner} flexDirection="column" flexShrink={0}>
          {children}
        </Box>
      </Box>
      {grow ? (
        // Always there, also empty: a row that comes and goes would change the layout that it depends on.
        <Box flexShrink={0} height={1} justifyContent="flex-end">
          <Text color="cyan">{[above, below].filter((text) => text !== '').join(' ')}</Text>
        </Box>
      ) : (
        // Without a row of its own, over the content.
        <>
          <Edge at="top" text={above} />
          <Edge at="bottom" text={below} />
        </>
      )}
    </Box>
  );
}

function belowText(rows: number, arrows: boolean): string {
  return ` ↓ ${rows} more${arrows ? '' : ': PgDn'}`;
}

function Edge({ at, text }: { at: 'top' | 'bottom'; text: string }) {
  if (text === '') return null;
  return (
    <Box position="absolute" right={0} {...(at === 'top' ? { top: 0 } : { bottom: 0 })}>
      <Text color="cyan">{text}</Text>
    </Box>
  );
}

/** The offset nearest to `offset` at which `row` is in sight. */
function following(offset: number, row: number, height: number): number {
  if (row < offset) return row;
  return row >= offset + height ? row - height + 1 : offset;
}
