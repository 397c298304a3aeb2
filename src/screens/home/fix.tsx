import { Box } from 'ink';
import { useState } from 'react';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { useFrameSize, useKeys, useNow } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { atWork, type RunModel, type TaskModel } from '../../run/view-model.ts';
import { clock, count, duration, progressText, shortActionLine } from '../../run/wording.ts';
import type { FixRequest } from '../../wizard/home.ts';
import { LogScreen } from '../run/log.tsx';

interface FixScreenProps {
  readonly title: string;
  /** What is being done, where the title does not say it. */
  readonly what?: string;
  readonly run: RunModel;
  readonly help?: readonly string[];
}

const HELP = [
  'otto-install is doing what you chose. Then it looks at that part again, and waits if something has to start first; after that it looks at everything.',
  'The lines with the bar are the last output; l shows more of it. The whole output is in the log, without secrets.',
  'Ctrl-C asks once and then stops safely: what is running ends first.',
];

/** How the work on a request is headed. */
export function fixTitle({ codes, title }: FixRequest): { readonly title: string; readonly what?: string } {
  return codes.length > 1 ? { title: `Fixing ${title}` } : { title: 'Fixing', what: title };
}

/** A fix at work: what it does, what it printed last. */
export function FixScreen({ title, what, run, help = HELP }: FixScreenProps) {
  const now = useNow(run.ended === undefined);
  const { rows } = useFrameSize();
  const [reading, setReading] = useState(false);
  const working = atWork(run);
  const chosen =
    working.find(({ action }) => action !== undefined) ?? working.find(({ state }) => state !== 'looking');
  useKeys((input) => {
    if (input === 'l' && chosen !== undefined) setReading(true);
  }, !reading);
  if (reading && chosen !== undefined)
    return (
      <LogScreen
        title={chosen.view.title}
        tail={chosen.tail}
        log={run.log}
        onBack={() => setReading(false)}
      />
    );
  const shown = working.filter(({ state }) => state !== 'looking');
  const lines = Math.max(1, rows - 10 - shown.length * 2);
  return (
    <Frame
      title={title}
      right={`${run.startedAt === 0 ? '' : duration(now - run.startedAt)}${run.actionsDone === 0 ? '' : ` · ${count(run.actionsDone, 'action')} done`}`}
      help={help}
      keys={[
        ['l', 'log'],
        ['Ctrl-C', 'stop safely'],
      ]}
    >
      <Box flexShrink={0} flexDirection="column">
        {what === undefined ? null : <Paragraph bold>{what}</Paragraph>}
        {shown.length === 0 ? (
          <Text>
            <MarkSign mark="working" /> Looking
          </Text>
        ) : null}
        {shown.map((task) => (
          <Work key={task.view.id} task={task} now={now} />
        ))}
      </Box>
      <Box
        flexGrow={1}
        flexShrink={1}
        flexDirection="column"
        overflow="hidden"
        marginTop={rows >= 20 ? 1 : 0}
      >
        {numbered((chosen?.tail ?? []).slice(-lines)).map(([number, line]) => (
          <Text key={number} wrap="truncate-end">
            <Text dimColor>{'│ '}</Text>
            {line}
          </Text>
        ))}
      </Box>
      {chosen === undefined || rows < 20 ? null : (
        <Box flexShrink={0} maxHeight={3} overflow="hidden">
          <Paragraph dimColor>{`Why: ${chosen.view.why}`}</Paragraph>
        </Box>
      )}
    </Frame>
  );
}

function Work({ task, now }: { task: TaskModel; now: number }) {
  const { action } = task;
  const progress = action?.progress === undefined ? '' : `  ${progressText(action.progress)}`;
  const since = action?.startedAt ?? task.startedAt ?? now;
  return (
    <Box flexDirection="column">
      <Box columnGap={1}>
        <Box flexShrink={0}>
          <MarkSign mark="working" />
        </Box>
        <Box flexGrow={1} flexShrink={1}>
          <Text wrap="truncate-end">
            {`${task.view.title}: ${action?.view.purpose ?? task.note ?? 'looking again'}${progress}`}
          </Text>
        </Box>
        <Box flexShrink={0}>
          <Text dimColor>{clock(now - since)}</Text>
        </Box>
      </Box>
      {action === undefined ? null : (
        <Text dimColor wrap="truncate-end">{`  ${shortActionLine(action.view)}`}</Text>
      )}
    </Box>
  );
}
