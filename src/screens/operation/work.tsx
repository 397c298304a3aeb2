import { Box } from 'ink';
import { useState } from 'react';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys, useNow } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import type { ActionView } from '../../engine/contracts/action-view.ts';
import type { Steps } from '../../operation-flow/flow-state.ts';
import { type ActionModel, AT_REST, type RunModel, type TaskModel } from '../../run/view-model.ts';
import { clock, duration, type Mark, markOfState, progressText } from '../../run/wording.ts';
import { LogScreen } from '../run/log.tsx';

interface WorkProps {
  readonly title: string;
  readonly why: string;
  /** As they were agreed to. */
  readonly steps: Steps;
  readonly run: RunModel;
}

const HELP = [
  'The steps that you agreed to, one after the other; a filled circle marks what is done. At the end otto-install checks what it touched, and waits if something has to start first.',
  'The lines with the bar are the last output; l shows more of it. The whole output is in the log, without secrets.',
  'Ctrl-C asks once and then stops safely: everything is rolled back. The same happens if a step fails. If the connection breaks or the power goes, start otto-install again: it finishes or rolls this back first.',
];

/** An operation at work: its steps, the current action, what it printed last. */
export function OperationWork({ title, why, steps, run }: WorkProps) {
  const { actions } = steps;
  const now = useNow(run.ended === undefined);
  const { rows } = useFrameSize();
  const [reading, setReading] = useState(false);
  const own = run.tasks[0];
  const tail = own?.tail ?? [];
  useKeys((input) => {
    if (input === 'l') setReading(true);
  }, !reading);
  if (reading) return <LogScreen title={title} tail={tail} log={run.log} onBack={() => setReading(false)} />;
  const lines = rowsOf(steps, run, now);
  const current = lines.findLastIndex(({ mark }) => mark === 'working' || mark === 'broken');
  const shown = rows >= 20 ? 4 : 2;
  const took = run.startedAt === 0 ? '' : duration(now - run.startedAt);
  const far =
    actions.length < 2 ? '' : ` · ${Math.min(own?.actionsDone ?? 0, actions.length)} of ${actions.length}`;
  return (
    <Frame
      title={isTakingBack(own) ? `${title}: rolling back` : title}
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

/** The steps, each in a line; then what is undone, or what is verified and what comes last. */
function rowsOf({ actions, irreversible }: Steps, run: RunModel, now: number): readonly Line[] {
  const own = run.tasks[0];
  const working = own?.action === undefined ? [] : [workingLine(own.action, now)];
  if (own === undefined || own.state === 'waiting' || own.state === 'looking')
    return [{ mark: 'working', text: 'Looking once more' }, ...[...actions, ...irreversible].map(toDo)];
  if (isTakingBack(own)) {
    const failed: readonly Line[] =
      own.failure === undefined
        ? []
        : [{ mark: 'broken', text: `${own.failure.action.purpose}: did not finish` }];
    const taking: readonly Line[] = [{ mark: 'working', text: 'Rolling back what was started' }];
    return [...failed, ...(working.length === 0 ? taking : working)];
  }
  if (own.state === 'acting') {
    const begun = Math.min(own.actionsDone, actions.length);
    const left = actions.slice(begun + working.length);
    return [...actions.slice(0, begun).map(done), ...working, ...[...left, ...irreversible].map(toDo)];
  }
  const proved = own.action !== undefined || own.actionsDone > actions.length || AT_REST.has(own.state);
  const at = irreversible.findIndex(({ purpose }) => purpose === own.action?.view.purpose);
  const gone = AT_REST.has(own.state) ? irreversible.length : Math.max(0, at);
  return [
    ...actions.map(done),
    ...verifyingLines(run, now, proved),
    ...irreversible.slice(0, gone).map(done),
    ...working,
    ...irreversible.slice(at < 0 ? gone : at + 1).map(toDo),
  ];
}

const done = ({ purpose }: ActionView): Line => ({ mark: 'healthy', text: purpose });
const toDo = ({ purpose }: ActionView): Line => ({ mark: 'waiting', text: purpose });

function workingLine({ view, progress, startedAt }: ActionModel, now: number): Line {
  const far = progress === undefined ? '' : `  ${progressText(progress)}`;
  return { mark: 'working', text: `${view.purpose}${far}`, right: clock(now - startedAt) };
}

/** The parts that are verified once the steps are done. */
function verifyingLines(run: RunModel, now: number, proved: boolean): readonly Line[] {
  const parts = run.tasks.slice(1);
  const begun = parts.filter(({ state }) => state !== 'waiting');
  const next = begun.every(({ state }) => AT_REST.has(state))
    ? parts.find(({ state }) => state === 'waiting')
    : undefined;
  const last: readonly Line[] =
    next !== undefined
      ? [{ mark: 'working', text: `Looking at ${next.view.title}` }]
      : begun.every(({ state }) => AT_REST.has(state)) && !proved
        ? [{ mark: 'working', text: 'Proving that it works' }]
        : [];
  return [...begun.map((part) => partLine(part, now)), ...(proved ? [] : last)];
}

function partLine({ view, state, findings, note, startedAt = 0 }: TaskModel, now: number): Line {
  const mark = markOfState(state, findings);
  if (mark !== 'working') return { mark, text: `Looking at ${view.title}` };
  const what = note === undefined ? '' : `: ${note}`;
  return { mark, text: `Looking at ${view.title}${what}`, right: clock(now - startedAt) };
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
