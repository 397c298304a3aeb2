import { Box } from 'ink';
import type { EndingLine } from '../run/shown-line.ts';
import { numbered } from './action-in-full.tsx';
import { MarkSign } from './mark.tsx';
import { Paragraph } from './paragraph.tsx';
import { Scroll } from './scroll.tsx';
import { Text } from './text.tsx';

/** The paragraphs of a last screen. */
export function EndingBody({ lines }: { lines: readonly EndingLine[] }) {
  return (
    <Scroll>
      {numbered(lines.map(({ text }) => text)).map(([number, text]) => (
        <Line key={number} text={text} line={lines[number]} />
      ))}
    </Scroll>
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
      {line?.command === true ? (
        <Text wrap="hard" bold={line.strong === true}>
          {text}
        </Text>
      ) : (
        <Paragraph bold={line?.strong === true}>{text}</Paragraph>
      )}
    </Box>
  );
}
