import { Box, Text } from 'ink';
import { useState } from 'react';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys, useNow } from '../../components/terminal.tsx';
import type { ActionView } from '../../engine/event.ts';
import { AT_REST, type RunModel, type TaskModel } from '../../view-model.ts';
import { clock, duration, type Mark, markOfState, progressText } from '../../wording.ts';
import { LogScreen } from '../log.tsx';

interface WorkProps {
  readonly title: string;
  readonly why: string;
  /** The steps as they were agreed to. */
  readonly actions: readonly ActionView[];
  readonly run: RunModel;
}

const HELP = [
  'The steps that you agreed to, one after the other; what is done has a filled circle. When all are done, what was touched is looked at, also while something has to come up first.',
  'The lines with the bar are the last output; l shows more of it. The whole output is in the log, without secrets.',
  'Ctrl-C asks once and then stops safely: everything is taken back. So it is when a step fails. When the connection breaks or the power goes, start otto-install again: it brings this to its end first.',
];

/** An operation at work: its steps, what is going on, what it printed last. */
export function OperationWork({ title, why, actions, run }: WorkProps) {
  const now = useNow(run.ended === undefined);
  const { rows } = useFrameSize();
  const [reading, setReading] = useState(false);
  const own = run.tasks[0];
  const tail = own?.tail ?? [];
  useKeys((input) => {
    if (input === 'l') setReading(true);
  }, !reading);
  if (reading) return <LogScreen title={title} tail={tail} log={run.log} onBack={() => setReading(false)} />;
  const lines = rowsOf(actions, run, now);
  const current = lines.findLastIndex(({ mark }) => mark === 'working' || mark === 'broken');
  const shown = rows >= 20 ? 4 : 2;
  const took = run.startedAt === 0 ? '' : duration(now - run.startedAt);
  const far =
    actions.length < 2 ? '' : ` · ${Math.min(own?.actionsDone ?? 0, actions.length)} of ${actions.length}`;
  return (
    <Frame
      title={isTakingBack(own) ? `${title}: taking it back` : title}
      right={`${took}${far}`}
      help={HELP}
      keys={[
        ['l', 'log'],
        ['Ctrl-C', 'stop safely'],
      ]}
    >
      <Scroll follow={Math.max(0, current)}>
        {numbered(lines.map(({ text }) => text)).map(([number, text]) => {
          const line = lines[number];
          return line === undefined ? null : <Row key={number} {...line} text={text} />;
        })}
      </Scroll>
      <Box flexDirection="column" flexShrink={0} height={shown}>
        {numbered(tail.slice(-shown)).map(([number, line]) => (
          <Text key={number} wrap="truncate-end">
            <Text dimColor>{'│ '}</Text>
            {line}
          </Text>
        ))}
      </Box>
      {rows < 20 ? null : (
        <Box flexShrink={0} marginTop={1} maxHeight={3} overflow="hidden">
          <Paragraph dimColor>{`Why: ${why}`}</Paragraph>
        </Box>
      )}
    </Frame>
  );
}

interface Line {
  readonly mark: Mark;
  readonly text: string;
  readonly right?: string;
}

const isTakingBack = (own: TaskModel | undefined) => own?.state === 'acting' && own.note !== undefined;

/** The steps, each in a line; then what is taken back, or what is looked at afterwards. */
function rowsOf(actions: readonly ActionView[], run: RunModel, now: number): readonly Line[] {
  const own = run.tasks[0];
  const done = own?.actionsDone ?? 0;
  const { action } = own ?? {};
  const working: readonly Line[] =
    action === undefined
      ? []
      : [
          {
            mark: 'working',
            text: `${action.view.purpose}${action.progress === undefined ? '' : `  ${progressText(action.progress)}`}`,
            right: clock(now - action.startedAt),
          },
        ];
  if (own === undefined || own.state === 'waiting' || own.state === 'looking')
    return [{ mark: 'working', text: 'Looking once more' }, ...actions.map(toDo)];
  if (isTakingBack(own)) {
    const failed: readonly Line[] =
      own.failure === undefined ? [] : [{ mark: 'broken', text: `${own.failure.action.purpose}: failed` }];
    const taking: readonly Line[] = [{ mark: 'working', text: 'Taking back what was begun' }];
    return [...failed, ...(working.length === 0 ? taking : working)];
  }
  const verifying = own.state === 'watching' || AT_REST.has(own.state);
  const begun = verifying ? actions.length : Math.min(done, actions.length);
  const steps = [
    ...actions.slice(0, begun).map(({ purpose }): Line => ({ mark: 'healthy', text: purpose })),
    ...(verifying ? [] : working),
    ...actions.slice(begun + (working.length > 0 ? 1 : 0)).map(toDo),
  ];
  return verifying ? [...steps, ...verifyingLines(run, now), ...working] : steps;
}

const toDo = ({ purpose }: ActionView): Line => ({ mark: 'waiting', text: purpose });

/** The parts that are looked at, and proved, at the end. */
function verifyingLines(run: RunModel, now: number): readonly Line[] {
  const parts = run.tasks.slice(1).filter(({ state }) => state !== 'waiting');
  const rest = run.tasks.slice(1).filter(({ state }) => state === 'waiting');
  const allThere = rest.length === 0 && parts.every(({ state }) => AT_REST.has(state));
  const what = rest[0]?.view.title;
  return [
    ...parts.map(({ view, state, findings, note, startedAt }): Line => {
      const mark = markOfState(state, findings);
      const waiting = mark === 'working' && note !== undefined ? `: ${note}` : '';
      const right = mark === 'working' && startedAt !== undefined ? clock(now - startedAt) : undefined;
      return {
        mark,
        text: `Looking at ${view.title}${waiting}`,
        ...(right === undefined ? {} : { right }),
      };
    }),
    ...(what !== undefined && parts.every(({ state }) => AT_REST.has(state))
      ? [{ mark: 'working' as const, text: `Looking at ${what}` }]
      : []),
    ...(allThere ? [{ mark: 'working' as const, text: 'Proving that it works' }] : []),
  ];
}

function Row({ mark, text, right }: Line) {
  return (
    <Box columnGap={1}>
      <Box flexShrink={0}>
        <MarkSign mark={mark} />
      </Box>
      <Box flexGrow={1} flexShrink={1}>
        <Text wrap="truncate-end" dimColor={mark === 'waiting'}>
          {text}
        </Text>
      </Box>
      {right === undefined ? null : (
        <Box flexShrink={0}>
          <Text dimColor>{right}</Text>
        </Box>
      )}
    </Box>
  );
}
