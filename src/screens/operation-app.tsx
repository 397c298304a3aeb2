import { useApp } from 'ink';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Answers } from '../answers/schema.ts';
import { WindowSignals } from '../components/signals.tsx';
import { FrameSize, SessionContext } from '../components/terminal.tsx';
import type { Run } from '../engine/contracts/run.ts';
import type { Host } from '../host/host.ts';
import type { OperationCall } from '../operation-flow/call.ts';
import { isShownOnce } from '../operation-flow/ending.ts';
import { type Flow, startFlow } from '../operation-flow/flow.ts';
import type { FlowState } from '../operation-flow/flow-state.ts';
import { exitCodeFor, type LeftOperation, leftText } from '../operation-flow/left.ts';
import type { AnyOttoOperation, Given } from '../operations/otto-operation.ts';
import { endRuns } from '../run/end-runs.ts';
import { EXIT } from '../run/exit-code.ts';
import type { Session } from '../run/session.ts';
import { Interruptible } from './interruptible.tsx';
import { onScreens } from './on-screens.ts';
import { OperationScreen, operationKey } from './operation/operation.tsx';
import { windowOfFlow } from './window.ts';

interface OperateScreensOptions {
  readonly call: OperationCall;
  readonly answers: Answers;
  readonly given: Given;
  readonly host: Host;
  readonly session: Session;
}

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
      trackRun: (run) => {
        atWork.add(run);
        void run.result.then(() => atWork.delete(run));
      },
    });
  const operations = call.series?.operations ?? [call.operation];
  return onScreens<readonly LeftOperation[]>(<OperateApp {...{ operations, begin, session }} />, {
    problems: [],
    stop: (reason, gone) => endRuns(atWork, reason, gone),
    end: (left = []) => ({
      text: leftText(left, call, process.stdout.columns || 80),
      exitCode:
        left.map(({ state }) => exitCodeFor(state)).find((code) => code !== 0) ??
        (left.length > 0 ? 0 : EXIT.stopped),
    }),
  });
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
  // The last frame is removed first: what it shows once must not stay in the terminal.
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
    <>
      <WindowSignals {...windowOfFlow(flow.operation.title, state)} />
      <Interruptible
        atWork={state.name === 'working' ? 'operating' : state.name === 'fetching' ? 'fetching' : undefined}
        detached={flow.detached}
        over={over}
        shownOnce={over && isShownOnce(state.summary)}
        screenKey={operationKey(state)}
        onStop={() => flow.stop('Stopped with Ctrl-C.')}
        onLeave={leave}
      >
        <OperationScreen
          {...{ flow, state }}
          onward={over && state.ending.kind === 'done' ? onward : 'leave'}
          onLeave={leave}
        />
      </Interruptible>
    </>
  );
}
