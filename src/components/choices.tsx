import { Box, type DOMElement } from 'ink';
import { type ReactNode, type RefObject, useRef, useState } from 'react';
import { hintOf, type KeyHint } from './key-sheet.ts';
import { useKeyTable } from './keys.ts';
import { Paragraph } from './paragraph.tsx';
import { Scroll } from './scroll.tsx';
import { Text } from './text.tsx';

export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** Stands behind the label, dimmed: 'recommended'. */
  readonly aside?: string;
  /** Shown below the choice while it is the chosen one. */
  readonly details?: ReactNode;
}

interface ChoicesProps<Value> {
  readonly choices: readonly Choice<Value>[];
  /** -1: none, so that Enter does nothing before one was chosen. */
  readonly initial?: number;
  readonly onChoose: (value: Value) => void;
  /** What Enter does, as the footer of the screen says it. Default 'do it'. */
  readonly enter?: string;
  readonly onMove?: (value: Value) => void;
  /** For a place that may be too low: one row for each choice, and it scrolls. */
  readonly compact?: boolean;
  /**
   * The page keys, Home and End choose. Only where nothing beside it scrolls: a key that was meant for reading must not choose what
   * the next Enter does.
   */
  readonly pages?: boolean;
  /** The details of all choices are shown, not only those of the chosen one. */
  readonly open?: boolean;
  /** How many rows it takes at most; without that it shrinks when there is too little room for all of the screen. */
  readonly most?: number;
}

/** The keys that choose, and what footers say of them. */
const CHOOSING = { keys: ['↑', '↓'], shown: '↑↓', what: 'choose' } as const;
export const CHOOSE: KeyHint = hintOf(CHOOSING);

/** How far the page keys go in a long list. */
const PAGE = 10;

/** A list from which one is chosen with the arrow keys (or its number) and confirmed with Enter. */
export function Choices<Value>({
  choices,
  initial = 0,
  onChoose,
  enter = 'do it',
  onMove,
  compact = false,
  pages = false,
  open = false,
  most,
}: ChoicesProps<Value>) {
  const [wanted, setWanted] = useState(initial);
  const chosen = Math.min(wanted, choices.length - 1);
  const move = (to: number) => {
    const target = Math.max(0, Math.min(choices.length - 1, to));
    const choice = choices[target];
    setWanted(target);
    if (choice !== undefined && target !== chosen) onMove?.(choice.value);
  };
  const choose = () => {
    const choice = choices[chosen];
    if (choice !== undefined) onChoose(choice.value);
  };
  const numbers = choices.slice(0, 9).map((_, index) => String(index + 1));
  useKeyTable([
    { keys: ['Enter'], what: enter, run: choose },
    { ...CHOOSING, run: (key) => move(chosen + (key === '↑' ? -1 : 1)) },
    { keys: ['k'], what: 'choose', run: () => move(chosen - 1) },
    { keys: ['j', 'Tab'], what: 'choose', run: () => move(chosen + 1) },
    { keys: ['PgUp'], on: pages, what: `choose, ${PAGE} at once`, run: () => move(chosen - PAGE) },
    { keys: ['PgDn'], on: pages, what: `choose, ${PAGE} at once`, run: () => move(chosen + PAGE) },
    { keys: ['Home'], on: pages, what: 'the first or the last', run: () => move(0) },
    { keys: ['End'], on: pages, what: 'the first or the last', run: () => move(choices.length - 1) },
    {
      keys: numbers,
      shown: numbers.length > 1 ? `1-${numbers.length}` : '1',
      what: 'that one',
      run: (key) => move(Number(key) - 1),
    },
  ]);
  const row = useRef<DOMElement>(null);
  const rows = choices.map((choice, index) => (
    <ChoiceRow
      key={choice.label}
      place={index === Math.max(0, chosen) ? row : undefined}
      choice={choice}
      chosen={index === chosen}
      compact={compact}
      open={open || index === chosen}
    />
  ));
  return (
    <Scroll arrows={false} grow={false} follow={row} most={most}>
      {rows}
    </Scroll>
  );
}

interface ChoiceRowProps<Value> {
  readonly place: RefObject<DOMElement | null> | undefined;
  readonly choice: Choice<Value>;
  readonly chosen: boolean;
  readonly compact: boolean;
  readonly open: boolean;
}

function ChoiceRow<Value>({ place, choice, chosen, compact, open }: ChoiceRowProps<Value>) {
  const label = (
    <>
      {choice.label}
      {choice.aside === undefined ? null : <Text dimColor>{`  ${choice.aside}`}</Text>}
    </>
  );
  return (
    <Box flexDirection="column" {...(place === undefined ? {} : { ref: place })}>
      <Box>
        <Box flexShrink={0}>
          <Text {...look(chosen)}>{chosen ? '▸ ' : '  '}</Text>
        </Box>
        {compact ? (
          <Text wrap="truncate-end" {...look(chosen)}>
            {label}
          </Text>
        ) : (
          <Paragraph {...look(chosen)}>{label}</Paragraph>
        )}
      </Box>
      {open && choice.details !== undefined ? <Box paddingLeft={4}>{choice.details}</Box> : null}
    </Box>
  );
}

function look(chosen: boolean): { color?: string; bold?: boolean } {
  return chosen ? { color: 'cyan', bold: true } : {};
}
