import { useState } from 'react';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useKeys, useNow } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { clock } from '../../run/wording.ts';

interface LookingProps {
  readonly title: string;
  readonly why: string;
  readonly onBack: () => void;
}

/** An operation looks at what it needs to know. */
export function OperationLooking({ title, why, onBack }: LookingProps) {
  const now = useNow();
  const [since] = useState(now);
  useKeys((input, key) => {
    if (key.escape || input === 'q') onBack();
  });
  return (
    <Frame title={title} right={clock(now - since)} keys={[['Esc', 'back']]}>
      <Text>
        <MarkSign mark="working" /> Looking. Looking changes nothing.
      </Text>
      <Scroll arrows={false}>
        <Text> </Text>
        <Paragraph dimColor>{why}</Paragraph>
      </Scroll>
    </Frame>
  );
}

interface UnseenProps {
  readonly title: string;
  readonly problem: string;
  readonly onLookAgain: () => void;
  readonly onBack: () => void;
}

/** It could not be looked at. */
export function OperationUnseen({ title, problem, onLookAgain, onBack }: UnseenProps) {
  useKeys((input, key) => {
    if (key.escape || key.return || input === 'q') onBack();
    else if (input === 'r') onLookAgain();
  });
  return (
    <Frame
      title={title}
      keys={[
        ['r', 'look again'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll>
        <Paragraph color="red">otto-install could not check it.</Paragraph>
        <Paragraph>{problem}</Paragraph>
        <Text> </Text>
        <Paragraph>Nothing was changed.</Paragraph>
      </Scroll>
    </Frame>
  );
}
