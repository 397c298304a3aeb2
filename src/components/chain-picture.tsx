import { Box } from 'ink';
import { type ChainPiece, CUT_HERE, chainPieces, cutColumn, type Station } from '../run/chain.ts';
import { colourOf } from './mark.tsx';
import { Text } from './text.tsx';

interface ChainPictureProps {
  readonly stations: readonly Station[];
  readonly short?: boolean;
  /** Whether a second line says where it is cut. */
  readonly labelled?: boolean;
}

/** The way of a question as one line. */
export function ChainPicture({ stations, short = false, labelled = false }: ChainPictureProps) {
  const pieces = chainPieces(stations, short);
  const column = labelled ? cutColumn(pieces) : undefined;
  return (
    <Box flexDirection="column" flexShrink={0} marginBottom={labelled ? 0 : 1}>
      <Text wrap="truncate-end">
        {pieces.map((piece) => (
          <Piece key={`${piece.kind} ${piece.to}`} piece={piece} />
        ))}
      </Text>
      {column === undefined ? null : (
        <Box paddingLeft={column + (short ? 0 : 1)}>
          <Text color="red" wrap="truncate-end">
            {CUT_HERE}
          </Text>
        </Box>
      )}
    </Box>
  );
}

function Piece({ piece }: { piece: ChainPiece }) {
  if (piece.kind === 'way') {
    return (
      <Text {...(piece.way === 'cut' ? { color: 'red' } : {})} dimColor={piece.way === 'unknown'}>
        {piece.text}
      </Text>
    );
  }
  return (
    <Text>
      {piece.text.slice(0, -1)}
      <Text {...colourOf(piece.mark)}>{piece.text.slice(-1)}</Text>
    </Text>
  );
}
