import { Box } from 'ink';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { Paragraph } from '../../components/paragraph.tsx';
import { SCROLL, Scroll, Yielding } from '../../components/scroll.tsx';
import { useBodyRows, useFrameSize, useGap } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import type { ReviewRow } from '../../wizard/review.ts';

interface ReviewScreenProps {
  readonly rows: readonly ReviewRow[];
  /** One answer is asked for again. */
  readonly onChange: (row: ReviewRow) => void;
  readonly onGo: () => void;
  readonly onBack: () => void;
}

const HELP = [
  'These are your answers, also those that came from a flag, an answers file or the last run. Press the number of one to change it; you come back here.',
  'Next otto-install looks at everything and makes the plan. Nothing is changed before you have seen the plan and said yes to it.',
];

/** All answers on one page, before the plan is made of them. */
export function ReviewScreen({ rows, onChange, onGo, onBack }: ReviewScreenProps) {
  const gap = useGap();
  const room = useBodyRows();
  const numbers = rows.map(({ number }) => String(number));
  const keys = useKeyTable([
    { keys: ['Enter'], what: 'make the plan', run: onGo },
    {
      keys: numbers,
      shown: `1-${numbers.length}`,
      what: 'change that answer',
      run: (key) => {
        const row = rows.find(({ number }) => String(number) === key);
        if (row !== undefined) onChange(row);
      },
    },
    { keys: ['Esc'], what: 'back', run: onBack },
  ]);
  const [enter, ...others] = keys;
  return (
    <Frame
      title="Your answers"
      right="nothing is done yet"
      help={HELP}
      keys={[...(enter === undefined ? [] : [enter]), ...others, SCROLL]}
    >
      <Yielding most={Math.max(1, room / 5)}>
        <Box marginBottom={gap}>
          <Paragraph bold>Is all of this right?</Paragraph>
        </Box>
      </Yielding>
      <Scroll>
        {rows.map((row) => (
          <Row key={row.title} row={row} />
        ))}
        <Box marginTop={1}>
          <Paragraph dimColor>
            Next comes the plan. Nothing is changed before you have seen it and said yes.
          </Paragraph>
        </Box>
      </Scroll>
    </Frame>
  );
}

function Row({ row: { number, title, answer } }: { row: ReviewRow }) {
  const { columns } = useFrameSize();
  // Side by side the two would leave each other nothing.
  const below = columns < 50;
  const name = (
    <Box flexShrink={0} {...(below ? {} : { width: 18 })}>
      <Text wrap="truncate-end">
        <Text bold color="cyan">{`${number}`}</Text>
        {`  ${title}`}
      </Text>
    </Box>
  );
  return (
    <Box flexDirection={below ? 'column' : 'row'} flexShrink={0}>
      {name}
      <Box flexGrow={1} flexShrink={1} paddingLeft={below ? 3 : 0}>
        <Paragraph>{answer}</Paragraph>
      </Box>
    </Box>
  );
}
