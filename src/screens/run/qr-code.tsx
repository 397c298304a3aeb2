import { Box } from 'ink';
import { useMemo } from 'react';
import { encode } from 'uqr';
import { numbered } from '../../components/action-in-full.tsx';
import { Text } from '../../components/text.tsx';

/** Light cells around the code: scanners want four, and take two on a screen. */
const BORDER = 2;

/** A link as a QR code in half blocks, two of its rows on each line; undefined when it is too long for one. */
export function qrLines(text: string): readonly string[] | undefined {
  try {
    const { data, size } = encode(text, { ecc: 'L', boostEcc: false, border: BORDER });
    const isLight = (row: number, column: number) => data[row]?.[column] !== true;
    return Array.from({ length: Math.ceil(size / 2) }, (_, line) =>
      Array.from({ length: size }, (_, column) => {
        const [above, below] = [isLight(line * 2, column), isLight(line * 2 + 1, column)];
        // What is light is drawn, so that it is read on a dark terminal without colours, too.
        return above ? (below ? '█' : '▀') : below ? '▄' : ' ';
      }).join(''),
    );
  } catch {
    return undefined;
  }
}

/** Draws it, light on dark whatever the terminal's own colours are. */
export function QrCode({ lines }: { lines: readonly string[] }) {
  const rows = useMemo(() => numbered(lines), [lines]);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows.map(([number, line]) => (
        <Text key={number} color="whiteBright" backgroundColor="black" wrap="truncate-end">
          {line}
        </Text>
      ))}
    </Box>
  );
}
