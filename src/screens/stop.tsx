import { Text } from 'ink';
import { Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { useKeys } from '../components/terminal.tsx';

interface StopScreenProps {
  /** Whether something is being done to the machine. */
  readonly running: boolean;
  /** Whether that is one fix on an Otto that is here already. */
  readonly mending?: boolean;
  /** Whether something was changed before. */
  readonly changed?: boolean;
  /** Whether it is being stopped already. */
  readonly stopping: boolean;
  readonly onStop: () => void;
  readonly onGoOn: () => void;
}

/** Ctrl-C asks once. */
export function StopScreen(props: StopScreenProps) {
  const { running, mending = false, stopping, onStop, onGoOn } = props;
  useKeys((_, key) => {
    if (key.escape) onGoOn();
  }, !stopping);
  if (stopping) {
    return (
      <Frame title="Stopping" keys={[['Ctrl-C', 'leave at once']]}>
        <Text>
          <MarkSign mark="working" /> What is at work is brought to a safe end. Nothing new is started.
        </Text>
      </Frame>
    );
  }
  return (
    <Frame
      title={mending ? 'Stop mending?' : running ? 'Stop the installation?' : 'Leave?'}
      keys={[
        ['↑↓', 'choose'],
        ['Enter', 'do it'],
        ['Ctrl-C', running ? 'stop' : 'leave'],
        ['Esc', 'go on'],
      ]}
    >
      <Paragraph>{wordsFor(props)}</Paragraph>
      <Text> </Text>
      <Choices
        choices={[
          { value: true, label: running ? 'Stop safely' : 'Leave' },
          { value: false, label: 'Go on' },
        ]}
        onChoose={(stop) => (stop ? onStop() : onGoOn())}
      />
    </Frame>
  );
}

function wordsFor({ running, mending = false, changed = false }: StopScreenProps): string {
  if (mending)
    return 'What is at work is brought to a safe end first; then everything is looked at again. While you think about it, the work goes on.';
  if (running)
    return 'What is at work is brought to a safe end first. What is done is kept: starting otto-install again goes on from here. While you think about it, the installation goes on.';
  return changed ? 'What was mended stays mended; nothing is at work.' : 'Nothing has been changed.';
}
