import { Box } from 'ink';
import { type ReactNode, use } from 'react';
import { CHOOSE, Choices } from '../components/choices.tsx';
import { Frame } from '../components/frame.tsx';
import { useKeyTable } from '../components/keys.ts';
import { Paragraph } from '../components/paragraph.tsx';
import { ActiveContext } from '../components/terminal.tsx';
import { Text } from '../components/text.tsx';

interface ConfirmProps {
  /** 'Cancel this sign-in?' */
  readonly title: string;
  /** What it leads to. */
  readonly words: string;
  /** 'Cancel it' */
  readonly yes: string;
  /** 'Go back to it'; chosen first, and what Esc does. */
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks before something ends. The harmless choice comes first. */
function Confirm({ title, words, yes, no, onYes, onNo }: ConfirmProps) {
  const keys = useKeyTable([{ keys: ['Esc'], what: 'back', run: onNo }]);
  return (
    <Frame title={title} keys={[CHOOSE, ['Enter', 'do it'], ...keys]}>
      <Paragraph>{words}</Paragraph>
      <Text> </Text>
      <Choices
        choices={[
          { value: onNo, label: no },
          { value: onYes, label: yes },
        ]}
        onChoose={(choice) => choice()}
      />
    </Frame>
  );
}

interface ConfirmingProps extends ConfirmProps {
  readonly asked: boolean;
  readonly children: ReactNode;
}

/** A screen, or while it is `asked` whether to end it the question; what was typed on the screen is still there afterwards. */
export function Confirming({ asked, children, ...question }: ConfirmingProps) {
  const active = use(ActiveContext);
  return (
    <>
      {asked ? <Confirm {...question} /> : null}
      <Box display={asked ? 'none' : 'flex'}>
        <ActiveContext value={active && !asked}>{children}</ActiveContext>
      </Box>
    </>
  );
}
