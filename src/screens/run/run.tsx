import { Box } from 'ink';
import { useState } from 'react';
import stringWidth from 'string-width';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { useFrameSize, useKeys, useNow } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { AT_REST, atWork, type RunModel, type TaskModel, waitsFor } from '../../run/view-model.ts';
import { clock, duration, MARKS, markOfState, progressText } from '../../run/wording.ts';
import { LogScreen } from './log.tsx';

interface RunScreenProps {
  readonly run: RunModel;
  /** How many actions the plan had. */
  readonly planned: number;
}

const HELP = [
  'otto-install looks at each part, fixes what differs from a healthy Otto, and looks again. Parts that do not depend on one another run at the same time.',
  'The lines with the bar are the last output of the part that you choose with the arrow keys; l shows more of it. The whole output is in the log, without secrets.',
  'Ctrl-C asks once and then stops safely: what is running ends first, and when you start otto-install again it continues from there.',
  'If the connection to this server breaks, log in and start otto-install again.',
];

/** All parts at work: what is done, what is running and why, the tail of one output. */
export function RunScreen({ run, planned }: RunScreenProps) {
  const now = useNow(run.ended === undefined);
  const { columns, rows } = useFrameSize();
  const [wanted, setWanted] = useState<string>();
  const [reading, setReading] = useState(false);
  const working = atWork(run);
  const chosen =
    working.find(({ view }) => view.id === wanted) ??
    working.find(({ action }) => action !== undefined) ??
    working[0];

  const choose = (step: number) => {
    const index = chosen === undefined ? 0 : working.indexOf(chosen);
    setWanted(working[(index + step + working.length) % Math.max(1, working.length)]?.view.id);
  };
  useKeys((input, key) => {
    if (key.upArrow) choose(-1);
    else if (key.downArrow) choose(1);
    else if (input === 'l' && chosen !== undefined) setReading(true);
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
  const roomy = rows >= 20;
  const resting = run.tasks.filter(({ state }) => AT_REST.has(state));
  // What title, keys, output and reason leave, less the lines of what is done and what is running.
  const room = Math.max(2, rows - (roomy ? 11 : 7) - flowRows(resting, columns - 2) - working.length);
  const done = planned > 0 ? ` · ${run.actionsDone} of ${Math.max(planned, run.actionsDone)}` : '';
  return (
    <Frame
      title="Installing"
      right={`${duration(now - run.startedAt)}${done}`}
      help={HELP}
      keys={[
        ['l', 'log'],
        ['↑↓', columns < 60 ? 'other output' : "another part's output"],
        ['Ctrl-C', columns < 60 ? 'stop' : 'stop safely'],
      ]}
    >
      <Box flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden">
        <Flow tasks={resting} />
        {working.map((task) => (
          <WorkRow key={task.view.id} task={task} now={now} chosen={task === chosen && working.length > 1} />
        ))}
        <Waiting run={run} room={room} />
      </Box>
      <Box flexDirection="column" flexShrink={0}>
        <Tail task={chosen} lines={roomy ? 3 : 1} />
        <Box marginTop={roomy ? 1 : 0} maxHeight={roomy ? 4 : 2} overflow="hidden">
          <Paragraph dimColor>{chosen === undefined ? ' ' : `Why: ${chosen.view.why}`}</Paragraph>
        </Box>
      </Box>
    </Frame>
  );
}

/** How many rows {@link Flow} takes. */
function flowRows(tasks: readonly TaskModel[], width: number): number {
  let rows = 0;
  let left = 0;
  for (const { view } of tasks) {
    const needed = stringWidth(view.title) + 2;
    if (rows === 0 || needed > left) {
      rows += 1;
      left = width;
    }
    left -= needed + 2;
  }
  return rows;
}

/** Parts that have come to rest, side by side. */
function Flow({ tasks }: { tasks: readonly TaskModel[] }) {
  if (tasks.length === 0) return null;
  return (
    <Box flexShrink={0} columnGap={2} flexWrap="wrap">
      {tasks.map(({ view, state, findings }) => {
        const mark = markOfState(state, findings);
        return (
          <Text key={view.id} wrap="truncate-end">
            <MarkSign mark={mark} still /> {view.title}
          </Text>
        );
      })}
    </Box>
  );
}

function WorkRow({ task, now, chosen }: { task: TaskModel; now: number; chosen: boolean }) {
  const { columns } = useFrameSize();
  const asking = task.state === 'asking';
  const narrow = columns < 60;
  const { action } = task;
  const progress = action?.progress === undefined ? undefined : progressText(action.progress);
  const purpose = asking ? 'needs you' : (action?.view.purpose ?? task.note ?? 'looking');
  // Where both have no room, how far it is says more.
  const what = narrow ? (progress ?? purpose) : purpose;
  const since = action?.startedAt ?? task.startedAt ?? now;
  return (
    <Box flexShrink={0} columnGap={1}>
      <Box flexShrink={0}>
        <MarkSign mark={asking ? 'broken' : 'working'} />
      </Box>
      <Box flexShrink={0} width={narrow ? 13 : 18}>
        <Text wrap="truncate-end" bold={chosen}>
          {task.view.title}
        </Text>
      </Box>
      <Box flexGrow={1} flexShrink={1}>
        <Text wrap="truncate-end">{what}</Text>
      </Box>
      {narrow || progress === undefined ? null : (
        <Box flexShrink={0}>
          <Text>{progress}</Text>
        </Box>
      )}
      <Box flexShrink={0} width={5} justifyContent="flex-end">
        <Text dimColor>{clock(now - since)}</Text>
      </Box>
    </Box>
  );
}

/** What has not begun: the next few with what they wait for, the rest by name. */
function Waiting({ run, room }: { run: RunModel; room: number }) {
  const waiting = run.tasks.filter(({ state }) => state === 'waiting');
  const shown = waiting.length <= room ? waiting.length : room - 1;
  const next = waiting.slice(0, shown);
  const rest = waiting.slice(shown);
  return (
    <>
      {next.map((task) => {
        const needs = waitsFor(run, task);
        return (
          <Text key={task.view.id} dimColor wrap="truncate-end">
            {`${MARKS.waiting} ${task.view.title}${needs.length === 0 ? '' : `  waits for ${needs.join(', ')}`}`}
          </Text>
        );
      })}
      {rest.length === 0 ? null : (
        <Text
          dimColor
          wrap="truncate-end"
        >{`${MARKS.waiting} ${rest.map(({ view }) => view.title).join(', ')}`}</Text>
      )}
    </>
  );
}

function Tail({ task, lines }: { task: TaskModel | undefined; lines: number }) {
  const tail = (task?.tail ?? []).slice(-lines);
  const padded = [...tail, ...Array.from({ length: lines - tail.length }, () => '')];
  return (
    <Box flexDirection="column" flexShrink={0} height={lines}>
      {numbered(padded).map(([number, line]) => (
        <Text key={number} wrap="truncate-end">
          <Text dimColor>{'│ '}</Text>
          {line}
        </Text>
      ))}
    </Box>
  );
}
