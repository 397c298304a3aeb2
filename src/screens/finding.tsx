import { Box, Text } from 'ink';
import { useState } from 'react';
import { chainOf, isOnTheLine } from '../chain.ts';
import { ChainPicture } from '../components/chain-picture.tsx';
import { type Choice, Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { Scroll } from '../components/scroll.tsx';
import { useFrameSize, useKeys } from '../components/terminal.tsx';
import type { ActionView, FailureView } from '../engine/event.ts';
import { failureLines } from '../plain.ts';
import { type QuestionModel, type RunModel, taskOf } from '../view-model.ts';
import { actionLine, count, markOfFinding, shortActionLine } from '../wording.ts';
import { ActionInFull, numbered } from './action.tsx';

/** What can be chosen when a finding needs the operator. */
export type FindingChoice =
  | { readonly kind: 'apply'; readonly fix: number }
  | { readonly kind: 'look-again' | 'skip' | 'stop' };

interface FindingScreenProps {
  readonly run: RunModel;
  readonly question: QuestionModel;
  /** How many more wait behind this one. */
  readonly more: number;
  readonly onChoose: (choice: FindingChoice) => void;
}

const HELP = [
  'Something needs your decision. The other parts go on meanwhile.',
  'The first choice is the recommended one. What it would run stands below it while it is chosen; d shows all of it, files with what changes in them.',
  'Look again is for when you have mended it yourself, in another terminal or at your DNS provider. Some findings are looked at again by themselves, and the question goes away when they are gone.',
  'Skip goes on without it; what that means is said beside it. Stop ends here; starting otto-install again goes on from here.',
];

/** A finding: what was seen, why it matters, what can be done. */
export function FindingScreen({ run, question, more, onChoose }: FindingScreenProps) {
  const { finding, failure, cameBack } = question;
  const { rows, columns } = useFrameSize();
  const [detailed, setDetailed] = useState(false);
  const title = taskOf(run, question.task)?.view.title ?? question.task;
  const mark = markOfFinding(finding);
  useKeys((input) => {
    if (input === 'd') setDetailed(true);
    else if (input === 'r') onChoose({ kind: 'look-again' });
  }, !detailed);
  if (detailed) return <Details question={question} title={title} onBack={() => setDetailed(false)} />;
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
        <Box columnGap={1}>
          <Box flexShrink={0}>
            <MarkSign mark={mark === 'waiting' ? 'broken' : mark} />
          </Box>
          <Paragraph bold>{finding.saw}</Paragraph>
        </Box>
        <Box paddingLeft={2} flexDirection="column">
          {cameBack ? <Text color="yellow">It is there again after it was mended.</Text> : null}
          {failure === undefined ? null : <Failure failure={failure} />}
          <Paragraph>
            <Text dimColor>Why: </Text>
            {finding.because}
          </Paragraph>
        </Box>
      </Scroll>
      <Box flexDirection="column" flexShrink={1} marginTop={rows >= 20 ? 1 : 0}>
        <Choices choices={choicesOf(question, rows >= 20 ? 4 : 1)} onChoose={onChoose} compact={rows < 20} />
      </Box>
    </Frame>
  );
}

function choicesOf({ finding }: QuestionModel, commands: number): readonly Choice<FindingChoice>[] {
  return [
    ...finding.fixes.map((fix, index) => ({
      value: { kind: 'apply' as const, fix: index },
      label: fix.title,
      ...(index === 0 ? { aside: 'recommended' } : {}),
      details: <FixPreview actions={fix.actions} consequence={fix.consequence} most={commands} />,
    })),
    { value: { kind: 'look-again' as const }, label: 'Look again' },
    {
      value: { kind: 'skip' as const },
      label: finding.ifSkipped === undefined ? 'Skip: go on without it' : `Skip: ${finding.ifSkipped}`,
    },
    { value: { kind: 'stop' as const }, label: 'Stop here' },
  ];
}

function FixPreview(props: {
  actions: readonly ActionView[];
  consequence: string | undefined;
  most: number;
}) {
  const shown = props.actions.slice(0, props.most);
  const hidden = props.actions.length - shown.length;
  return (
    <Box flexDirection="column">
      {props.consequence === undefined ? null : <Paragraph color="yellow">{props.consequence}</Paragraph>}
      {numbered(shown.map(shortActionLine)).map(([number, line]) => (
        <Text key={number} dimColor wrap="truncate-end">
          {line}
        </Text>
      ))}
      {hidden === 0 ? null : <Text dimColor>{`and ${count(hidden, 'more action')}: d`}</Text>}
    </Box>
  );
}

function Failure({ failure }: { failure: FailureView }) {
  return (
    <Box flexDirection="column">
      <Text dimColor>Tried: {actionLine(failure.action)}</Text>
      {numbered(failureLines(failure)).map(([number, line]) => (
        <Paragraph key={number} {...(line.startsWith('| ') ? { dimColor: true } : {})}>
          {line}
        </Paragraph>
      ))}
    </Box>
  );
}

function Details(props: { question: QuestionModel; title: string; onBack: () => void }) {
  const { finding, failure } = props.question;
  useKeys((input, key) => {
    if (key.escape || key.return || input === 'd' || input === 'q') props.onBack();
  });
  return (
    <Frame
      title={props.title}
      right={finding.code}
      keys={[
        ['↑↓', 'scroll'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll>
        <Paragraph bold>{finding.saw}</Paragraph>
        <Paragraph>{finding.because}</Paragraph>
        {failure === undefined ? null : <Failure failure={failure} />}
        {finding.fixes.map((fix) => (
          <Box key={fix.title} flexDirection="column" marginTop={1}>
            <Text bold>{fix.title}</Text>
            {fix.consequence === undefined ? null : <Paragraph color="yellow">{fix.consequence}</Paragraph>}
            {fix.actions.map((action, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same command may stand there twice, and nothing moves
              <Box key={index} flexDirection="column" marginTop={1} paddingLeft={2}>
                <Text dimColor>{action.purpose}</Text>
                <ActionInFull action={action} />
              </Box>
            ))}
          </Box>
        ))}
      </Scroll>
    </Frame>
  );
}
