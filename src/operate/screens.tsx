import { useApp } from 'ink';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Answers } from '../answers.ts';
import { exitCodeOf } from '../batch.ts';
import { FrameSize, type Session, SessionContext } from '../components/terminal.tsx';
import type { Run } from '../engine/run.ts';
import type { Host } from '../host/host.ts';
import { onScreens } from '../on-screens.ts';
import type { OperationCall } from '../operation-words.ts';
import type { AnyOttoOperation, Given } from '../operations/otto-operation.ts';
import { seriesEnd } from '../operations/series.ts';
import { Interruptible } from '../screens/interruptible.tsx';
import { OperationScreen, operationPlace } from '../screens/operation.tsx';
import { wrapText } from '../terminal/wrap.ts';
import { MARKS } from '../wording.ts';
import { endingHeading, leftEarlyText, operationEndingLines } from './ending.ts';
import { type Flow, type FlowState, startFlow } from './flow.ts';

interface OperateScreensOptions {
  readonly call: OperationCall;
  readonly answers: Answers;
  readonly given: Given;
  readonly host: Host;
  readonly session: Session;
}

/** An operation as it was left. */
export interface LeftOperation {
  readonly operation: AnyOttoOperation;
  readonly state: FlowState;
}

const FAILED = 1;
const COULD_NOT_RUN = 2;
const CANCELLED = 130;

/** An operation, or a series of them, on this process's terminal. Resolves to the exit code; rejects when a screen crashed. */
export async function runOperateScreens(options: OperateScreensOptions): Promise<number> {
  const { call, answers, given, host, session } = options;
  const atWork = new Set<Run>();
  const begin = (operation: AnyOttoOperation) =>
    startFlow({
      operation,
      host,
      answers,
      version: session.version,
      given: call.series === undefined ? given : {},
      begun: (run) => {
        atWork.add(run);
        void run.result.then(() => atWork.delete(run));
      },
    });
  const operations = call.series?.operations ?? [call.operation];
  return onScreens<readonly LeftOperation[]>(<OperateApp {...{ operations, begin, session }} />, {
    problems: [],
    stop: async (reason) => {
      for (const run of atWork) run.stop(reason);
      await Promise.all([...atWork].map((run) => run.result));
    },
    end: (left = []) => ({
      text: leftText(left, call, process.stdout.columns || 80),
      exitCode:
        left.map(({ state }) => exitCodeFor(state)).find((code) => code !== 0) ??
        (left.length > 0 ? 0 : CANCELLED),
    }),
  });
}

/** As the lines do: what was refused or taken back is 1, what could not be looked at 2, what was left before it began 130. */
function exitCodeFor(state: FlowState): number {
  if (state.name === 'ended') return exitCodeOf(state.run);
  if (state.name === 'refused') return FAILED;
  return state.name === 'unseen' ? COULD_NOT_RUN : CANCELLED;
}

/** What stays in the terminal: how it ended, without what was shown once. */
export function leftText(
  left: readonly LeftOperation[],
  { series }: Pick<OperationCall, 'series'>,
  width: number,
): string {
  const blocks = left.map(({ operation, state }) => {
    if (state.name === 'refused')
      return [
        `${operation.title}: not begun`,
        ...state.findings.flatMap(({ saw, because }) => [`${MARKS.broken} ${saw}`, `  ${because}`]),
        'Nothing was changed.',
      ];
    if (state.name === 'unseen')
      return [`${operation.title}: it could not be looked at`, `  ${state.problem}`];
    if (state.name !== 'ended') return [leftEarlyText(operation, state)];
    const lines = operationEndingLines(state.ending, state.run, state.told);
    return [
      endingHeading(operation, state.ending),
      ...lines
        .filter(({ once }) => once !== true)
        .map(
          ({ mark, text, indent = 0 }) =>
            `${mark === undefined ? ' '.repeat(indent) : `${MARKS[mark]} `}${text}`,
        ),
      ...(lines.some(({ once }) => once === true)
        ? ['What was secret stood on the screen, and stands nowhere else.']
        : []),
    ];
  });
  const failed = left.find(({ state }) => state.name !== 'ended' || state.ending.kind !== 'done')?.operation;
  const end = series === undefined || left.length === 0 ? [] : [seriesEnd(series, failed)];
  const all = [...blocks, ...end].map((block) => block.map((line) => wrapText(line, width)).join('\n'));
  return all.length === 0 ? '' : `${all.join('\n\n')}\n`;
}

interface OperateAppProps {
  readonly operations: readonly AnyOttoOperation[];
  readonly begin: (operation: AnyOttoOperation) => Flow;
  readonly session: Session;
}

/** One operation after the other, until all are done or one is left. */
export function OperateApp({ operations, begin, session }: OperateAppProps) {
  const { exit } = useApp();
  const [left, setLeft] = useState<readonly LeftOperation[]>([]);
  const [over, setOver] = useState(false);
  const operation = operations[left.length];
  // The last frame is taken away first: what it shows once must not stay in the terminal.
  useEffect(() => {
    if (over) exit(left);
  }, [over, left, exit]);
  if (over || operation === undefined) return null;
  const leave = (state: FlowState) => {
    const all = [...left, { operation, state }];
    setLeft(all);
    setOver(state.name !== 'ended' || state.ending.kind !== 'done' || all.length === operations.length);
  };
  return (
    <SessionContext value={session}>
      <FrameSize>
        <One
          key={operation.id}
          begin={() => begin(operation)}
          onward={
            left.length + 1 < operations.length ? `next: ${operations[left.length + 1]?.title}` : 'leave'
          }
          onLeave={leave}
        />
      </FrameSize>
    </SessionContext>
  );
}

interface OneProps {
  readonly begin: () => Flow;
  readonly onward: string;
  readonly onLeave: (state: FlowState) => void;
}

function One({ begin, onward, onLeave }: OneProps) {
  const [flow] = useState(begin);
  const state = useSyncExternalStore(flow.subscribe, flow.state);
  const over = state.name === 'ended';
  const leave = () => {
    flow.leave();
    onLeave(state);
  };
  return (
    <Interruptible
      atWork={state.name === 'working' ? 'operating' : state.name === 'fetching' ? 'fetching' : undefined}
      over={over}
      place={operationPlace(state)}
      onStop={() => flow.stop('Stopped with Ctrl-C.')}
      onLeave={leave}
    >
      <OperationScreen
        {...{ flow, state }}
        onward={over && state.ending.kind === 'done' ? onward : 'leave'}
        onLeave={leave}
      />
    </Interruptible>
  );
}
