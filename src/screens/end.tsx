import { Box } from 'ink';
import { numbered } from '../components/action-in-full.tsx';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { Scroll } from '../components/scroll.tsx';
import { useKeys } from '../components/terminal.tsx';
import { type EndingLine, endingTitle } from '../ending.ts';
import type { RunModel } from '../view-model.ts';
import { duration } from '../wording.ts';

interface EndScreenProps {
  readonly run: RunModel;
  readonly lines: readonly EndingLine[];
  readonly onLeave: () => void;
}

/** How it ended: Otto is ready, or what is left and how to go on. */
export function EndScreen({ run, lines, onLeave }: EndScreenProps) {
  useKeys((input, key) => {
    if (key.return || input === 'q') onLeave();
  });
  return (
    <Frame
      title={endingTitle(run)}
      right={run.ended === undefined ? '' : duration(run.ended.ms)}
      keys={[
        ['↑↓', 'scroll'],
        ['Enter', 'leave'],
      ]}
    >
      <Scroll>
        {numbered(lines.map(({ text }) => text)).map(([number, text]) => (
          <Line key={number} text={text} line={lines[number]} />
        ))}
      </Scroll>
    </Frame>
  );
}

function Line({ text, line }: { text: string; line: EndingLine | undefined }) {
  return (
    <Box columnGap={1} marginTop={line?.apart === true ? 1 : 0} paddingLeft={line?.indent ?? 0}>
      {line?.mark === undefined ? null : (
        <Box flexShrink={0}>
          <MarkSign mark={line.mark} />
        </Box>
      )}
      <Paragraph bold={line?.strong === true}>{text}</Paragraph>
    </Box>
  );
}
