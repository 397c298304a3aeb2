import { Box } from 'ink';
import { useState } from 'react';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll, Yielding } from '../../components/scroll.tsx';
import { useFrameSize, useNow } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { AT_REST, atWork, type RunModel, type TaskModel, waitsFor } from '../../run/view-model.ts';
import { clock, count, elapsedText, MARKS, markOfState, progressText } from '../../run/wording.ts';
import { LogScreen } from './log.tsx';

interface RunScreenProps {
  readonly run: RunModel;
}

const HELP = [
  'otto-install looks at each part, fixes what differs from a healthy Otto, and looks again. Parts that do not depend on one another run at the same time.',
  'The lines with the bar are the last output of the part that you choose with the arrow keys; l shows more of it. The whole output is in the log, without secrets.',
  'The bar below the title is the whole installation, with the time that is left: from what parts took here before, else usually. Parts that are done fold into one line.',
  'Ctrl-C asks once and then stops safely: what is running ends first, and when you start otto-install again it continues from there.',
  'If the connection to this server breaks, the installation goes on. Log in and start otto-install again: it shows it from its beginning.',
];

/** All parts at work: what is done, what is running and why, the tail of one output. */
export function RunScreen({ run }: RunScreenProps) {
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
  const narrowKeys = columns < 60;
  const keys = useKeyTable(
    [
      { keys: ['l'], what: 'log', on: chosen !== undefined, run: () => setReading(true) },
      {
        keys: ['↑', '↓'],
        shown: '↑↓',
        what: narrowKeys ? 'other output' : "another part's output",
        on: working.length > 1,
        run: (key) => choose(key === '↑' ? -1 : 1),
      },
    ],
    !reading,
  );

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
  const healthy = resting.filter(isHealthy);
  const others = resting.filter((task) => !isHealthy(task));
  // What title, keys, output and reason leave, less the lines of what is done and what is running.
  const taken = others.length + (healthy.length > 0 ? 1 : 0) + working.length;
  const room = Math.max(1, rows - (roomy ? 11 : 5) - taken);
  const done = run.actionsDone === 0 ? '' : ` · ${count(run.actionsDone, 'step')} done`;
  return (
    <Frame
      title="Installing"
      right={`${elapsedText(run, now)}${run.startedAt === undefined ? '' : done}`}
      help={HELP}
      keys={[...keys, ['Ctrl-C', narrowKeys ? 'stop' : 'stop safely']]}
    >
      <Scroll arrows={false}>
        {run.tasks.length > 0 ? null : (
          <Text wrap="truncate-end">
            <MarkSign mark="working" /> Starting
          </Text>
        )}
        {healthy.length === 0 ? null : <Folded tasks={healthy} of={run.tasks.length} />}
        {others.map((task) => (
          <RestRow key={task.view.id} task={task} />
        ))}
        {working.map((task) => (
          <WorkRow key={task.view.id} task={task} now={now} chosen={task === chosen && working.length > 1} />
        ))}
        <Waiting run={run} room={room} />
      </Scroll>
      {rows < 15 ? null : <Tail task={chosen} lines={roomy ? 3 : 1} />}
      {roomy ? (
        <Yielding most={4}>
          <Text> </Text>
          <Paragraph dimColor>{chosen === undefined ? ' ' : `Why: ${chosen.view.why}`}</Paragraph>
        </Yielding>
      ) : null}
    </Frame>
  );
}

const isHealthy = ({ state, findings }: TaskModel) => markOfState(state, findings) === 'healthy';

/** Parts that are done, in one line, the latest first; what is not as it should be has a line of its own. */
function Folded({ tasks, of }: { tasks: readonly TaskModel[]; of: number }) {
  const titles = tasks.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)).map(({ view }) => view.title);
  return (
    <Text wrap="truncate-end">
      <MarkSign mark="healthy" still /> {`${tasks.length} of ${of} parts done: `}
      <Text dimColor>{titles.join(', ')}</Text>
    </Text>
  );
}

function RestRow({ task: { view, state, findings, note } }: { task: TaskModel }) {
  const what = note ?? findings[0]?.evidence;
  return (
    <Text wrap="truncate-end">
      <MarkSign mark={markOfState(state, findings)} still /> {view.title}
      {what === undefined ? null : <Text dimColor>{`  ${what}`}</Text>}
    </Text>
  );
}

function WorkRow({ task, now, chosen }: { task: TaskModel; now: number; chosen: boolean }) {
  const { columns } = useFrameSize();
  const asking = task.state === 'asking';
  const narrow = columns < 60;
  // No room for a column that would say anything.
  const bare = columns < 34;
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
      <Box {...(bare ? { flexGrow: 1, flexShrink: 1 } : { flexShrink: 0, width: narrow ? 13 : 18 })}>
        <Text wrap="truncate-end" bold={chosen}>
          {task.view.title}
        </Text>
      </Box>
      {bare ? null : (
        <Box flexGrow={1} flexShrink={1}>
          <Text wrap="truncate-end">{what}</Text>
        </Box>
      )}
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
