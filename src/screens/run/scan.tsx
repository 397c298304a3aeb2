import { Box } from 'ink';
import { use } from 'react';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { SessionContext, useBodyRows, useFrameSize } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { QrCode, qrLines } from './qr-code.tsx';

/** Rows that the line below the code takes. */
const BELOW = 1;

/** The code of a link, where the terminal shows it and there is room for all of it: half a code is none. */
export function useQrCode(url: string | undefined): readonly string[] | undefined {
  const { blocks = false } = use(SessionContext);
  const { columns } = useFrameSize();
  const rows = useBodyRows();
  const lines = url === undefined || !blocks ? undefined : qrLines(url);
  const fits = lines !== undefined && lines.length + BELOW <= rows && (lines[0]?.length ?? 0) <= columns - 2;
  return fits ? lines : undefined;
}

interface ScanScreenProps {
  readonly title: string;
  readonly lines: readonly string[];
  /** To be typed on the page that the link leads to. */
  readonly code: string | undefined;
  readonly onBack: () => void;
}

/** A sign-in link for the camera of a phone. */
export function ScanScreen({ title, lines, code, onBack }: ScanScreenProps) {
  const keys = useKeyTable([{ keys: ['Esc', 'Enter', 'Ctrl-Q'], what: 'back', run: onBack }]);
  return (
    <Frame title="Open it on your phone" right={title} keys={keys}>
      <Box flexDirection="column" alignItems="center" flexGrow={1} overflow="hidden">
        <QrCode lines={lines} />
        <Text wrap="truncate-end">
          {code === undefined ? 'The page shows a code: paste it here.' : `Code to type there: ${code}`}
        </Text>
      </Box>
    </Frame>
  );
}
