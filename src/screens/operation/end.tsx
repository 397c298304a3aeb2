import { useState } from 'react';
import { EndingBody } from '../../components/ending-body.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import type { OperationEnding } from '../../operation-flow/ending.ts';
import type { EndingLine } from '../../run/shown-line.ts';
import type { RunModel } from '../../run/view-model.ts';
import { duration } from '../../run/wording.ts';
import { UNREAD_MS } from '../interruptible.tsx';
import { LogScreen } from '../run/log.tsx';
import { useShownOnce } from '../shown-once.ts';

interface OperationEndProps {
  readonly heading: string;
  readonly ending: OperationEnding;
  readonly lines: readonly EndingLine[];
  readonly run: RunModel;
  /** What Enter leads to: 'back', 'leave', 'next: Update Open WebUI'. */
  readonly onward: string;
  readonly onLeave: () => void;
  readonly onLookAgain: () => void;
  readonly onFinish: () => void;
}

/** How an operation ended. Secrets are shown here and nowhere else. */
export function OperationEnd(props: OperationEndProps) {
  const { heading, ending, lines, run, onward, onLeave, onLookAgain, onFinish } = props;
  const [reading, setReading] = useState(false);
  const [since] = useState(Date.now);
  const again = ending.kind === 'not-started' || ending.kind === 'undone';
  const { leaving, bindings, ...shown } = useShownOnce(lines);
  const once = lines.some((line) => line.once === true);
  const leave = () => {
    if (!once || Date.now() - since >= UNREAD_MS) leaving(onLeave);
  };
  const keys = useKeyTable(
    [
      ...bindings,
      // Esc leads back, and never on to the next of a series.
      { keys: onward.startsWith('next') ? ['Enter'] : ['Enter', 'Esc', 'q'], what: onward, run: leave },
      { keys: ['r'], what: 'try again', on: again, run: onLookAgain },
      { keys: ['t'], what: 'roll back now', on: ending.kind === 'stuck', run: onFinish },
      { keys: ['l'], what: 'log', run: () => setReading(true) },
    ],
    !reading,
  );
  if (reading) {
    const tail = run.tasks.flatMap((task) => task.tail);
    return <LogScreen title={heading} tail={tail} log={run.log} onBack={() => setReading(false)} />;
  }
  return (
    <Frame title={heading} right={run.ended === undefined ? '' : duration(run.ended.ms)} keys={keys}>
      <EndingBody lines={shown.lines} />
    </Frame>
  );
}
