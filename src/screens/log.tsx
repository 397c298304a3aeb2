import { Text } from 'ink';
import { Frame } from '../components/frame.tsx';
import { Scroll } from '../components/scroll.tsx';
import { useKeys } from '../components/terminal.tsx';
import type { TaskModel } from '../view-model.ts';
import { numbered } from './action.tsx';

interface LogScreenProps {
  readonly task: TaskModel;
  readonly log: string | undefined;
  readonly onBack: () => void;
}

/** The last output of a part. */
export function LogScreen({ task, log, onBack }: LogScreenProps) {
  useKeys((input, key) => {
    if (key.escape || key.return || input === 'q' || input === 'l') onBack();
  });
  return (
    <Frame
      title={task.view.title}
      right={log ?? ''}
      keys={[
        ['↑↓', 'scroll'],
        ['End', 'latest'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll tail>
        {task.tail.length === 0 ? <Text dimColor>Nothing was printed yet.</Text> : null}
        {numbered(task.tail).map(([number, line]) => (
          <Text key={number} wrap="truncate-end">
            {line === '' ? ' ' : line}
          </Text>
        ))}
      </Scroll>
    </Frame>
  );
}
