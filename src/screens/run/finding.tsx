import { Box } from 'ink';
import { useState } from 'react';
import type { AnswerKey } from '../../answers/schema.ts';
import { ChainPicture } from '../../components/chain-picture.tsx';
import { CHOOSE, type Choice, Choices } from '../../components/choices.tsx';
import { Explanation, fixChoices } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { Scroll } from '../../components/scroll.tsx';
import { useBodyRows, useFrameSize, useGap } from '../../components/terminal.tsx';
import type { ChosenFix } from '../../engine/contracts/decision.ts';
import { chainOf, isOnTheLine } from '../../run/chain.ts';
import { type QuestionModel, type RunModel, taskOf } from '../../run/view-model.ts';
import { markOfFinding } from '../../run/wording.ts';
import type { AnswerChange } from '../../wizard/change-answer.ts';
import { Confirming } from '../confirm.tsx';
import { FindingDetails } from './finding-details.tsx';

/** What can be chosen when a finding needs the operator. */
export type FindingChoice =
  | ChosenFix
  | { readonly kind: 'look-again' | 'skip' | 'stop' }
  | { readonly kind: 'change'; readonly key: AnswerKey };

interface FindingScreenProps {
  readonly run: RunModel;
  readonly question: QuestionModel;
  /** How many more questions are waiting. */
  readonly more: number;
  /** The answer that may be behind it. */
  readonly change?: AnswerChange | undefined;
  readonly onChoose: (choice: FindingChoice) => void;
}

const HELP = [
  'Something needs your decision. The other parts continue in the meantime.',
  'The first choice is the recommended one. Below the chosen one you see what it would run; d shows everything, with the changes in each file.',
  'Choose Look again when you have fixed it yourself, in another terminal or at your DNS provider. otto-install checks some findings again on its own, and the question goes away when they are gone.',
  'Skip continues without it; the text beside it says what that means. Stop ends here; start otto-install again to continue from here.',
];

/** A finding: what was seen, why it matters, what can be done. */
export function FindingScreen({ run, question, more, change, onChoose }: FindingScreenProps) {
  const { finding, failure, cameBack, expired, agreed } = question;
  const { rows, columns } = useFrameSize();
  const body = useBodyRows();
  const gap = useGap();
  const [detailed, setDetailed] = useState(false);
  const [stopping, setStopping] = useState(false);
  const title = taskOf(run, question.task)?.view.title ?? question.task;
  // What waits for a decision is not merely waiting.
  const cancelled = failure?.cancelled === true;
  const mark = cancelled ? markOfFinding(finding) : finding.severity === 'risk' ? 'risk' : 'broken';
  const known = { mark, failure, cameBack, expired, agreed } as const;
  const keys = useKeyTable(
    [
      { keys: ['d'], what: 'details', run: () => setDetailed(true) },
      { keys: ['r'], what: 'look again', run: () => onChoose({ kind: 'look-again' }) },
    ],
    !detailed && !stopping,
  );
  if (detailed) return <FindingDetails {...{ title, finding, known }} onBack={() => setDetailed(false)} />;
  const drawn = rows >= 20 && columns >= 70 && isOnTheLine(question.task);
  // The explanation keeps five rows, below the chain and above the choices.
  const most = Math.max(3, body - 5 - gap - (drawn ? 2 : 0));
  return (
    <Confirming
      asked={stopping}
      title="Stop here?"
      words="What is running ends safely first. What is done is kept: start otto-install again to continue from here."
      no="Go back to the question"
      yes="Stop safely"
      onNo={() => setStopping(false)}
      onYes={() => onChoose({ kind: 'stop' })}
    >
      <Frame
        title="Needs you"
        right={more === 0 ? title : `${title} · ${more} more`}
        help={HELP}
        keys={[['Enter', 'do it'], CHOOSE, ...keys]}
      >
        {drawn ? <ChainPicture stations={chainOf(run)} /> : null}
        <Scroll arrows={false} grow={false}>
          <Explanation finding={finding} {...known} />
        </Scroll>
        <Box flexDirection="column" flexShrink={0} marginTop={gap}>
          <Choices
            choices={choicesOf(question, change, rows >= 20 ? 4 : 1)}
            onChoose={(choice) => (choice.kind === 'stop' ? setStopping(true) : onChoose(choice))}
            compact={rows < 20}
            most={most}
            // A key that was held down while it ended by itself must not begin it again.
            initial={expired === true ? -1 : 0}
          />
        </Box>
      </Frame>
    </Confirming>
  );
}

function choicesOf(
  { finding }: QuestionModel,
  change: AnswerChange | undefined,
  commands: number,
): readonly Choice<FindingChoice>[] {
  return [
    ...fixChoices(finding, commands),
    { value: { kind: 'look-again' as const }, label: 'Look again' },
    ...(change === undefined
      ? []
      : [{ value: { kind: 'change' as const, key: change.key }, label: change.label }]),
    {
      value: { kind: 'skip' as const },
      label: finding.impact === undefined ? 'Skip: continue without it' : `Skip: ${finding.impact}`,
    },
    { value: { kind: 'stop' as const }, label: 'Stop here' },
  ];
}
