import { Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { useKeys } from '../components/terminal.tsx';
import { Text } from '../components/text.tsx';

/** What is being done to the machine: an installation, one fix, an operation, or what is fetched for one. */
export type Work = 'installing' | 'fixing' | 'operating' | 'fetching';

interface StopScreenProps {
  /** Undefined when nothing is. */
  readonly atWork: Work | undefined;
  /** Whether something was changed before. */
  readonly changed?: boolean;
  /** Whether it is being stopped already. */
  readonly stopping: boolean;
  readonly onStop: () => void;
  readonly onContinue: () => void;
}

const TITLES: Readonly<Record<Work, string>> = {
  installing: 'Stop the installation?',
  fixing: 'Stop fixing?',
  operating: 'Stop and roll back?',
  fetching: 'Stop fetching?',
};

const WORDS: Readonly<Record<Work, string>> = {
  installing:
    'What is running ends safely first. What is done is kept: start otto-install again to continue from here. While you think about it, the installation continues.',
  fixing:
    'What is running ends safely first; then otto-install looks at everything again. While you think about it, the work continues.',
  operating:
    'The running step is ended, and everything that was started is rolled back, in reverse order. While you think about it, the work continues.',
  fetching:
    'What runs now was not touched and keeps running. While you think about it, the download continues.',
};

/** Ctrl-C asks once. */
export function StopScreen({ atWork, changed = false, stopping, onStop, onContinue }: StopScreenProps) {
  const running = atWork !== undefined;
  const rollingBack = atWork === 'operating';
  useKeys((_, key) => {
    if (key.escape) onContinue();
  }, !stopping || rollingBack);
  if (stopping) {
    return (
      <Frame
        title="Stopping"
        keys={[['Ctrl-C', 'leave at once'], ...(rollingBack ? ([['Esc', 'wait for it']] as const) : [])]}
      >
        <Text>
          <MarkSign mark="working" />{' '}
          {rollingBack
            ? 'otto-install is rolling back what was started. Leaving now would cut that off; the next start of otto-install would continue from there.'
            : 'What is running ends safely. Nothing new is started.'}
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
        ['Esc', 'continue'],
      ]}
    >
      <Paragraph>
        {running
          ? WORDS[atWork]
          : changed
            ? 'What was done stays done; nothing is running.'
            : 'Nothing has been changed.'}
      </Paragraph>
      <Text> </Text>
      <Choices
        choices={[
          { value: true, label: running ? 'Stop safely' : 'Leave' },
          { value: false, label: 'Continue' },
        ]}
        onChoose={(stop) => (stop ? onStop() : onContinue())}
      />
    </Frame>
  );
}
