import { endingHeading, operationEndingLines } from '../../operation-flow/ending.ts';
import type { Flow } from '../../operation-flow/flow.ts';
import type { FlowState } from '../../operation-flow/flow-state.ts';
import { FixScreen } from '../home/fix.tsx';
import { OperationAgree } from './agree.tsx';
import { OperationAsk } from './ask.tsx';
import { OperationEnd } from './end.tsx';
import { OperationLooking, OperationUnseen } from './looking.tsx';
import { OperationRefused } from './refused.tsx';
import { OperationWork } from './work.tsx';

interface OperationScreenProps {
  readonly flow: Flow;
  readonly state: FlowState;
  /** What Enter at the end leads to. */
  readonly onward: string;
  /** Leaves the operation: back to where it was chosen, or on. */
  readonly onLeave: () => void;
}

const FETCHING = [
  'The new version is fetched before anything is asked; what runs now keeps running. Ctrl-C asks once and then stops; there is nothing to roll back.',
  'The lines with the bar are the last output; l shows more of it.',
];

/** Names the screen of a state: each question has its own. */
export function operationKey(state: FlowState): string {
  return state.name === 'asking' ? `asking ${state.number} ${state.ask.id}` : state.name;
}

/** The screen of an operation, whatever its state. */
export function OperationScreen({ flow, state, onward, onLeave }: OperationScreenProps) {
  const { title, why } = flow.operation;
  const back = () => {
    if (!flow.back()) onLeave();
  };
  switch (state.name) {
    case 'looking':
      return <OperationLooking title={title} why={why} onBack={back} />;
    case 'unseen':
      return (
        <OperationUnseen title={title} problem={state.problem} onLookAgain={flow.lookAgain} onBack={back} />
      );
    case 'fetching':
      return <FixScreen title={title} what={state.title} run={state.run} help={[why, ...FETCHING]} />;
    case 'asking':
      return (
        <OperationAsk
          {...{ title, why, ask: state.ask, number: state.number, before: state.before }}
          onAnswer={flow.answer}
          onBack={back}
        />
      );
    case 'refused':
      return (
        <OperationRefused
          title={title}
          findings={state.findings}
          outdated={state.outdated}
          onFix={flow.fix}
          onLookAgain={flow.lookAgain}
          onBack={back}
        />
      );
    case 'agreeing':
      return (
        <OperationAgree
          {...{ title, why, plan: state.plan, estimate: state.estimate, difference: state.difference }}
          onAgree={flow.agree}
          onBack={back}
        />
      );
    case 'working':
      return <OperationWork {...{ title, why, steps: state, run: state.run }} />;
    case 'ended':
      return (
        <OperationEnd
          heading={endingHeading(flow.operation, state.ending)}
          lines={operationEndingLines(state.ending, state.run, state.summary)}
          {...{ ending: state.ending, run: state.run, onward }}
          onLeave={onLeave}
          onLookAgain={flow.lookAgain}
          onFinish={flow.finish}
        />
      );
  }
}
