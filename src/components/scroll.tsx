import { Box, type DOMElement } from 'ink';
import { type ReactNode, type RefObject, useRef, useState } from 'react';
import { hintOf, type KeyHint } from './key-sheet.ts';
import { useKeyTable } from './keys.ts';
import { useMeasured } from './measure.ts';
import { Text } from './text.tsx';

interface ScrollProps {
  readonly children: ReactNode;
  /** Whether the arrow keys, Home and End scroll too, and not only the page keys: not beside a list or a text field. Default true. */
  readonly arrows?: boolean;
  /** What must be seen: a row, counted from the top of the content, or a box in it. The list that chooses has the keys. */
  readonly follow?: number | RefObject<DOMElement | null>;
  /** Whether it takes all the place there is, or only what its content needs. Default true. */
  readonly grow?: boolean;
  /** Rows that it keeps when others press. Default 1. */
  readonly least?: number;
  /**
   * It takes what it needs, up to so many rows, whatever else wants room. On a screen all but one have it: when several
   * shrink at once, and some reach the least that they keep, Yoga 3 shrinks none of them.
   */
  readonly most?: number | undefined;
  /** Whether it begins at its end, and stays there while it grows until it is scrolled. Default false. */
  readonly tail?: boolean;
}

/** The keys that scroll, and what footers say of them. */
const SCROLLING = { keys: ['↑', '↓'], shown: '↑↓', what: 'scroll' } as const;
export const SCROLL: KeyHint = hintOf(SCROLLING);

/** Text beside what matters: at most so many rows of it, and the page keys scroll it. */
export function Yielding({ children, most }: { readonly children: ReactNode; readonly most?: number }) {
  return (
    <Scroll arrows={false} grow={false} most={most}>
      {children}
    </Scroll>
  );
}

/** A column that may be higher than its place: it scrolls, and says at its edge how much there is above and below. */
export function Scroll({
  children,
  arrows = true,
  follow,
  grow = true,
  least = 1,
  most: highest,
  tail = false,
}: ScrollProps) {
  const outer = useRef<DOMElement>(null);
  const inner = useRef<DOMElement>(null);
  const height = useMeasured(outer)?.height ?? 0;
  const whole = useMeasured(inner);
  const content = whole?.height ?? 0;
  const chosen = useMeasured(typeof follow === 'object' ? follow : NOWHERE);
  const followed =
    typeof follow !== 'object'
      ? { top: follow ?? 0, rows: 1 }
      : { top: (chosen?.y ?? 0) - (whole?.y ?? 0), rows: chosen?.height ?? 1 };
  const [wanted, setWanted] = useState(tail ? Number.POSITIVE_INFINITY : 0);
  const most = height === 0 ? 0 : Math.max(0, content - height);
  const offset = Math.min(most, follow === undefined ? wanted : following(wanted, followed, height));
  const end = tail ? Number.POSITIVE_INFINITY : most;
  const step = (rows: number) => setWanted(offset + rows >= most ? end : Math.max(0, offset + rows));
  const page = Math.max(1, height - 1);
  useKeyTable(
    [
      { ...SCROLLING, on: arrows, run: (key) => step(key === '↑' ? -1 : 1) },
      { keys: ['PgUp', 'PgDn'], what: 'scroll a page', run: (key) => step(key === 'PgUp' ? -page : page) },
      { keys: ['Home'], on: arrows, what: 'to the start', run: () => setWanted(0) },
      { keys: ['End'], on: arrows, what: tail ? 'latest' : 'to the end', run: () => setWanted(end) },
    ],
    follow === undefined,
  );
  const room =
    highest === undefined
      ? { flexShrink: 1, minHeight: least }
      : { flexShrink: 0, maxHeight: Math.max(1, Math.floor(highest)) };
  const above = offset === 0 ? '' : ` ↑ ${offset}`;
  const below = offset === most ? '' : belowText(most - offset, arrows || follow !== undefined);
  return (
    <Box flexDirection="column" flexGrow={grow ? 1 : 0} {...room} overflow="hidden">
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
          <Edge at="top" text={height > 1 ? above : ''} />
          <Edge at="bottom" text={height > 1 ? below : `${above}${below}`} />
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

const NOWHERE = { current: null };

/** The offset nearest to `offset` at which these rows are in sight, their first one in any case. */
function following(offset: number, { top, rows }: { top: number; rows: number }, height: number): number {
  if (top < offset) return top;
  const least = top + rows - height;
  return least > offset ? Math.min(top, least) : offset;
}
