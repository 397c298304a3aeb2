import { Box } from 'ink';
import { useState } from 'react';
import { ActionInFull, numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import type { PlanView } from '../../engine/contracts/plan-view.ts';
import { count, shortActionLine } from '../../run/wording.ts';

interface AgreeProps {
  readonly title: string;
  readonly why: string;
  readonly plan: PlanView;
  readonly estimate: string | undefined;
  /** What has changed since it was agreed to. */
  readonly difference: readonly string[] | undefined;
  readonly onAgree: () => void;
  readonly onBack: () => void;
}

const HELP = [
  'Every step, in order. Nothing has been done yet. d shows each command and each file in full.',
  'Each step is recorded before it starts. If one fails, or you stop with Ctrl-C, everything is rolled back in reverse order; after a power cut, the next start of otto-install does that.',
  'At the end otto-install checks and proves what it touched; only then does it count as done.',
];

/** What will be done, before anything is. */
export function OperationAgree({ title, why, plan, estimate, difference, onAgree, onBack }: AgreeProps) {
  const actions = [...plan.steps.map((step) => step.do), ...plan.irreversible];
  const consequence = [plan.consequence, estimate].filter((text) => text !== undefined).join(' ');
  const { rows } = useFrameSize();
  const [whole, setWhole] = useState(false);
  useKeys((input, key) => {
    if (input === 'y') onAgree();
    else if (input === 'd') setWhole(!whole);
    else if ((key.escape || input === 'q') && whole) setWhole(false);
    else if (key.escape || input === 'q') onBack();
  });
  const roomy = rows >= 20;
  const warning =
    consequence === '' ? null : (
      <Box flexShrink={0} marginBottom={1}>
        <Paragraph color="yellow">{consequence}</Paragraph>
      </Box>
    );
  return (
    <Frame
      title={title}
      right={count(actions.length, 'step')}
      help={[why, ...HELP]}
      keys={[
        ['y', 'do it'],
        ['d', whole ? 'short' : 'details'],
        ['Esc', 'back'],
      ]}
    >
      {roomy ? warning : null}
      <Scroll>
        {roomy ? null : warning}
        {difference === undefined ? null : <Difference lines={difference} />}
        <Paragraph bold>What will be done</Paragraph>
        {actions.map((action, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same command may stand there twice, and nothing moves
          <Box key={index} flexDirection="column" marginTop={whole ? 1 : 0}>
            <Text wrap="truncate-end">{`${index + 1}. ${action.purpose}`}</Text>
            <Box paddingLeft={3} flexDirection="column">
              {whole ? (
                <ActionInFull action={action} />
              ) : (
                <Text dimColor wrap="truncate-end">
                  {shortActionLine(action)}
                </Text>
              )}
            </Box>
          </Box>
        ))}
        {actions.length === 0 ? (
          <Paragraph>Nothing has to be changed; otto-install only checks it.</Paragraph>
        ) : null}
      </Scroll>
    </Frame>
  );
}

/** What has changed since somebody agreed to it. */
function Difference({ lines }: { lines: readonly string[] }) {
  return (
    <Box flexDirection="column" marginBottom={1}>
      <Paragraph bold color="yellow">
        Nothing was begun: this has changed since you agreed to it.
      </Paragraph>
      {numbered(lines).map(([number, line]) => (
        <Text key={number} color={line.startsWith('-') ? 'red' : 'green'} wrap="truncate-end">
          {line}
        </Text>
      ))}
    </Box>
  );
}
