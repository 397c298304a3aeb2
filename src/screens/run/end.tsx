import { useState } from 'react';
import { EndingBody } from '../../components/ending-body.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { SCROLL } from '../../components/scroll.tsx';
import type { EndingLine } from '../../run/shown-line.ts';
import type { RunModel } from '../../run/view-model.ts';
import { duration } from '../../run/wording.ts';
import { endingTitle } from '../../wizard/ending.ts';
import { useShownOnce } from '../shown-once.ts';
import { HandoverScreen } from './handover.tsx';

interface EndScreenProps {
  readonly run: RunModel;
  readonly lines: readonly EndingLine[];
  /** The message for whoever gets this Otto; undefined when there is nothing to hand over yet. */
  readonly handover?: string;
  readonly onLeave: () => void;
}

/** How it ended: Otto is ready, or what is left and how to go on. */
export function EndScreen({ run, lines, handover, onLeave }: EndScreenProps) {
  const { leaving, bindings, ...shown } = useShownOnce(lines);
  const [handing, setHanding] = useState(false);
  const keys = useKeyTable(
    [
      ...bindings,
      {
        keys: ['h'],
        what: 'message for your client',
        on: handover !== undefined,
        run: () => setHanding(true),
      },
      { keys: ['Enter', 'q'], what: 'leave', run: () => leaving(onLeave) },
    ],
    !handing,
  );
  if (handing && handover !== undefined)
    return <HandoverScreen text={handover} onBack={() => setHanding(false)} />;
  return (
    <Frame
      title={endingTitle(run)}
      right={run.ended === undefined ? '' : duration(run.ended.ms)}
      keys={[SCROLL, ...keys]}
    >
      <EndingBody lines={shown.lines} />
    </Frame>
  );
}
