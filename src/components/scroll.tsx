import { Box, type DOMElement, Text } from 'ink';
import { type ReactNode, useRef, useState } from 'react';
import { useMeasured } from './measure.ts';
import { useKeys } from './terminal.tsx';

interface ScrollProps {
  readonly children: ReactNode;
  /** Whether the arrow keys scroll too; the page keys always do. Default true. */
  readonly arrows?: boolean;
  /** A row that must be seen, counted from the top of the content: the chosen line of a list. */
  readonly follow?: number;
  /** Whether it takes all the place there is, or only what its content needs. Default true. */
  readonly grow?: boolean;
}

/** A column that may be higher than its place: it scrolls, and says how much there is above and below. */
export function Scroll({ children, arrows = true, follow, grow = true }: ScrollProps) {
  const outer = useRef<DOMElement>(null);
  const inner = useRef<DOMElement>(null);
  const place = useMeasured(outer)?.height ?? 0;
  const content = useMeasured(inner)?.height ?? 0;
  const [wanted, setWanted] = useState(0);
  const most = Math.max(0, content - place);
  const offset = Math.min(most, follow === undefined ? wanted : following(wanted, follow, place));
  useKeys((_, key) => {
    const page = Math.max(1, place - 1);
    const step =
      (key.pageDown ? page : 0) -
      (key.pageUp ? page : 0) +
      (arrows && key.downArrow ? 1 : 0) -
      (arrows && key.upArrow ? 1 : 0);
    if (step !== 0) setWanted(Math.max(0, Math.min(most, offset + step)));
    else if (key.home) setWanted(0);
    else if (key.end) setWanted(most);
  });
  const below = most - offset;
  return (
    <Box flexDirection="column" flexGrow={grow ? 1 : 0} flexShrink={1} overflow="hidden">
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
      {most === 0 ? null : (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            {[offset > 0 ? `↑ ${offset} above` : '', below > 0 ? `↓ ${below} below` : '']
              .filter(Boolean)
              .join('  ')}
            {arrows ? '' : '  (PgUp PgDn)'}
          </Text>
        </Box>
      )}
    </Box>
  );
}

/** The offset nearest to `offset` at which `row` is in sight. */
function following(offset: number, row: number, place: number): number {
  if (row < offset) return row;
  return row >= offset + place ? row - place + 1 : offset;
}
