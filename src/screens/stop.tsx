import { Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { useKeys } from '../components/terminal.tsx';
import { Text } from '../components/text.tsx';

/** What is being done to the machine: an installation, one fix, an operation, or what is fetched for one. */
export type Work = 'installing' | 'mending' | 'operating' | 'fetching';

interface StopScreenProps {
  /** Undefined when nothing is. */
  readonly atWork: Work | undefined;
  /** Whether something was changed before. */
  readonly changed?: boolean;
  /** Whether it is being stopped already. */
  readonly stopping: boolean;
  readonly onStop: () => void;
  readonly onGoOn: () => void;
}

const TITLES: Readonly<Record<Work, string>> = {
  installing: 'Stop the installation?',
  mending: 'Stop mending?',
  operating: 'Stop, and take it back?',
  fetching: 'Stop fetching?',
};

const WORDS: Readonly<Record<Work, string>> = {
  installing:
    'What is at work is brought to a safe end first. What is done is kept: starting otto-install again goes on from here. While you think about it, the installation goes on.',
  mending:
    'What is at work is brought to a safe end first; then everything is looked at again. While you think about it, the work goes on.',
  operating:
    'What is at work is ended, and everything that was begun is taken back, in reverse order. While you think about it, the work goes on.',
  fetching:
    'What serves now was not touched and goes on serving. While you think about it, the fetching goes on.',
};

/** Ctrl-C asks once. */
export function StopScreen({ atWork, changed = false, stopping, onStop, onGoOn }: StopScreenProps) {
  const running = atWork !== undefined;
  const takingBack = atWork === 'operating';
  useKeys((_, key) => {
    if (key.escape) onGoOn();
  }, !stopping || takingBack);
  if (stopping) {
    return (
      <Frame
        title="Stopping"
        keys={[['Ctrl-C', 'leave at once'], ...(takingBack ? ([['Esc', 'wait for it']] as const) : [])]}
      >
        <Text>
          <MarkSign mark="working" />{' '}
          {takingBack
            ? 'What was begun is taken back. Leaving now would cut that off; the next start of otto-install would go on from there.'
            : 'What is at work is brought to a safe end. Nothing new is started.'}
        </Text>
      </Frame>
    );
  }
  return (
    <Frame
      title={running ? TITLES[atWork] : 'Leave?'}
      keys={[
        ['↑↓', 'choose'],
        ['Enter', 'do it'],
        ['Ctrl-C', running ? 'stop' : 'leave'],
        ['Esc', 'go on'],
      ]}
    >
      <Paragraph>
        {running
          ? WORDS[atWork]
          : changed
            ? 'What was done stays done; nothing is at work.'
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
