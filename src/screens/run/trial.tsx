import { Box } from 'ink';
import { Choices } from '../../components/choices.tsx';
import { Explanation } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useBodyRows, useFrameSize, useGap, useSecondsUntil } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { chosenFix } from '../../engine/contracts/decision.ts';
import type { Trial } from '../../engine/contracts/task.ts';
import { type QuestionModel, type RunModel, taskOf } from '../../run/view-model.ts';
import { count } from '../../run/wording.ts';
import type { FindingChoice } from './finding.tsx';

interface TrialScreenProps {
  readonly run: RunModel;
  readonly question: QuestionModel;
  readonly trial: Trial;
  readonly onChoose: (choice: FindingChoice) => void;
}

const HELP = [
  'What was done could lock you out, so it is on trial: when the seconds are over and nobody has said that it works, it is undone.',
  'Leave this session open and log in once more from your own computer. When that login is seen, this goes on by itself; otherwise choose what happened and press Enter. Nothing is chosen beforehand, so that a key that is held down decides nothing.',
  'Other questions wait until this one is over.',
];

/** Something that undoes itself unless it is kept: how long it has, what tries it, and no choice made beforehand. */
export function TrialScreen({ run, question, trial, onChoose }: TrialScreenProps) {
  const { rows, columns } = useFrameSize();
  const seconds = useSecondsUntil(trial.endsAt);
  const title = taskOf(run, question.task)?.view.title ?? question.task;
  const body = useBodyRows();
  const gap = useGap();
  // Where not all of it can be seen at once, what has to be done comes first.
  const cramped = rows < 20 || columns < 60;
  return (
    <Frame
      title="Needs you now"
      right={`${title} · ${seconds} s`}
      help={HELP}
      keys={[
        ['Enter', 'do it'],
        ['↑↓', 'choose'],
      ]}
    >
      <Scroll arrows={false} grow={false}>
        {cramped ? null : <Explanation finding={question.finding} mark="risk" />}
        <Box flexDirection="column" marginTop={gap}>
          <Paragraph>Keep this session open. On your own computer, in another terminal:</Paragraph>
          <Box paddingLeft={gap * 2}>
            <Text bold color="cyan" wrap="hard">
              {trial.command}
            </Text>
          </Box>
        </Box>
        <Box marginTop={gap}>
          <Paragraph bold>
            {seconds === 0 ? 'Being undone.' : `Undone in ${count(seconds, 'second')}.`}
          </Paragraph>
        </Box>
        {cramped ? <Explanation finding={question.finding} mark="risk" /> : null}
      </Scroll>
      <Box flexDirection="column" flexShrink={0} marginTop={gap}>
        <Choices
          compact={rows < 20}
          most={Math.max(2, body - 4 - gap)}
          initial={-1}
          choices={question.finding.fixes.map((fix) => ({
            value: chosenFix(fix),
            label: fix.title,
            ...(fix.consequence === undefined
              ? {}
              : { details: <Paragraph color="yellow">{fix.consequence}</Paragraph> }),
          }))}
          onChoose={onChoose}
        />
      </Box>
    </Frame>
  );
}
