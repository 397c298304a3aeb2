import { Box } from 'ink';
import { CHOOSE, type Choice, Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { useKeyTable } from '../components/keys.ts';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { Yielding } from '../components/scroll.tsx';
import { useBodyRows, useGap } from '../components/terminal.tsx';
import { Text } from '../components/text.tsx';

/** What is being done to the machine: an installation, one fix, an operation, or what is fetched for one. */
export type Work = 'installing' | 'fixing' | 'operating' | 'fetching';

interface StopScreenProps {
  /** Undefined when nothing is. */
  readonly atWork: Work | undefined;
  /** Whether something was changed before. */
  readonly changed?: boolean;
  /** What is on the screen below is kept nowhere else. */
  readonly secret?: boolean;
  /** Whether it is being stopped already. */
  readonly stopping: boolean;
  /** Somebody else decides what is done. */
  readonly watchesOnly?: boolean;
  /** Where it can go on without this window. */
  readonly onLeaveRunning?: (() => void) | undefined;
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

/** Of what has a process of its own. */
const GOES_ON =
  'When you leave, it goes on by itself, also when you log out; otto-install attach shows it again, from any session.';
const WHILE_ASKED = / ?While you think about it, [^.]*\./;

function titleOf(atWork: Work | undefined, canLeave: boolean, watchesOnly: boolean): string {
  if (atWork === undefined || watchesOnly) return 'Leave?';
  return canLeave ? `Leave, or ${TITLES[atWork].toLowerCase()}` : TITLES[atWork];
}

/** Ctrl-C asks once. */
export function StopScreen({
  atWork,
  changed = false,
  secret = false,
  stopping,
  watchesOnly = false,
  onLeaveRunning,
  onStop,
  onContinue,
}: StopScreenProps) {
  const gap = useGap();
  const body = useBodyRows();
  const running = atWork !== undefined;
  const rollingBack = atWork === 'operating';
  const keys = useKeyTable(
    [{ keys: ['Esc'], what: stopping ? 'wait for it' : 'continue', run: onContinue }],
    !stopping || rollingBack,
  );
  if (stopping) {
    return (
      <Frame title="Stopping" keys={[['Ctrl-C', 'leave at once'], ...(rollingBack ? keys : [])]}>
        <Yielding>
          <Text>
            <MarkSign mark="working" />{' '}
            {rollingBack
              ? 'otto-install is rolling back what was started. Leaving now would cut that off; the next start of otto-install would continue from there.'
              : 'What is running ends safely. Nothing new is started.'}
          </Text>
        </Yielding>
      </Frame>
    );
  }
  return (
    <Frame
      title={titleOf(atWork, onLeaveRunning !== undefined, watchesOnly)}
      keys={[CHOOSE, ['Enter', 'do it'], ['Ctrl-C', running && !watchesOnly ? 'stop' : 'leave'], ...keys]}
    >
      <Yielding>
        <Box marginBottom={gap}>
          <Paragraph>
            {running
              ? onLeaveRunning === undefined
                ? WORDS[atWork]
                : `${GOES_ON} ${watchesOnly ? '' : WORDS[atWork].replace(WHILE_ASKED, '')}`.trim()
              : secret
                ? 'The password on the screen is kept nowhere else. Leave once you have saved it.'
                : changed
                  ? 'What was done stays done; nothing is running.'
                  : 'Nothing has been changed.'}
          </Paragraph>
        </Box>
      </Yielding>
      <Choices
        most={Math.max(1, body - 2)}
        choices={choices(running, watchesOnly, onLeaveRunning !== undefined, secret)}
        onChoose={(choice) =>
          ({ leave: onLeaveRunning ?? onContinue, stop: onStop, continue: onContinue })[choice]()
        }
      />
    </Frame>
  );
}

type StopChoice = 'leave' | 'stop' | 'continue';

/** The harmless choice first: the run itself is never ended by a slip where it can go on without this window. */
function choices(
  running: boolean,
  watchesOnly: boolean,
  canLeave: boolean,
  secret: boolean,
): readonly Choice<StopChoice>[] {
  const leave = { value: 'leave', label: 'Leave it running' } as const;
  const stop = { value: 'stop', label: running ? 'Stop safely' : 'Leave' } as const;
  const goOn = { value: 'continue', label: canLeave ? 'Continue watching' : 'Continue' } as const;
  const all = [...(running && canLeave ? [leave] : []), ...(watchesOnly ? [] : [stop]), goOn];
  return secret ? all.toReversed() : all;
}
