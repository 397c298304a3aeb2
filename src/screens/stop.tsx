import { Text } from 'ink';
import { Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { useKeys } from '../components/terminal.tsx';

interface StopScreenProps {
  /** Whether something is being done to the machine. */
  readonly running: boolean;
  /** Whether it is being stopped already. */
  readonly stopping: boolean;
  readonly onStop: () => void;
  readonly onGoOn: () => void;
}

/** Ctrl-C asks once. */
export function StopScreen({ running, stopping, onStop, onGoOn }: StopScreenProps) {
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
      title={running ? 'Stop the installation?' : 'Leave?'}
      keys={[
        ['↑↓', 'choose'],
        ['Enter', 'do it'],
        ['Ctrl-C', running ? 'stop' : 'leave'],
        ['Esc', 'go on'],
      ]}
    >
      <Paragraph>
        {running
          ? 'What is at work is brought to a safe end first. What is done is kept: starting otto-install again goes on from here. While you think about it, the installation goes on.'
          : 'Nothing has been changed.'}
      </Paragraph>
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
