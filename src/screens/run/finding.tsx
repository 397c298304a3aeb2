import { Box } from 'ink';
import { useState } from 'react';
import { ChainPicture } from '../../components/chain-picture.tsx';
import { type Choice, Choices } from '../../components/choices.tsx';
import { Explanation, fixChoices } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import type { ChosenFix } from '../../engine/contracts/decision.ts';
import { chainOf, isOnTheLine } from '../../run/chain.ts';
import { type QuestionModel, type RunModel, taskOf } from '../../run/view-model.ts';
import { FindingDetails } from './finding-details.tsx';

/** What can be chosen when a finding needs the operator. */
export type FindingChoice = ChosenFix | { readonly kind: 'look-again' | 'skip' | 'stop' };

interface FindingScreenProps {
  readonly run: RunModel;
  readonly question: QuestionModel;
  /** How many more questions are waiting. */
  readonly more: number;
  readonly onChoose: (choice: FindingChoice) => void;
}

const HELP = [
  'Something needs your decision. The other parts continue in the meantime.',
  'The first choice is the recommended one. Below the chosen one you see what it would run; d shows everything, with the changes in each file.',
  'Choose Look again when you have fixed it yourself, in another terminal or at your DNS provider. otto-install checks some findings again on its own, and the question goes away when they are gone.',
  'Skip continues without it; the text beside it says what that means. Stop ends here; start otto-install again to continue from here.',
];

/** A finding: what was seen, why it matters, what can be done. */
export function FindingScreen({ run, question, more, onChoose }: FindingScreenProps) {
  const { finding, failure, cameBack, agreed } = question;
  const { rows, columns } = useFrameSize();
  const [detailed, setDetailed] = useState(false);
  const title = taskOf(run, question.task)?.view.title ?? question.task;
  // What waits for a decision is not merely waiting.
  const mark = finding.severity === 'risk' ? 'risk' : 'broken';
  const known = { mark, failure, cameBack, agreed } as const;
  useKeys((input) => {
    if (input === 'd') setDetailed(true);
    else if (input === 'r') onChoose({ kind: 'look-again' });
  }, !detailed);
  if (detailed) return <FindingDetails {...{ title, finding, known }} onBack={() => setDetailed(false)} />;
  const drawn = rows >= 20 && columns >= 70 && isOnTheLine(question.task);
  return (
    <Frame
      title="Needs you"
      right={more === 0 ? title : `${title} · ${more} more`}
      help={HELP}
      keys={[
        ['Enter', 'do it'],
        ['↑↓', 'choose'],
        ['d', 'details'],
        ['r', 'look again'],
      ]}
    >
      {drawn ? <ChainPicture stations={chainOf(run)} /> : null}
      <Scroll arrows={false} grow={false} least={Math.min(5, rows - 9)}>
        <Explanation finding={finding} {...known} />
      </Scroll>
      <Box flexDirection="column" flexShrink={1} marginTop={rows >= 20 ? 1 : 0}>
        <Choices choices={choicesOf(question, rows >= 20 ? 4 : 1)} onChoose={onChoose} compact={rows < 20} />
      </Box>
    </Frame>
  );
}

function choicesOf({ finding }: QuestionModel, commands: number): readonly Choice<FindingChoice>[] {
  return [
    ...fixChoices(finding, commands),
    { value: { kind: 'look-again' as const }, label: 'Look again' },
    {
      value: { kind: 'skip' as const },
      label: finding.impact === undefined ? 'Skip: continue without it' : `Skip: ${finding.impact}`,
    },
    { value: { kind: 'stop' as const }, label: 'Stop here' },
  ];
}
