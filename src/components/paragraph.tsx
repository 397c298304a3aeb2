import { Box, type TextProps, Transform } from 'ink';
import { Text } from './text.tsx';

// A line that was broken at a blank would begin with that blank. Colours stand before it as escape sequences.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character
const BLANK_AT_START = /^((?:\u{1b}\[[\d;]*m)*) +/u;

/** Longer lines than this are hard to read: the eye does not find the next one. */
export const WIDEST = 100;

/** Running text that is broken into lines, flush left. */
export function Paragraph(props: TextProps) {
  return (
    <Box maxWidth={WIDEST}>
      <Transform transform={(line, index) => (index === 0 ? line : line.replace(BLANK_AT_START, '$1'))}>
        <Text {...props} />
      </Transform>
    </Box>
  );
}
