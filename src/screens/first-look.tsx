import { Box, Text } from 'ink';
import { use } from 'react';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { Scroll } from '../components/scroll.tsx';
import { SessionContext, useKeys } from '../components/terminal.tsx';
import type { SeenLine } from '../first-look.ts';
import { QUESTIONS } from '../questions.ts';

export interface FirstLook {
  /** Whether an Otto's data is on this machine. */
  readonly installed: boolean;
  readonly lines: readonly SeenLine[];
}

interface FirstLookScreenProps {
  /** Undefined while it is being looked. */
  readonly seen: FirstLook | undefined;
  readonly onBegin: () => void;
  readonly onLookAgain: () => void;
  readonly onQuit: () => void;
}

const HELP = [
  'Otto is Open WebUI, the page that people use; Hermes, the agent behind it; Claude, which answers; Paperclip, which runs agents; nginx and a certificate in front of them.',
  'otto-install looks at this machine, asks six questions, shows a plan with every command and every file, and changes nothing before you have said yes to it. Then it works through the plan, says what it does and why, and asks when something needs you.',
  'It can be stopped at any time with Ctrl-C, and started again: what is done already is recognised and left alone.',
  'otto-install check only looks. otto-install --rehearse does everything on a server that exists only in memory.',
];

/** What this machine has; nothing is asked and nothing is touched. */
export function FirstLookScreen({ seen, onBegin, onLookAgain, onQuit }: FirstLookScreenProps) {
  const { version, machine } = use(SessionContext);
  useKeys((input, key) => {
    if (input === 'q') onQuit();
    else if (seen !== undefined && key.return) onBegin();
    else if (seen !== undefined && input === 'r') onLookAgain();
  });
  return (
    <Frame
      title={`otto-install ${version}`}
      right={machine}
      help={HELP}
      keys={[
        ...(seen === undefined
          ? []
          : ([
              ['Enter', 'begin'],
              ['r', 'look again'],
            ] as const)),
        ['q', 'quit'],
      ]}
    >
      <Scroll>
        {seen === undefined ? (
          <Text>
            <MarkSign mark="working" /> Looking at this machine and at what it reaches …
          </Text>
        ) : (
          <Seen {...seen} />
        )}
      </Scroll>
    </Frame>
  );
}

function Seen({ installed, lines }: FirstLook) {
  return (
    <>
      <Paragraph>
        {installed
          ? 'This machine has an Otto. This is what it stands on:'
          : 'This machine has no Otto yet. This is what it has:'}
      </Paragraph>
      <Box flexDirection="column" marginY={1}>
        {lines.map(({ mark, text }) => (
          <Box key={text} columnGap={1}>
            <Box flexShrink={0}>
              <MarkSign mark={mark} />
            </Box>
            <Paragraph>{text}</Paragraph>
          </Box>
        ))}
      </Box>
      <Paragraph>
        {`Next come ${QUESTIONS === 6 ? 'six' : QUESTIONS} questions and then the plan. Nothing is changed before you have seen the plan and said yes.`}
      </Paragraph>
    </>
  );
}
