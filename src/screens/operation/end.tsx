import { useState } from 'react';
import { EndingBody } from '../../components/ending-body.tsx';
import { Frame, type KeyHint } from '../../components/frame.tsx';
import { useKeys } from '../../components/terminal.tsx';
import type { OperationEnding } from '../../operation-flow/ending.ts';
import type { EndingLine } from '../../run/shown-line.ts';
import type { RunModel } from '../../run/view-model.ts';
import { duration } from '../../run/wording.ts';
import { UNREAD_MS } from '../interruptible.tsx';
import { LogScreen } from '../run/log.tsx';

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
  const once = lines.some((line) => line.once === true);
  const again = ending.kind === 'not-started' || ending.kind === 'undone';
  useKeys((input, key) => {
    if (input === 'l') setReading(true);
    else if (input === 'r' && again) onLookAgain();
    else if (input === 't' && ending.kind === 'stuck') onFinish();
    else if (key.return || key.escape || input === 'q')
      if (!once || Date.now() - since >= UNREAD_MS) onLeave();
  }, !reading);
  if (reading) {
    const tail = run.tasks.flatMap((task) => task.tail);
    return <LogScreen title={heading} tail={tail} log={run.log} onBack={() => setReading(false)} />;
  }
  const keys: readonly KeyHint[] = [
    ['Enter', onward],
    ...(again ? ([['r', 'try again']] as const) : []),
    ...(ending.kind === 'stuck' ? ([['t', 'roll back now']] as const) : []),
    ['l', 'log'],
  ];
  return (
    <Frame title={heading} right={run.ended === undefined ? '' : duration(run.ended.ms)} keys={keys}>
      <EndingBody lines={lines} />
    </Frame>
  );
}
