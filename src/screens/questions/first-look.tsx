import { Box } from 'ink';
import { use } from 'react';
import { QUESTIONS } from '../../answers/questions.ts';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { SessionContext, useKeys } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import type { SeenLine } from '../../run/shown-line.ts';
import type { FirstLook } from '../../wizard/first-look.ts';

interface FirstLookScreenProps {
  /** Undefined while the look is running. */
  readonly seen: FirstLook | undefined;
  /** Continues with the answers of the last run and asks only what is open, or asks everything. */
  readonly onBegin: (questions: 'open' | 'all') => void;
  readonly onLookAgain: () => void;
  readonly onQuit: () => void;
}

const HELP = [
  'Otto is Open WebUI, the page that people use; Hermes, the agent behind it; Claude, which answers; Paperclip, which runs agents; nginx and a certificate in front of them.',
  'otto-install looks at this machine, asks six questions, shows a plan with every command and every file, and changes nothing before you have said yes to it. Then it works through the plan, says what it does and why, and asks when something needs you.',
  'You can stop it at any time with Ctrl-C and start it again: it recognises what is already done and leaves that alone.',
  'otto-install restore sets up an Otto from the backup of another one.',
  'otto-install check only looks. otto-install --rehearse does everything on a server that exists only in memory.',
];

/** What this machine has; nothing is asked and nothing is touched. */
export function FirstLookScreen({ seen, onBegin, onLookAgain, onQuit }: FirstLookScreenProps) {
  const { version, machine } = use(SessionContext);
  const ready = seen !== undefined && seen.busy === undefined;
  const answered = ready && seen.answered;
  useKeys((input, key) => {
    if (input === 'q') onQuit();
    if (!ready) return;
    if (key.return) onBegin(answered ? 'open' : 'all');
    else if (input === 'a' && answered) onBegin('all');
    else if (input === 'r') onLookAgain();
  });
  return (
    <Frame
      title={`otto-install ${version}`}
      right={machine}
      help={HELP}
      keys={[
        ...(ready ? ([['Enter', answered ? 'go on' : 'begin']] as const) : []),
        ...(answered ? ([['a', 'change answers']] as const) : []),
        ...(ready ? ([['r', 'look again']] as const) : []),
        ['q', 'quit'],
      ]}
    >
      <Scroll>
        {seen === undefined ? (
          <Text>
            <MarkSign mark="working" /> Looking at this machine and at what it can reach …
          </Text>
        ) : seen.busy === undefined ? (
          <Seen {...seen} />
        ) : (
          <Busy busy={seen.busy} />
        )}
      </Scroll>
    </Frame>
  );
}

/** Another otto-install is running: wait for it, or leave. */
function Busy({ busy }: { busy: string }) {
  return (
    <>
      <Line mark="broken" text={busy} />
      <Text> </Text>
      <Line
        mark="working"
        text="Waiting: this continues on its own when the other one has finished. q leaves."
      />
    </>
  );
}

function Seen({ installed, lines, last, answered }: FirstLook) {
  return (
    <>
      {last === undefined ? null : (
        <Box marginBottom={1}>
          <Line {...last} />
        </Box>
      )}
      <Paragraph>
        {installed
          ? 'This machine has an Otto. This is what it runs on:'
          : 'This machine has no Otto yet. This is what it has:'}
      </Paragraph>
      <Box flexDirection="column" marginY={1}>
        {lines.map((line) => (
          <Line key={line.text} {...line} />
        ))}
      </Box>
      <Paragraph>{answered ? KEPT : NEXT}</Paragraph>
    </>
  );
}

const NEXT = `Next come ${QUESTIONS === 6 ? 'six' : QUESTIONS} questions and then the plan. Nothing is changed before you have seen the plan and said yes.`;
const KEPT =
  'Your answers from the last run are kept, except keys and passwords. Next comes the plan; nothing is changed before you have seen it and said yes.';

function Line({ mark, text }: SeenLine) {
  return (
    <Box columnGap={1}>
      <Box flexShrink={0}>
        <MarkSign mark={mark} />
      </Box>
      <Paragraph>{text}</Paragraph>
    </Box>
  );
}
