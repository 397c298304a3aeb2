import { Box, useInput } from 'ink';
import { type ReactNode, use } from 'react';
import { Paragraph } from './paragraph.tsx';
import { Scroll } from './scroll.tsx';
import { ActiveContext, HelpContext, SessionContext, useFrameSize, useKeys } from './terminal.tsx';
import { Text } from './text.tsx';
import { WhoWatches } from './watching.tsx';

export type KeyHint = readonly [key: string, what: string];

interface FrameProps {
  readonly title: string;
  /** Stands at the right of the title: where we are, how long it takes. */
  readonly right?: string;
  readonly keys: readonly KeyHint[];
  /** Paragraphs of the help; '?' opens it. Without it '?' is a character like any other. */
  readonly help?: readonly string[];
  readonly children: ReactNode;
}

/**
 * What every screen has in common: a title, a rule that says so when this is a rehearsal, the body, and the keys at the
 * bottom. Exactly as high and wide as a frame may be, so that nothing jumps.
 */
export function Frame({ title, right, keys, help, children }: FrameProps) {
  const { columns, rows } = useFrameSize();
  const { helping, setHelping } = use(HelpContext);
  useKeys((input) => {
    if (input === '?') setHelping(true);
  }, help !== undefined);
  useInput(
    (input, key) => {
      if (key.escape || key.return || input === '?' || input === 'q') setHelping(false);
    },
    { isActive: helping },
  );
  const shownKeys: readonly KeyHint[] = helping
    ? [
        ['↑↓', 'scroll'],
        ['Esc', 'back'],
      ]
    : [...keys, ...(help === undefined ? [] : [['?', 'help'] as const])];
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Box flexShrink={0} paddingX={1} columnGap={2} justifyContent="space-between">
        <Box flexShrink={0} maxWidth={columns - 2}>
          <Text bold wrap="truncate-end">
            {helping ? 'Help' : title}
          </Text>
        </Box>
        {right === undefined ? null : <Text wrap="truncate-end">{right}</Text>}
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
            <HelpText paragraphs={help ?? []} />
          </ActiveContext>
        </Box>
      ) : null}
      <WhoWatches />
      <KeyBar keys={shownKeys} />
    </Box>
  );
}

const REHEARSAL = ' REHEARSAL: nothing on this machine is touched ';
const REHEARSAL_SHORT = ' REHEARSAL: changes nothing ';

function Rule({ width }: { width: number }) {
  const { rehearsal } = use(SessionContext);
  const words = !rehearsal ? '' : width > REHEARSAL.length + 4 ? REHEARSAL : REHEARSAL_SHORT;
  const line = '─'.repeat(Math.max(0, width - words.length - 2));
  return (
    <Box flexShrink={0} paddingX={1}>
      <Text wrap="truncate-end">
        <Text dimColor>──</Text>
        {words === '' ? null : (
          <Text color="magenta" bold>
            {words}
          </Text>
        )}
        <Text dimColor>{line}</Text>
      </Text>
    </Box>
  );
}

function HelpText({ paragraphs }: { paragraphs: readonly string[] }) {
  return (
    <Scroll>
      {paragraphs.map((paragraph) => (
        <Box key={paragraph} marginBottom={1}>
          <Paragraph>{paragraph}</Paragraph>
        </Box>
      ))}
    </Scroll>
  );
}

function KeyBar({ keys }: { keys: readonly KeyHint[] }) {
  return (
    <Box flexShrink={0} paddingX={1} columnGap={3} flexWrap="wrap">
      {keys.map(([key, what]) => (
        <Text key={key}>
          <Text bold>{key}</Text> {what}
        </Text>
      ))}
    </Box>
  );
}
