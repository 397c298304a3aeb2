import Spinner from 'ink-spinner';
import { MARKS, type Mark } from '../run/wording.ts';
import { Text } from './text.tsx';

const COLOURS: Readonly<Record<Mark, string | undefined>> = {
  healthy: 'green',
  waiting: undefined,
  working: 'cyan',
  risk: 'yellow',
  broken: 'red',
  skipped: undefined,
};

/** The colour that repeats what a mark means. */
export function colourOf(mark: Mark): { color?: string; dimColor?: boolean } {
  const color = COLOURS[mark];
  return color === undefined ? { dimColor: true } : { color };
}

/** A mark. The one for 'at work' turns: it is the only thing that moves. */
export function MarkSign({ mark, still = false }: { mark: Mark; still?: boolean }) {
  if (mark === 'working' && !still) {
    return (
      <Text color="cyan" aria-label="at work">
        <Spinner type="circleHalves" />
      </Text>
    );
  }
  return <Text {...colourOf(mark)}>{MARKS[mark]}</Text>;
}
