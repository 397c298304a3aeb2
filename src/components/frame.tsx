import { Box, useInput } from 'ink';
import { type ReactNode, use, useState } from 'react';
import stringWidth from 'string-width';
import { GAP, hintLines, type KeyHint, KeySheetContext, sheetLines } from './key-sheet.ts';
import { useKeyTable } from './keys.ts';
import { Paragraph } from './paragraph.tsx';
import { type Progress, useProgress } from './progress.tsx';
import { Scroll } from './scroll.tsx';
import { ActiveContext, HelpContext, hintRows, SessionContext, useFrameSize } from './terminal.tsx';
import { Text } from './text.tsx';
import { WhoWatches } from './watching.tsx';

export type { KeyHint } from './key-sheet.ts';

interface FrameProps {
  readonly title: string;
  /** Stands at the right of the title: where we are, how long it takes. */
  readonly right?: string;
  readonly keys: readonly KeyHint[];
  /** Paragraphs of the help, below the keys: '?' opens both. */
  readonly help?: readonly string[];
  /** Something is typed here that may have a question mark in it: '?' is a character like any other. */
  readonly typing?: boolean;
  readonly children: ReactNode;
}

/**
 * What every screen has in common: a title, a rule that says so when this is a rehearsal, the body, and the keys at the
 * bottom. Exactly as high and wide as a frame may be, so that nothing jumps.
 */
export function Frame({ title, right, keys, help = [], typing = false, children }: FrameProps) {
  const { columns, rows } = useFrameSize();
  const { helping, setHelping } = use(HelpContext);
  const sheet = use(KeySheetContext);
  /** As they were when the help was opened: it has keys of its own. */
  const [pressable, setPressable] = useState<readonly KeyHint[]>([]);
  const open = () => {
    setPressable([...sheetLines(sheet.bindings()), ...OF_THE_APP]);
    setHelping(true);
  };
  const own = useKeyTable([
    { keys: ['?'], what: help.length === 0 ? 'keys' : 'help', on: !typing, run: open },
  ]);
  useInput(
    (input, key) => {
      if (key.escape || key.return || input === '?' || input === 'q') setHelping(false);
    },
    { isActive: helping },
  );
  // What stands at the right gives way to the title, but is there in any case.
  const least = Math.min(stringWidth(right ?? ''), LEAST_RIGHT);
  const shownKeys: readonly KeyHint[] = helping
    ? [
        ['↑↓', 'scroll'],
        ['Esc', 'back'],
      ]
    : [...keys, ...own];
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Box flexShrink={0} paddingX={1} columnGap={2} justifyContent="space-between">
        <Box flexShrink={0} maxWidth={columns - 2 - (least === 0 ? 0 : least + 2)}>
          <Text bold wrap="truncate-end">
            {helping ? 'Help' : title}
          </Text>
        </Box>
        {least === 0 ? null : <Text wrap="truncate-end">{right}</Text>}
      </Box>
      <Rule width={columns - 2} />
      <Box
        display={helping ? 'none' : 'flex'}
        flexDirection="column"
        flexGrow={1}
        flexShrink={1}
        overflow="hidden"
        paddingX={1}
      >
        {children}
      </Box>
      {helping ? (
        <Box flexGrow={1} flexShrink={1} overflow="hidden" paddingX={1}>
          <ActiveContext value={true}>
            <HelpText keys={pressable} paragraphs={help} />
          </ActiveContext>
        </Box>
      ) : null}
      <WhoWatches />
      <KeyBar keys={shownKeys} rows={rows} width={columns - 2} />
    </Box>
  );
}

/** Columns that what stands at the right of the title keeps. */
const LEAST_RIGHT = 6;

/** Columns of a bar that still says something. */
const LEAST_BAR = 10;

const REHEARSAL = ' REHEARSAL: nothing on this machine is touched ';
const REHEARSAL_SHORT = ' REHEARSAL: changes nothing ';

/** As much as there is room for beside a bar that still says something. */
function leftWords({ share, left }: Progress, width: number): string {
  const percent = ` ${Math.floor(share * 100)} %`;
  const all = left === '' ? percent : `${percent} · ${left}`;
  return [all, percent].find((words) => width - words.length >= LEAST_BAR) ?? '';
}

/** The rule below the title; while an installation is at work it is the bar of the whole. */
function Rule({ width }: { width: number }) {
  const { rehearsal } = use(SessionContext);
  const progress = useProgress();
  const words = !rehearsal ? '' : width > REHEARSAL.length + 4 ? REHEARSAL : REHEARSAL_SHORT;
  const left = progress === undefined ? '' : leftWords(progress, width - words.length - 2);
  const long = Math.max(0, width - words.length - left.length - 2);
  const done = Math.round((progress?.share ?? 0) * long);
  const line = '─'.repeat(long - done);
  return (
    <Box flexShrink={0} paddingX={1}>
      <Text wrap="truncate-end">
        <Text dimColor>──</Text>
        {words === '' ? null : (
          <Text color="magenta" bold>
            {words}
          </Text>
        )}
        {done === 0 ? null : <Text color="green">{'█'.repeat(done)}</Text>}
        <Text dimColor>{line}</Text>
        {left}
      </Text>
    </Box>
  );
}

/** Keys that are the same everywhere. */
const OF_THE_APP: readonly KeyHint[] = [
  ['Ctrl-C', 'stop or leave; it asks first'],
  ['Ctrl-Z', 'back to the shell for a while'],
];

interface HelpTextProps {
  readonly keys: readonly KeyHint[];
  readonly paragraphs: readonly string[];
}

function HelpText({ keys, paragraphs }: HelpTextProps) {
  const widest = Math.max(...keys.map(([key]) => stringWidth(key)));
  return (
    <Scroll>
      <Box flexDirection="column" marginBottom={1}>
        {keys.map(([key, what]) => (
          <Box key={what} columnGap={2}>
            <Box flexShrink={0} width={widest}>
              <Text bold>{key}</Text>
            </Box>
            <Paragraph>{what}</Paragraph>
          </Box>
        ))}
      </Box>
      {paragraphs.map((paragraph) => (
        <Box key={paragraph} marginBottom={1}>
          <Paragraph>{paragraph}</Paragraph>
        </Box>
      ))}
    </Scroll>
  );
}

function KeyBar({ keys, rows, width }: { keys: readonly KeyHint[]; rows: number; width: number }) {
  const lines = hintLines(keys, width, hintRows(rows));
  return (
    <Box flexShrink={0} paddingX={1} flexDirection="column">
      {lines.map((line) => (
        <Box key={line.map(([key]) => key).join(' ')} columnGap={GAP}>
          {line.map(([key, what]) => (
            <Text key={key} wrap="truncate-end">
              <Text bold>{key}</Text> {what}
            </Text>
          ))}
        </Box>
      ))}
    </Box>
  );
}
