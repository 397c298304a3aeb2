import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { SCROLL, Scroll } from '../../components/scroll.tsx';
import { Text } from '../../components/text.tsx';

interface LogScreenProps {
  readonly title: string;
  readonly tail: readonly string[];
  /** Path of the whole log. */
  readonly log: string | undefined;
  readonly onBack: () => void;
}

/** The last output of a part. */
export function LogScreen({ title, tail, log, onBack }: LogScreenProps) {
  const keys = useKeyTable([{ keys: ['Esc', 'Enter', 'q', 'l'], what: 'back', run: onBack }]);
  return (
    <Frame title={title} right={log ?? ''} keys={[SCROLL, ['End', 'latest'], ...keys]}>
      <Scroll tail>
        {tail.length === 0 ? <Text dimColor>Nothing was printed.</Text> : null}
        {numbered(tail).map(([number, line]) => (
          <Text key={number} wrap="truncate-end">
            {line === '' ? ' ' : line}
          </Text>
        ))}
      </Scroll>
    </Frame>
  );
}
